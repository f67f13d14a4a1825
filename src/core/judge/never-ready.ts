import type { Cause } from '../causes/index.ts';
import { FACT } from '../causes/wording.ts';
import type { Container, Deployment, Observation, Pod, Probe, ProbeKind } from '../model/seen.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../causes/finding.ts';
import { formatDuration } from '../options/duration.ts';
import { blockingContainer, tellingMessage } from './explain.ts';
import type { JudgeContext } from './judgement.ts';
import { condition } from './pod-facts.ts';
import { killedByProbe, probeAnswer, probeDetails } from './probes.ts';
import type { RollOut } from './rollout.ts';
import { probeKill } from './rules/containers.ts';
import { containerEvidence } from './rules/rule.ts';

/** What the Deployment itself says; a probe or a container that keeps it from being ready says more. */
export type Hopeless = { kind: 'scaled-to-zero' } | { kind: 'gave-up'; reason: string; message: string };

type Asked = { ctx: JudgeContext; rollOut: RollOut; hopeless: Hopeless | undefined; forWhat: string };

/**
 * Time is up: why it was not ready. First match wins: what the owner of the Deployment decided, then the pod that blocks,
 * from what ended it to what it has not yet reached, then the roll-out as a whole.
 */
const EXPLANATIONS: readonly ((asked: Asked) => Finding | undefined)[] = [scaledToZero, paused, probe, notReady];

export function neverReady(asked: Asked): Finding {
  for (const explain of EXPLANATIONS) {
    const finding = explain(asked);
    if (finding !== undefined) return finding;
  }
  return notReady(asked);
}

/** States of the Deployment that end the wait at once; everything else gets the whole readyTimeout. */
export function hopelessDeployment(deployment: Deployment | undefined): Hopeless | undefined {
  if (deployment === undefined || deployment.meta.generation !== deployment.observedGeneration) return undefined;
  if (deployment.specReplicas === 0) return { kind: 'scaled-to-zero' };
  const progressing = condition(deployment.conditions, 'Progressing');
  if (progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded') {
    return { kind: 'gave-up', reason: progressing.reason, message: progressing.message };
  }
  return undefined;
}

function scaledToZero({ ctx, hopeless }: Asked): Finding | undefined {
  if (hopeless?.kind !== 'scaled-to-zero') return undefined;
  return { cause: 'SutScaledToZero', evidence: { object: deploymentOf(ctx) } };
}

/** A paused Deployment whose newest template is rolled out completely is not waited for. */
function paused({ ctx }: Asked): Finding | undefined {
  if (ctx.seen.deployment?.paused !== true) return undefined;
  return { cause: 'SutPaused', evidence: { object: deploymentOf(ctx), details: [waitedFor(ctx)] } };
}

function probe({ ctx, rollOut, hopeless, forWhat }: Asked): Finding | undefined {
  const pod = rollOut.kind === 'under-way' ? rollOut.pod : undefined;
  const container = pod && blockingContainer(pod);
  if (pod === undefined || container === undefined) return undefined;
  const details = [waitedFor(ctx), { label: FACT.blocker, value: forWhat }];
  const killedBy = killedByProbe(ctx.seen, pod, container);
  if (killedBy !== undefined && container.restartCount > 0) {
    const { cause, evidence } = probeKill(ctx, pod, container, killedBy);
    return { cause, evidence: { ...evidence, details: [...(evidence.details ?? []), ...details] } };
  }
  const kind = probeInTheWay(container);
  const failing = kind && container.probes[kind];
  if (kind === undefined || failing === undefined) return undefined;
  const reason = hopeless?.kind === 'gave-up' ? hopeless.reason : 'readyTimeout';
  return {
    cause: CAUSE_OF[kind],
    evidence: { ...probeEvidence(ctx.seen, pod, container, kind, failing, details), reason },
  };
}

const CAUSE_OF = { startup: 'SutStartupProbeFailing', readiness: 'SutReadinessProbeFailing' } as const satisfies Record<
  string,
  Cause
>;

/** Until the startup probe has passed, no other one is asked. */
function probeInTheWay({ state, ready, started, probes }: Container): keyof typeof CAUSE_OF | undefined {
  if (state.kind !== 'running' || ready) return undefined;
  if (probes.startup !== undefined && !started) return 'startup';
  return probes.readiness === undefined ? undefined : 'readiness';
}

function probeEvidence(
  seen: Observation,
  pod: Pod,
  container: Container,
  kind: ProbeKind,
  failing: Probe,
  details: Evidence['details'] = [],
): Evidence {
  const message = probeAnswer(seen, pod, container, kind);
  return containerEvidence(pod, container, {
    ...(message === undefined ? {} : { message }),
    details: [...probeDetails(kind, failing, container), ...details],
  });
}

function notReady({ ctx, rollOut, hopeless, forWhat }: Asked): Finding {
  const pod = rollOut.kind === 'under-way' ? rollOut.pod : undefined;
  const gaveUp = hopeless?.kind === 'gave-up' ? hopeless : undefined;
  const message = (pod && tellingMessage(ctx.seen, pod)) ?? gaveUp?.message;
  return {
    cause: 'SutNeverReady',
    evidence: {
      object: deploymentOf(ctx),
      reason: gaveUp?.reason ?? 'readyTimeout',
      ...(message === undefined ? {} : { message }),
      details: [waitedFor(ctx), { label: FACT.blocker, value: forWhat }],
    },
  };
}

function deploymentOf({ plan }: JudgeContext): string {
  return `deployment/${plan.watchedDeployment}`;
}

function waitedFor({ nowMs, phaseStartedAtMs }: JudgeContext): { label: string; value: string } {
  return { label: FACT.waitedFor, value: formatDuration(nowMs - phaseStartedAtMs) };
}
