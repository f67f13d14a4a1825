import type { Condition, Container, ContainerState, Pod } from '../model/seen.ts';

export function condition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((candidate) => candidate.type === type);
}

/** Conditions are one of a type by convention only: the list in a Job's status may hold two that say different things. */
export function isTrue(conditions: readonly Condition[], type: string): boolean {
  const told = conditions.filter((candidate) => candidate.type === type);
  return told.length > 0 && told.every(({ status }) => status === 'True');
}

export function isReady(pod: Pod): boolean {
  return pod.meta.deletionTimestampMs === undefined && isTrue(pod.conditions, 'Ready');
}

/**
 * Ready by its condition, and nothing else that it says speaks against that: the kubelet derives the condition from its
 * containers' states, so a pod that disagrees with itself is no evidence (kubelet, status/generate.go).
 */
export function isProvablyUp(pod: Pod): boolean {
  return (
    isReady(pod) &&
    pod.phase === 'Running' &&
    pod.containers.every(
      ({ kind, state, ready, restartCount }) =>
        restartCount >= 0 && (kind !== 'main' || (state.kind === 'running' && ready)),
    )
  );
}

export function isTerminating(pod: Pod): boolean {
  return pod.meta.deletionTimestampMs !== undefined;
}

/** The reason that we give for a pod which was deleted without a word of the cluster about why. */
export const POD_DELETED = 'PodDeleted';

export function podsOf(pods: readonly Pod[], controllerUid: string | undefined): readonly Pod[] {
  if (controllerUid === undefined) return [];
  return pods.filter((pod) => pod.meta.controllerUid === controllerUid);
}

export type Terminated = Extract<ContainerState, { kind: 'terminated' }>;

export function terminated(state: ContainerState): Terminated | undefined {
  return state.kind === 'terminated' ? state : undefined;
}

/** How the container ended last: now, or before its present start. */
export function lastEnd(container: Container): Terminated | undefined {
  return terminated(container.state) ?? terminated(container.lastState);
}

/** containerd reports a start that failed as StartError with exit code 128, docker as ContainerCannotRun (containerd#9080). */
export function startFailed(end: Terminated): boolean {
  return end.reason === 'StartError' || end.reason === 'ContainerCannotRun';
}

export const OOM_KILLED = 'OOMKilled';

/**
 * The end by memory, now or before. The exit code does not matter: where only a child was killed, the container ends
 * with 0 and the pod counts as Succeeded (kubernetes#116042, #131530).
 */
export function oomEnd(container: Container): Terminated | undefined {
  return [terminated(container.state), terminated(container.lastState)].find((end) => end?.reason === OOM_KILLED);
}

const DIGEST = /sha256:[0-9a-f]{64}/g;

/**
 * The digests in an image reference or imageID. The repository before it may be a mirror's or absent
 * (containerd#8408, kubernetes#115199), so it never counts.
 */
export function digestsIn(text: string): readonly string[] {
  return [...new Set(text.match(DIGEST) ?? [])].sort();
}
