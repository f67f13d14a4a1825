import type { SafeText } from '../../core/report/neutralise.ts';
import type { TestCase } from '../../core/model/results.ts';
import { cut } from './cut-text.ts';

/** Azure takes a file of 75 MB (TCM_MAX_FILESIZE); the rest is for what one batch takes more than was thought. */
const MAX_BYTES = 68_000_000;
/** After this many bytes of them, failed tests keep one line of what they said. */
const FULL_TEXTS = 16 * 1024 * 1024;
const SHORT_TEXT = 300;
/** Elements, attributes and time of one case. */
const MARKUP = { passed: 60, failed: 110, error: 110, skipped: 130 } as const;
/** Of each text, so that it can be told from others. */
const MIN_TEXT = 40;
/** What is kept for every case that is still to come. */
const MIN_CASE = 230;
/** What `safeName` leaves of a name is 512 characters, of which each may be written as six. */
const MAX_NAME = 3_072;

/**
 * Shares the room of a JUnit file among its cases, as they come: nobody knows before how long the names of 200,000 tests
 * are. Of what is not kept for those to come, one case may take twice its share, so that the last one still finds some;
 * a case that finds nothing at all is left out, and counted.
 */
export class Room {
  #left: number;
  #cases: number;
  #texts = FULL_TEXTS;
  #leftOut = 0;
  #leftOutFailed = 0;
  #thought = 0;

  constructor(cases: number, maxBytes = MAX_BYTES) {
    this.#cases = cases;
    this.#left = maxBytes;
  }

  /** As much of the case as there is room for: first its name, then its class, then what it said. */
  fitted(one: TestCase): TestCase | undefined {
    const spare = this.#left - MIN_CASE * this.#cases;
    const limit = MIN_TEXT + Math.max(0, Math.floor((2 * spare) / Math.max(1, this.#cases)));
    this.#cases -= 1;
    if (this.#left <= 0) {
      this.#leftOut += 1;
      if (one.outcome === 'failed' || one.outcome === 'error') this.#leftOutFailed += 1;
      return undefined;
    }
    if (this.#texts >= 0) this.#texts -= bytesOf(one.message) + Buffer.byteLength(one.details);
    const fitted = limited(one, limit, this.#texts >= 0);
    const thought =
      MARKUP[one.outcome] +
      nameBytes(fitted.name) +
      nameBytes(fitted.classname) +
      bytesOf(fitted.message) +
      Buffer.byteLength(fitted.details);
    this.#thought += thought;
    this.#left -= thought;
    return fitted;
  }

  /** What the cases since the last call really took. */
  took(text: SafeText | string): void {
    this.#left += this.#thought - Buffer.byteLength(text);
    this.#thought = 0;
  }

  /** Said in place of the cases that are not in the file. */
  get leftOut(): TestCase | undefined {
    if (this.#leftOut === 0) return undefined;
    const failed = this.#leftOutFailed === 0 ? '' : `, ${this.#leftOutFailed} of them failed`;
    return {
      suite: 'testcar',
      classname: 'testcar',
      name: `and ${this.#leftOut} more tests${failed}`,
      timeMs: undefined,
      outcome: this.#leftOutFailed === 0 ? 'skipped' : 'failed',
      message:
        'not listed: this file would be larger than the 75 MB that Azure Pipelines takes. The verdict counts them.',
      details: '',
    };
  }
}

/** As an attribute, in which tabs and line ends are escaped too; a line of details stands in CDATA. */
function bytesOf(text: string): number {
  const escaped = text.match(/[<>&"\t\n\r]/g)?.length ?? 0;
  return Buffer.byteLength(text) + 4 * escaped;
}

/** As much of the text as takes about so many bytes. */
function within(text: string, bytes: number): string {
  const taken = bytesOf(text);
  return taken <= bytes ? text : cut(text, Math.floor((text.length * bytes) / taken));
}

function nameBytes(name: string): number {
  return Math.min(MAX_NAME, bytesOf(name));
}

function limited(one: TestCase, limit: number, withTexts: boolean): TestCase {
  const name = limit >= MAX_NAME ? one.name : within(one.name, limit);
  const forClass = Math.max(0, limit - nameBytes(name));
  const classname = forClass >= MAX_NAME ? one.classname : within(one.classname, forClass);
  if (withTexts) return { ...one, name, classname };
  const room = Math.max(MIN_TEXT, forClass - nameBytes(classname));
  return { ...one, name, classname, message: within(cut(one.message || one.details, SHORT_TEXT), room), details: '' };
}
