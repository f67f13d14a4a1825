import { retryable, shardInWords } from '../core/judge/shards.ts';
import type { Observation } from '../core/model/seen.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { RunLog } from './run-log.ts';

/** Says once of each pod of a sharded run that the cluster took it away: its shard begins again, and takes longer. */
export class RetryNotes {
  readonly #plan: Plan;
  readonly #jobUid: string;
  readonly #log: RunLog;
  readonly #told = new Set<string>();

  constructor(plan: Plan, jobUid: string, log: RunLog) {
    this.#plan = plan;
    this.#jobUid = jobUid;
    this.#log = log;
  }

  look(seen: Observation): void {
    const count = this.#plan.options.shards;
    if (count === 1) return;
    for (const pod of seen.testcarPods) {
      const { meta, completionIndex } = pod;
      const disruption = retryable(pod);
      if (disruption === undefined || completionIndex === undefined || meta.controllerUid !== this.#jobUid) continue;
      if (this.#told.has(meta.uid)) continue;
      this.#told.add(meta.uid);
      const why = disruption.message === '' ? disruption.reason : `${disruption.reason}: ${disruption.message}`;
      this.#log.note(
        `${shardInWords(completionIndex, count)}: pod ${meta.name} was taken away (${why}); it runs again`,
      );
    }
  }
}
