import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { ResultsProblem, TestCase } from '../../core/model/results.ts';
import { decoderFor } from './encoding.ts';
import { JUnitEvents } from './events.ts';

export type JUnitRead = { ok: true; cases: TestCase[] } | { ok: false; problem: ResultsProblem };

const CHUNK_BYTES = 64 * 1024;

/**
 * Reads one JUnit XML file: `testsuites` or `testsuite` as root, nested suites, with or without namespace. `file` only
 * names it in the problem. Whatever is not well-formed to its last byte is `invalid`: a runner that dies while it
 * writes leaves such a file. No DTD, so no entities beside the five of XML.
 */
export function readJUnit(file: string, bytes: Uint8Array): JUnitRead {
  const invalid = (detail: string): JUnitRead => ({ ok: false, problem: { kind: 'invalid', file, detail } });
  if (bytes.byteLength === 0) return invalid('the file is empty');
  const decoder = decoderFor(bytes);
  if ('unknown' in decoder) return invalid(`the encoding ${decoder.unknown} is not known`);

  const parser = new SaxesParser({ xmlns: false, position: true });
  const events = new JUnitEvents((problem) => parser.fail(problem));
  let first: string | undefined;
  parser.on('error', (error) => (first ??= error.message));
  parser.on('doctype', () => parser.fail('a document type declaration is not allowed'));
  parser.on('opentag', (tag: SaxesTagPlain) => events.open(tag.name, tag.attributes));
  parser.on('closetag', () => events.close());
  parser.on('text', (text) => events.text(text));
  parser.on('cdata', (text) => events.text(text));

  for (let start = 0; start < bytes.byteLength; start += CHUNK_BYTES) {
    const last = start + CHUNK_BYTES >= bytes.byteLength;
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(start, start + CHUNK_BYTES), last);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return invalid(
        `${parser.line}:${parser.column}: after this place is a byte that the file's encoding does not have`,
      );
    }
    parser.write(text);
    if (last) parser.close();
    if (first !== undefined) return invalid(first);
  }
  return { ok: true, cases: events.cases };
}
