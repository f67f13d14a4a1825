import { FACT, UNDATED_READY, versus } from '../causes/wording.ts';
import type { Container, Observation, Pod } from '../model/seen.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../causes/finding.ts';
import type { Plan } from '../plan/plan.ts';
import type { Revision } from '../model/revision.ts';
import { askedFor, isInjected } from './admission.ts';
import { disruptionOf } from './disruption.ts';
import { type Memory, containerRestarts, restartsOf, testedFromMs } from './memory.ts';
import { POD_DELETED, condition, isReady, isTerminating, lastEnd } from './pod-facts.ts';
import { isDeleting, newReplicaSet } from './revision.ts';
import { endEvidence } from './rules/containers.ts';
import { nodeLost, nodeWasLost } from './rules/nodes.ts';
import { disruptionFinding } from './rules/placement.ts';
import { injectedFinding } from './rules/injected.ts';
import { podEvidence } from './rules/rule.ts';

/** How the tested revision did not hold still while it was tested. */
export type Ground =
  /** The cluster took a pod or its node away. */
  | { kind: 'disrupted'; finding: Finding }
  /** A container of the SUT ended by itself. */
  | { kind: 'crashed'; evidence: Evidence }
  /** Somebody replaced or removed what is being tested. */
  | { kind: 'changed'; evidence: Evidence }
  /** A pod lost its readiness, without a restart. */
  | { kind: 'unready'; evidence: Evidence };

export type GroundInput = {
  plan: Plan;
  revision: Revision;
  jobUid: string;
  seen: Observation;
  memory: Memory;
  nowMs: number;
};

/**
 * Did the ground move under the tests? In this order: what the cluster did makes everything after it an echo; then the
 * SUT's own crash; then changes from outside, which also end containers; then a readiness that was only lost.
 */
export function groundOf(input: GroundInput): Ground | undefined {
  const pods = input.revision.podUids.flatMap((uid) => input.memory.pods.get(uid) ?? []).map(({ pod }) => pod);
  return disrupted(input, pods) ?? crashed(input, pods) ?? changed(input, pods) ?? unready(input, pods);
}

function disrupted(input: GroundInput, pods: readonly Pod[]): Ground | undefined {
  for (const pod of pods) {
    if (disruptionOf(pod)?.by === 'own') continue;
    const finding =
      disruptionFinding('sut', pod) ??
      nodeLost(input, pod)?.finding ??
      // A node that is back has often restarted its containers: that is then no crash of the SUT.
      nodeWasLost(input, pod, testedFromMs(input.memory, input.jobUid));
    if (finding !== undefined) return { kind: 'disrupted', finding };
  }
  return undefined;
}

function crashed(input: GroundInput, pods: readonly Pod[]): Ground | undefined {
  const { memory, revision } = input;
  for (const pod of pods) {
    const own = disruptionOf(pod);
    if (own?.by === 'own')
      return { kind: 'crashed', evidence: podEvidence(pod, { reason: own.reason, message: own.message }) };
    const container = isTerminating(pod) ? undefined : pod.containers.find(isDown);
    if (container !== undefined) return ended(input, pod, container);
  }
  const restarts = pods.reduce((sum, pod) => sum + restartsOf(memory, pod), 0);
  if (restarts <= revision.restarts) return undefined;
  const [worst] = pods
    .flatMap((pod) =>
      pod.containers.map((container) => ({ pod, container, count: containerRestarts(memory, pod, container) })),
    )
    .filter(({ container, count }) => count > 0 && lastEnd(container) !== undefined)
    .sort((a, b) => b.count - a.count);
  if (worst !== undefined) return ended(input, worst.pod, worst.container);
  const details = [{ label: FACT.restarts, value: `${restarts}, were ${revision.restarts}` }];
  return { kind: 'crashed', evidence: { object: `deployment/${revision.deploymentName}`, details } };
}

/** The SUT's own container crashed; one that admission added was taken from under it by the cluster. */
function ended(input: GroundInput, pod: Pod, container: Container): Ground {
  const evidence = endEvidence(input, pod, container);
  return isInjected(askedFor('sut', input.plan, input.seen), container)
    ? { kind: 'disrupted', finding: injectedFinding('sut', { evidence }) }
    : { kind: 'crashed', evidence };
}

/** A container that should run for ever has ended and is not up again. */
function isDown({ kind, state }: Container): boolean {
  if (kind === 'init') return false;
  return state.kind === 'terminated' || (state.kind === 'waiting' && state.reason === 'CrashLoopBackOff');
}

function changed(input: GroundInput, pods: readonly Pod[]): Ground | undefined {
  const { seen, revision, memory } = input;
  const object = `deployment/${revision.deploymentName}`;
  if (seen.reads.deployment.state === 'current' && seen.deployment?.meta.uid !== revision.deploymentUid) {
    return { kind: 'changed', evidence: { object, reason: seen.deployment === undefined ? 'Deleted' : 'Replaced' } };
  }
  if (seen.deployment !== undefined && isDeleting(seen.deployment)) {
    return { kind: 'changed', evidence: { object, reason: 'Deleted' } };
  }
  if (seen.deployment !== undefined && seen.deployment.specReplicas < revision.podUids.length) {
    const details = versus(`${revision.podUids.length} replicas`, `${seen.deployment.specReplicas}`);
    return { kind: 'changed', evidence: { object, reason: 'ScaledDown', details } };
  }
  const replicaSet = newReplicaSet(seen, input.plan);
  if (replicaSet !== undefined && replicaSet.meta.uid !== revision.replicaSetUid) {
    const details = versus(revision.replicaSetName, replicaSet.meta.name);
    return { kind: 'changed', evidence: { object, reason: 'NewRevision', details } };
  }
  for (const pod of pods) {
    if (isTerminating(pod) || memory.pods.get(pod.meta.uid)?.goneSinceMs !== undefined) {
      return { kind: 'changed', evidence: podEvidence(pod, { reason: POD_DELETED }) };
    }
  }
  return undefined;
}

function unready(input: GroundInput, pods: readonly Pod[]): Ground | undefined {
  const fromMs = testedFromMs(input.memory, input.jobUid);
  for (const pod of pods) {
    const lostAtMs = input.memory.pods.get(pod.meta.uid)?.lostReadyAtMs;
    if (!isReady(pod) || (lostAtMs !== undefined && lostAtMs >= fromMs)) {
      // Without a time nobody knows whether it was lost.
      const isUndated = isReady(pod) && condition(pod.conditions, 'Ready')?.lastTransitionTimeMs === undefined;
      return { kind: 'unready', evidence: podEvidence(pod, { reason: isUndated ? UNDATED_READY : 'NotReady' }) };
    }
  }
  return undefined;
}
