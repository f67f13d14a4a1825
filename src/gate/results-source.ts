import { COURIER_NAME } from '../core/courier/containers.ts';
import type { JobEnd } from '../core/judge/testing.ts';
import { fromExitCode } from '../core/results/from-exit-code.ts';
import type { ResultsRead } from '../core/model/results.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Ports } from '../ports.ts';
import type { RunLog } from './run-log.ts';
import { type Step, closedBy, done } from './step.ts';

/** Reads the results from where option `results` says they are. */
export async function readResults(plan: Plan, { pod }: JobEnd, ports: Ports, log: RunLog): Promise<Step<ResultsRead>> {
  const { results: source } = plan.options;
  if (source === 'exit-code') {
    const test = pod?.containers.find(({ name }) => name === plan.testcarContainer);
    return done(fromExitCode(test?.state.kind === 'terminated' ? test.state.exitCode : undefined));
  }
  if (pod === undefined) return done({ ok: false, problem: { kind: 'absent' } });
  const container = source === 'log' ? plan.testcarContainer : COURIER_NAME;
  const read = await ports.logs.read({ namespace: plan.namespace, pod: pod.meta.name, container });
  if (read.ok) {
    const { results } = ports;
    // TESTCAR_RUN_ID is the name of the Service: a control run has one of its own.
    return done(
      await (source === 'log'
        ? results.fromTestcarLog(read.value, plan.serviceName)
        : results.fromCourierLog(read.value, plan.runId)),
    );
  }
  // 400 and 404 say that the container never ran or is gone with its pod: that is evidence about testcar. Anything else
  // is trouble with the cluster, and must not be blamed on testcar as "no results".
  if (!['invalid', 'not-found'].includes(read.error.kind))
    return closedBy(read.error, 'reading the results', 'running');
  log.note(`no results: ${read.error.message}`);
  return done({ ok: false, problem: { kind: 'absent' } });
}
