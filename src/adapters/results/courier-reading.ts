import { createHash } from 'node:crypto';
import { Frames, type Pack } from '../../core/courier/frames.ts';
import type { ResultsProblem, ResultsRead } from '../../core/model/results.ts';
import type { CourierReading } from '../../ports.ts';
import { BadArchive, type Limits, eachMember } from './archive.ts';
import { Channel } from './channel.ts';
import { ResultsCollection } from './collection.ts';
import type { OpenResultsFile } from './index.ts';

/**
 * Lines → frames → archive → files → cases, while the log comes: memory does not grow with it. What was read counts only
 * when, at the end, number, length and checksum of the frames say that all of it came, unchanged. One file that cannot be
 * read makes the whole unusable, because the tests that failed may be in there.
 */
export function courierReading(runId: string, open: OpenResultsFile, limits: Limits): CourierReading {
  const frames = new Frames(runId);
  let delivery: Delivery | undefined;
  return {
    async take(lines) {
      let texts: string[] = [];
      let isWhole = false;
      for (const line of lines) {
        const step = frames.next(line);
        if (step.kind === 'begin') {
          delivery?.leave();
          delivery = new Delivery(step.pack, open, limits);
          texts = [];
        } else if (step.kind === 'text') texts.push(step.base64);
        isWhole = step.kind === 'whole' || (isWhole && step.kind === 'nothing');
      }
      await delivery?.add(texts.join(''));
      return isWhole ? 'whole' : 'more';
    },
    async end() {
      const whole = frames.result();
      const read = await delivery?.end(whole.ok ? whole.files : undefined);
      if (!whole.ok || read === undefined) return whole.ok ? incomplete('no frame came') : whole;
      if (read.sha256 !== whole.sha256)
        return incomplete(`the checksum is ${read.sha256}, the courier announced ${whole.sha256}`);
      return read.results;
    },
  };
}

/** One archive, from its first frame to its last. */
class Delivery {
  readonly #bytes = new Channel();
  readonly #hash = createHash('sha256');
  readonly #collection: ResultsCollection;
  readonly #read: Promise<ResultsProblem | undefined>;
  /** Characters that wait for the rest of their group of four. */
  #rest = '';

  constructor(pack: Pack, open: OpenResultsFile, limits: Limits) {
    this.#collection = new ResultsCollection(open);
    this.#read = this.#readAll(pack, limits).finally(() => {
      this.#bytes.leave();
    });
    // It is asked at the end, and may have failed long before.
    this.#read.catch(() => undefined);
  }

  async add(base64: string): Promise<void> {
    if (base64 === '') return;
    this.#hash.update(base64);
    const text = this.#rest + base64;
    const whole = text.length - (text.length % 4);
    this.#rest = text.slice(whole);
    await this.#bytes.write(Buffer.from(text.slice(0, whole), 'base64'));
  }

  /** `files` as announced; undefined when it is known that not all of it came, so that what was read is of no use. */
  async end(files: number | undefined): Promise<{ sha256: string; results: ResultsRead } | undefined> {
    if (files === undefined) {
      this.leave();
      return undefined;
    }
    this.#bytes.end();
    const problem = await this.#read;
    const sha256 = this.#hash.digest('hex');
    const found = this.#collection.files;
    if (problem !== undefined) return { sha256, results: { ok: false, problem } };
    if (found !== files) return { sha256, results: incomplete(`${found} files came, the courier announced ${files}`) };
    return { sha256, results: { ok: true, results: this.#collection.results(sha256, 'courier') } };
  }

  leave(): void {
    this.#bytes.leave();
  }

  async #readAll(pack: Pack, limits: Limits): Promise<ResultsProblem | undefined> {
    let problem: ResultsProblem | undefined;
    try {
      await eachMember(this.#bytes, pack, limits, async ({ path, bytes, content }) => {
        problem = await this.#collection.add(path, bytes, content);
        return problem === undefined;
      });
    } catch (error) {
      if (!(error instanceof BadArchive)) throw error;
      return error.member === undefined
        ? { kind: 'incomplete', detail: error.message }
        : { kind: 'invalid', file: error.member, detail: error.message };
    }
    return problem;
  }
}

function incomplete(detail: string): { ok: false; problem: ResultsProblem } {
  return { ok: false, problem: { kind: 'incomplete', detail } };
}
