import { COURIER_NAME } from '../core/courier/containers.ts';
import type { JobEnd } from '../core/judge/testing.ts';
import { fromExitCode } from '../core/results/from-exit-code.ts';
import { missingFromLog } from '../core/results/whole-log.ts';
import type { ResultsRead } from '../core/model/results.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { CourierReading, Ports } from '../ports.ts';
import type { RunLog } from './run-log.ts';
import { type Step, closedBy, done } from './step.ts';
import type { FollowedLog } from './log-following.ts';
import type { Testing } from './testing.ts';

/** Reads the results from where option `results` says they are. Without `log` nothing shows that a log is whole: for a report only. */
export async function readResults(
  plan: Plan,
  { pod }: Pick<JobEnd, 'pod'>,
  { couriers, log: followed }: Pick<Testing, 'couriers'> & { log: readonly FollowedLog[] | undefined },
  ports: Ports,
  log: RunLog,
): Promise<Step<ResultsRead>> {
  const { results: source } = plan.options;
  if (source === 'exit-code') {
    const test = pod?.containers.find(({ name }) => name === plan.testcarContainer);
    return done(fromExitCode(test?.state.kind === 'terminated' ? test.state.exitCode : undefined));
  }
  if (pod === undefined) return done({ ok: false, problem: { kind: 'absent' } });
  const delivered = source === 'courier' ? await couriers.deliveryOf(pod) : undefined;
  if (delivered !== undefined && !isWorthAnotherRead(delivered)) return done(delivered);
  const container = source === 'log' ? plan.testcarContainer : COURIER_NAME;
  const read = await ports.logs.read({ namespace: plan.namespace, pod: pod.meta.name, container });
  if (read.ok) {
    if (source === 'log' && followed !== undefined) {
      const beginsAt = await ports.logs.beginsAtMs({ namespace: plan.namespace, pod: pod.meta.name, container });
      if (!beginsAt.ok) return closedBy(beginsAt.error, 'reading the results', 'running');
      const ledgers = followed.filter((one) => one.pod === pod.meta.name).map(({ ledger }) => ledger);
      const missing = missingFromLog(read.value, beginsAt.value, ledgers);
      if (missing !== undefined) return done({ ok: false, problem: { kind: 'incomplete', detail: missing } });
    }
    // TESTCAR_RUN_ID is the name of the Service: a control run has one of its own.
    if (source === 'log') return done(await ports.results.fromTestcarLog(read.value, plan.serviceName));
    const again = await fromLog(ports.results.courier(plan.runId), read.value);
    return done(again.ok ? again : (delivered ?? again));
  }
  if (delivered !== undefined && !delivered.ok && delivered.problem.kind !== 'absent') return done(delivered);
  // 400 and 404 say that the container never ran or is gone with its pod: that is evidence about testcar. Anything else
  // is trouble with the cluster, and must not be blamed on testcar as "no results".
  if (!['invalid', 'not-found'].includes(read.error.kind))
    return closedBy(read.error, 'reading the results', 'running');
  log.note(`no results: ${read.error.message}`);
  return done({ ok: false, problem: { kind: 'absent' } });
}

/** A stream can be cut, or begin after the node has changed log files. What the node still has is asked for once more. */
function isWorthAnotherRead(read: ResultsRead): boolean {
  return !read.ok && (read.problem.kind === 'absent' || read.problem.kind === 'incomplete');
}

async function fromLog(reading: CourierReading, log: string): Promise<ResultsRead> {
  await reading.take(log.split('\n'));
  return reading.end();
}
