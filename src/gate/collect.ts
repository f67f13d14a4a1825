import { COURIER_NAME } from '../core/courier/containers.ts';
import { judgeOutcome } from '../core/judge/outcome.ts';
import type { Outcome } from '../core/judge/outcome.ts';
import type { Results } from '../core/model/results.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Feed, Ports } from '../ports.ts';
import type { RunLog } from './run-log.ts';
import { type Step, closedBy, done } from './step.ts';
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
  const { pod } = tested.end;
  const read =
    pod && (await ports.logs.read({ namespace: plan.namespace, pod: pod.meta.name, container: COURIER_NAME }));
  const results = read?.ok
    ? await ports.results.fromCourierLog(read.value, plan.runId)
    : ({ ok: false, problem: { kind: 'absent' } } as const);
  if (read && !read.ok) {
    // 400 and 404 say that the courier never ran or is gone with its pod: that is evidence about testcar. Anything else
    // is trouble with the cluster, and must not be blamed on testcar as "no results".
    if (!['invalid', 'not-found'].includes(read.error.kind))
      return closedBy(read.error, 'reading the results', 'running');
    log.note(`no results: ${read.error.message}`);
  }
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
