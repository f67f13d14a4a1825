import { CAUSES } from '../../causes/index.ts';
import { FACT } from '../../causes/wording.ts';
import { COURIER_NAME } from '../../courier/containers.ts';
import type { Container, Pod } from '../../model/seen.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Finding } from '../../causes/finding.ts';
import { containerRestarts, firstSeenMs } from '../memory.ts';
import { PLAIN_INIT_CONTAINER } from '../native-sidecar.ts';
import { lastEnd, oomEnd, startFailed } from '../pod-facts.ts';
import { killedByProbe, probeAnswer, probeDetails } from '../probes.ts';
import { containerTopic, topicKey } from '../sightings.ts';
import { ONLY_EXPLAINS, type Rule, type RuleContext, causeFor, containerEvidence, perContainer, said } from './rule.ts';

/** The kubelet has not yet synced its cache of ConfigMaps and Secrets; gone at the next try. */
const CACHE_RACE = /failed to sync (?:configmap|secret) cache/i;

/** A ConfigMap, Secret or key that a container refers to is missing. */
export const configRule: Rule = {
  name: 'config',
  check: (ctx) =>
    perContainer(ctx, (pod, container) => {
      const { state } = container;
      if (state.kind !== 'waiting' || state.reason !== 'CreateContainerConfigError') return undefined;
      const sinceMs = sinceOf(ctx, pod, container);
      return {
        finding: {
          cause: causeFor(ctx.party, 'configMissing'),
          evidence: containerEvidence(pod, container, { ...said(state), sinceMs }),
        },
        sinceMs,
        ...(CACHE_RACE.test(state.message) ? { graceMs: ONLY_EXPLAINS } : {}),
      };
    }),
};

const CANNOT_START: ReadonlySet<string> = new Set([
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
  'ImageVolumeMountFailed',
  'RROUnsupported',
]);

/** The runtime cannot start the container. Twice in a row is proof; once may be a busy node. */
export const startRule: Rule = {
  name: 'start',
  check: (ctx) =>
    perContainer(ctx, (pod, container) => {
      const { state } = container;
      const end = state.kind === 'running' ? undefined : lastEnd(container);
      const failedStart = end !== undefined && startFailed(end) ? end : undefined;
      const blocked = state.kind === 'waiting' && CANNOT_START.has(state.reason) ? state : undefined;
      const trouble = blocked ?? failedStart;
      if (trouble === undefined) return undefined;
      const sinceMs = sinceOf(ctx, pod, container);
      const again = failedStart !== undefined && containerRestarts(ctx.memory, pod, container) >= 1;
      // The courier is one of the gate's own containers: that it cannot start says nothing about testcar.
      const cause = container.name === COURIER_NAME ? 'CourierFailed' : causeFor(ctx.party, 'startError');
      return {
        finding: { cause, evidence: containerEvidence(pod, container, { ...said(trouble), sinceMs }) },
        sinceMs,
        graceMs: again ? 0 : CAUSES.SutStartError.graceMs,
      };
    }),
};

/**
 * Killed for memory and not running again. One kill may have been the load of the start; after the second there is no
 * reason to expect another end.
 */
export const oomRule: Rule = {
  name: 'oom',
  check: (ctx) =>
    perContainer(ctx, (pod, container) => {
      const oom = oomEnd(container);
      if (oom === undefined || container.ready) return undefined;
      const restarts = containerRestarts(ctx.memory, pod, container);
      const down = container.state.kind === 'waiting' || container.state.kind === 'terminated';
      return {
        finding: { cause: causeFor(ctx.party, 'oomKilled'), evidence: endEvidence(ctx, pod, container) },
        sinceMs: sinceOf(ctx, pod, container),
        graceMs: down && lastEnd(container) === oom && restarts >= 1 ? 0 : ONLY_EXPLAINS,
      };
    }),
};

/** Restarts after which a container that is down again counts as a crash loop: three starts have failed by then. */
const CRASH_LOOP_RESTARTS = 2;

/** It starts, and ends again, and again. A container that is running may make it this time, so it does not fire then. */
export const crashRule: Rule = {
  name: 'crash',
  check: (ctx) =>
    perContainer(ctx, (pod, container) => {
      const { state } = container;
      if (container.name === COURIER_NAME || oomEnd(container) !== undefined) return undefined;
      const end = lastEnd(container);
      if (end === undefined || startFailed(end)) return undefined;
      const looping = state.kind === 'waiting' && state.reason === 'CrashLoopBackOff';
      const ended = state.kind === 'terminated' && (state.exitCode !== 0 || container.kind !== 'init');
      if (!looping && !ended) return undefined;
      if (ctx.party === 'testcar' && (container.kind !== 'sidecar' || testsEnded(ctx, pod))) return undefined;
      const restarts = containerRestarts(ctx.memory, pod, container);
      const killedBy = ctx.party === 'sut' ? killedByProbe(ctx.seen, pod, container) : undefined;
      const cause = ctx.party === 'sut' ? 'SutCrashLooping' : 'TestcarCrashed';
      return {
        finding:
          killedBy === undefined
            ? { cause, evidence: endEvidence(ctx, pod, container) }
            : probeKill(ctx, pod, container, killedBy),
        sinceMs: sinceOf(ctx, pod, container),
        graceMs: restarts >= CRASH_LOOP_RESTARTS ? 0 : ONLY_EXPLAINS,
      };
    }),
};

/** From then on the kubelet ends the sidecars, mostly with 137 or 143, and that is no crash. */
function testsEnded({ plan }: RuleContext, pod: Pod): boolean {
  return pod.containers.find(({ name }) => name === plan.testcarContainer)?.state.kind === 'terminated';
}

/**
 * The gate's own sidecar cannot hand over results: no shell in the image, it ends again and again, or the pod has it as a
 * plain init container, whose end the tests would wait for in vain.
 */
export const courierRule: Rule = {
  name: 'courier',
  check: (ctx) =>
    perContainer(ctx, (pod, container) => {
      if (container.name !== COURIER_NAME) return undefined;
      if (container.kind === 'init') {
        const message = 'the pod has no restartPolicy Always on it';
        const evidence = containerEvidence(pod, container, { reason: PLAIN_INIT_CONTAINER, message });
        return { finding: { cause: 'CourierFailed', evidence }, sinceMs: ctx.nowMs };
      }
      if (container.state.kind === 'running') return undefined;
      const restarts = containerRestarts(ctx.memory, pod, container);
      const end = lastEnd(container);
      if (end === undefined || restarts < CRASH_LOOP_RESTARTS || startFailed(end)) return undefined;
      return {
        finding: { cause: 'CourierFailed', evidence: endEvidence(ctx, pod, container) },
        sinceMs: sinceOf(ctx, pod, container),
      };
    }),
};

/** The kubelet stopped the container, because it did not pass its own probe. */
export function probeKill(
  ctx: Pick<RuleContext, 'memory' | 'seen'>,
  pod: Pod,
  container: Container,
  kind: 'startup' | 'liveness',
): Finding {
  const ended = endEvidence(ctx, pod, container);
  const probe = container.probes[kind];
  const answer = probeAnswer(ctx.seen, pod, container, kind);
  return {
    cause: kind === 'startup' ? 'SutStartupProbeFailing' : 'SutLivenessProbeKills',
    evidence: {
      ...ended,
      ...(answer === undefined ? {} : { message: answer }),
      details: [...(probe === undefined ? [] : probeDetails(kind, probe, container)), ...(ended.details ?? [])],
    },
  };
}

/** How a container ended last, with what a person asks next. */
export function endEvidence(ctx: Pick<RuleContext, 'memory'>, pod: Pod, container: Container): Evidence {
  const end = oomEnd(container) ?? lastEnd(container);
  const restarts = containerRestarts(ctx.memory, pod, container);
  return containerEvidence(pod, container, {
    ...(end === undefined ? {} : { exitCode: end.exitCode, ...said(end) }),
    ...(end?.signal === undefined ? {} : { signal: end.signal }),
    details: [
      ...(restarts === 0 ? [] : [{ label: FACT.restarts, value: `${restarts}` }]),
      ...(container.memoryLimit === undefined ? [] : [{ label: FACT.memoryLimit, value: container.memoryLimit }]),
    ],
  });
}

function sinceOf(ctx: RuleContext, pod: Pod, container: Container): number {
  return firstSeenMs(ctx.memory, topicKey(pod.meta.uid, container.name, containerTopic(container)), ctx.nowMs);
}
