import { type Attachments, NO_ATTACHMENTS } from '../../src/core/model/attachments.ts';
import type { ResultsRead } from '../../src/core/model/results.ts';
import type { CourierReading, ResultsReader } from '../../src/ports.ts';
import { passingResults } from './builders.ts';

/** Gives the answers of `answers` in order, then the last one again; by default three passed tests. */
export class FakeResults implements ResultsReader {
  answers: ResultsRead[] = [{ ok: true, results: passingResults(3) }];
  attachments: Attachments = NO_ATTACHMENTS;
  readonly calls: { log: string; runId: string; from: 'courier' | 'testcar' }[] = [];

  courier(runId: string): CourierReading {
    let log = '';
    return {
      take: async (lines) => {
        log += lines.map((line) => `${line}\n`).join('');
        return 'more';
      },
      end: async () =>
        log === '' ? { ok: false, problem: { kind: 'absent' } } : this.#answer({ log, runId, from: 'courier' }),
      attachments: async () => this.attachments,
    };
  }

  fromTestcarLog(log: string, runId: string): Promise<ResultsRead> {
    return this.#answer({ log, runId, from: 'testcar' });
  }

  async #answer(call: FakeResults['calls'][number]): Promise<ResultsRead> {
    const answer = this.answers[Math.min(this.calls.length, this.answers.length - 1)];
    this.calls.push(call);
    if (answer === undefined) throw new Error('FakeResults has no answers');
    return answer;
  }
}
