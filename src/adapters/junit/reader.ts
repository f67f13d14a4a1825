import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { ResultsProblem, TestCase } from '../../core/model/results.ts';
import { BoundedPieces } from './bounded-pieces.ts';
import { type Decode, DECLARATION_BYTES, decoderFor } from './encoding.ts';
import { JUnitEvents } from './events.ts';
import { XmlCharacters } from './xml-characters.ts';

export type JUnitEnd = { ok: true; contradictions: readonly string[] } | { ok: false; problem: ResultsProblem };

const CHUNK_BYTES = 64 * 1024;
/** The reporter of `node --test` (Node 20) writes this into its messages. It means itself, and the parser goes on. */
const TOLERATED = 'the string "]]>" is disallowed in char data.';

/**
 * Reads one JUnit XML file piece by piece: `testsuites` or `testsuite` as root, nested suites, with or without
 * namespace. Each case is given away at its end, so memory does not grow with the file. `file` only names it in the
 * problem. Whatever is not well-formed to its last byte is `invalid`: a runner that dies while it writes leaves such a
 * file. No DTD, so no entities beside the five of XML.
 */
export class JUnitFile {
  readonly #file: string;
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #events: JUnitEvents;
  readonly #characters = new XmlCharacters();
  readonly #pieces = new BoundedPieces();
  #decode: Decode | undefined;
  #head: Uint8Array = new Uint8Array();
  #detail: string | undefined;

  constructor(file: string, each: (one: TestCase) => void) {
    const parser = this.#parser;
    this.#file = file;
    this.#events = new JUnitEvents(each, (problem) => parser.fail(problem));
    const onText = (text: string): void => {
      this.#events.text(text);
    };
    parser.on('error', (error) => {
      if (!error.message.endsWith(TOLERATED)) this.#detail ??= error.message;
    });
    parser.on('doctype', () => parser.fail('a document type declaration is not allowed'));
    parser.on('opentag', (tag: SaxesTagPlain) => {
      this.#events.open(tag.name, tag.attributes);
    });
    parser.on('closetag', () => {
      this.#events.close();
    });
    parser.on('text', onText);
    parser.on('cdata', onText);
  }

  /** False when nothing that follows can change the answer any more. */
  write(bytes: Uint8Array): boolean {
    let rest = bytes;
    if (this.#decode === undefined) {
      const head = Buffer.concat([this.#head, bytes]);
      this.#head = head;
      if (head.byteLength < DECLARATION_BYTES) return true;
      this.#begin();
      rest = head;
    }
    for (let start = 0; start < rest.byteLength && this.#detail === undefined; start += CHUNK_BYTES)
      this.#parse(rest.subarray(start, start + CHUNK_BYTES), false);
    return this.#detail === undefined;
  }

  end(): JUnitEnd {
    let left: Uint8Array = new Uint8Array();
    if (this.#decode === undefined) {
      left = this.#head;
      if (left.byteLength === 0) this.#detail = 'the file is empty';
      else this.#begin();
    }
    if (this.#detail === undefined) this.#parse(left, true);
    if (this.#detail === undefined) this.#parser.close();
    if (this.#detail === undefined) return { ok: true, contradictions: this.#events.contradictions };
    return { ok: false, problem: { kind: 'invalid', file: this.#file, detail: this.#detail } };
  }

  #begin(): void {
    const decoder = decoderFor(this.#head);
    this.#head = new Uint8Array();
    if ('unknown' in decoder) this.#detail = `the encoding ${decoder.unknown} is not known`;
    else this.#decode = decoder.decode;
  }

  #parse(bytes: Uint8Array, last: boolean): void {
    if (this.#decode === undefined) return;
    const parser = this.#parser;
    let text: string;
    try {
      text = this.#decode(bytes, last);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#detail = `${parser.line}:${parser.column}: after this place is a byte that the file's encoding does not have`;
      return;
    }
    const piece = this.#pieces.next(this.#characters.allowed(text, last), last);
    if (piece === undefined) this.#detail = `${parser.line}:${parser.column}: here begins a tag that is too long`;
    else parser.write(piece);
  }
}

export type JUnitRead =
  { ok: true; cases: TestCase[]; contradictions: readonly string[] } | { ok: false; problem: ResultsProblem };

/** Reads a whole file at once, for where it is small. */
export function readJUnit(file: string, bytes: Uint8Array): JUnitRead {
  const cases: TestCase[] = [];
  const reader = new JUnitFile(file, (one) => cases.push(one));
  reader.write(bytes);
  const end = reader.end();
  return end.ok ? { ...end, cases } : end;
}
