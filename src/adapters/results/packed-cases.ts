import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Cases, TestCase, TestOutcome } from '../../core/model/results.ts';

/** What is packed, and later unpacked, at a time. A case that does not fit is a block of its own. */
const BLOCK_BYTES = 256 * 1024;
/** Of messages and details together; a run that fails more than this is not read to the end by anybody. */
const MAX_TEXT = 128 * 1024 * 1024;
const LINE_FEED = 0x0a;
const LEFT_OUT = '[left out: the texts of the failed tests before this one are 128 MiB]';

/**
 * Keeps test cases deflated, so that 200,000 of them take some 3 MB and not 60: they are needed once more, when the JUnit
 * file of the run is written, and one after the other is enough for that. A case becomes bytes as soon as it comes: objects that
 * wait for others grow old, and V8 lets its heap grow by hundreds of kilobytes for each block before it looks at old ones.
 */
export class PackedCases implements Cases {
  readonly #blocks: Uint8Array[] = [];
  readonly #open = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #openBytes = 0;
  #text = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(one: TestCase): void {
    const text = one.message.length + one.details.length;
    const isKept = text === 0 || this.#text + text <= MAX_TEXT;
    if (isKept) this.#text += text;
    this.#length += 1;
    this.#put(rowOf(isKept ? one : { ...one, message: LEFT_OUT, details: '' }));
  }

  *[Symbol.iterator](): Generator<TestCase, void> {
    for (const block of this.#blocks) yield* casesIn(inflateRawSync(block));
    yield* casesIn(this.#open.subarray(0, this.#openBytes));
  }

  #put(row: string): void {
    // UTF-8 has at most three bytes for a UTF-16 unit.
    if (this.#openBytes + row.length * 3 > BLOCK_BYTES) {
      if (this.#openBytes > 0) this.#blocks.push(packed(this.#open.subarray(0, this.#openBytes)));
      this.#openBytes = 0;
    }
    if (row.length * 3 > BLOCK_BYTES) this.#blocks.push(packed(Buffer.from(row)));
    else this.#openBytes += this.#open.write(row, this.#openBytes);
  }
}

/** A copy: what zlib gives back is the beginning of a buffer of 16 KiB. */
function packed(rows: Uint8Array): Uint8Array {
  return new Uint8Array(deflateRawSync(rows, { level: 1 }));
}

/** One line: JSON has no line feed. */
function rowOf({ suite, classname, name, timeMs, outcome, message, details }: TestCase): string {
  const time = timeMs === undefined ? '' : `${timeMs}`;
  return `${JSON.stringify([suite, classname, name, time, outcome, message, details])}\n`;
}

/** One case at a time becomes text, and then objects: what is alive at a time stays small. */
function* casesIn(rows: Buffer): Generator<TestCase, void> {
  for (let start = 0, end = rows.indexOf(LINE_FEED); end !== -1; start = end + 1, end = rows.indexOf(LINE_FEED, start))
    yield caseOf(JSON.parse(rows.toString('utf8', start, end)));
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
