import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Cases, TestCase, TestOutcome } from '../../core/model/results.ts';

/** Cases of one block: what is unpacked at a time. */
const BLOCK_CASES = 500;
/** A block of long texts is closed earlier. In UTF-16 units. */
const BLOCK_TEXT = 512 * 1024;
/** Of messages and details together; a run that fails more than this is not read to the end by anybody. */
const MAX_TEXT = 128 * 1024 * 1024;
const LEFT_OUT = '[left out: the texts of the failed tests before this one are 128 MiB]';

/**
 * Keeps test cases deflated, so that 200,000 of them take some 3 MB and not 60: they are needed once more, when the JUnit
 * file of the run is written, and one after the other is enough for that.
 */
export class PackedCases implements Cases {
  readonly #blocks: Uint8Array[] = [];
  #open: TestCase[] = [];
  #openText = 0;
  #text = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(one: TestCase): void {
    const text = one.message.length + one.details.length;
    const isKept = text === 0 || this.#text + text <= MAX_TEXT;
    if (isKept) this.#text += text;
    this.#open.push(isKept ? one : { ...one, message: LEFT_OUT, details: '' });
    this.#length += 1;
    this.#openText += isKept ? text : LEFT_OUT.length;
    if (this.#open.length >= BLOCK_CASES || this.#openText >= BLOCK_TEXT) this.#close();
  }

  *[Symbol.iterator](): Generator<TestCase, void> {
    for (const block of this.#blocks) yield* unpacked(block);
    yield* this.#open;
  }

  #close(): void {
    const rows = this.#open.map(({ suite, classname, name, timeMs, outcome, message, details }) => {
      return [suite, classname, name, timeMs === undefined ? '' : `${timeMs}`, outcome, message, details];
    });
    this.#blocks.push(deflateRawSync(JSON.stringify(rows), { level: 1 }));
    this.#open = [];
    this.#openText = 0;
  }
}

function unpacked(block: Uint8Array): TestCase[] {
  const rows: unknown = JSON.parse(inflateRawSync(block).toString('utf8'));
  if (!Array.isArray(rows)) throw new Error('a block of test cases is damaged');
  return rows.map(caseOf);
}

function caseOf(row: unknown): TestCase {
  const [suite = '', classname = '', name = '', time = '', ended = '', message = '', details = ''] = textsOf(row);
  const outcome = OUTCOMES.find((known) => known === ended) ?? 'error';
  return {
    suite,
    classname,
    name,
    timeMs: time === '' ? undefined : Number.parseFloat(time),
    outcome,
    message,
    details,
  };
}

const OUTCOMES: readonly TestOutcome[] = ['passed', 'failed', 'error', 'skipped'];

function textsOf(row: unknown): readonly string[] {
  return Array.isArray(row) ? row.map((value) => (typeof value === 'string' ? value : '')) : [];
}
