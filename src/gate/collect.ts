import { judgeOutcome } from '../core/judge/outcome.ts';
import type { Outcome } from '../core/judge/outcome.ts';
import type { Results } from '../core/model/results.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Feed, Ports } from '../ports.ts';
import type { RunLog } from './run-log.ts';
import { readResults } from './results-source.ts';
import { type Step, done } from './step.ts';
import type { Tested } from './testing.ts';
import type { Waiter } from './wait.ts';

/** `results` are there whenever they could be read, also those of a run that failed. */
export type Collected = { results: Results | undefined; outcome: Outcome };

/** Reads the results of the ended Job, and judges them together with everything else that was seen. */
export async function collect(
  plan: Plan,
  revision: Revision,
  tested: Tested,
  feed: Feed,
  waiter: Waiter,
  ports: Ports,
  log: RunLog,
): Promise<Step<Collected>> {
  const read = await readResults(plan, tested.end, ports, log);
  if (!read.ok) return read;
  const results = read.value;
  for (const text of results.ok ? results.results.contradictions : []) log.note(`results: ${text}`);
  const outcome = judgeOutcome({
    plan,
    end: tested.end,
    jobUid: tested.jobUid,
    revision,
    results,
    memory: waiter.memory,
    seen: feed.current(),
    nowMs: ports.clock.nowMs(),
  });
  return done({ results: results.ok ? results.results : undefined, outcome });
}
