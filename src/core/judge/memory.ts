import type { Container, Job, Observation, Pod } from '../model/seen.ts';
import { type EndpointMemories, rememberEndpoints } from './endpoint-memory.ts';
import { type NodeMemory, rememberNodes } from './node-memory.ts';
import { condition, isReady } from './pod-facts.ts';
import { IMAGE_PULL_REASONS, topicKey, topicsOf } from './sightings.ts';

/** `count` is how often the state was entered, not how often it was looked at. Times are the gate's clock. */
export type Sighting = { firstMs: number; count: number; reason: string };

export type PodMemory = {
  /** As last seen; also when it is gone by now. */
  pod: Pod;
  firstMs: number;
  goneSinceMs: number | undefined;
  /** When the pod was last seen to have lost a readiness that it had. */
  lostReadyAtMs: number | undefined;
};

export type JobMemory = { job: Job; firstMs: number; goneSinceMs: number | undefined };

/** What rules need to know of the past. Grows with the objects of one run, not with its length. */
export type Memory = {
  sightings: ReadonlyMap<string, Sighting>;
  /** Pod UID/container → last text of a failed pull, because ImagePullBackOff of older kubelets hides it. */
  pullErrors: ReadonlyMap<string, string>;
  /** Pod UID/container → highest restartCount; it falls when the kubelet loses dead containers. */
  restarts: ReadonlyMap<string, number>;
  pods: ReadonlyMap<string, PodMemory>;
  jobs: ReadonlyMap<string, JobMemory>;
  /** By name. */
  nodes: ReadonlyMap<string, NodeMemory>;
  endpoints: EndpointMemories;
};

export const emptyMemory: Memory = {
  sightings: new Map(),
  pullErrors: new Map(),
  restarts: new Map(),
  pods: new Map(),
  jobs: new Map(),
  nodes: new Map(),
  endpoints: new Map(),
};

/** The memory after this observation. Pure; the same observation twice changes nothing. */
export function remember(memory: Memory, seen: Observation): Memory {
  return {
    sightings: sightings(memory, seen),
    pullErrors: pullErrors(memory, seen),
    restarts: restarts(memory, seen),
    pods: pods(memory, seen),
    jobs: jobs(memory, seen),
    nodes: rememberNodes(memory.nodes, seen),
    endpoints: rememberEndpoints(memory.endpoints, seen),
  };
}

export function firstSeenMs(memory: Memory, key: string, nowMs: number): number {
  return memory.sightings.get(key)?.firstMs ?? nowMs;
}

export function timesSeen(memory: Memory, key: string): number {
  return memory.sightings.get(key)?.count ?? 0;
}

/** When the Job or a pod of it was first seen: two watches show them, and either may be cut off just then. */
export function testedFromMs({ jobs, pods }: Memory, jobUid: string): number {
  const seen = [...pods.values()].filter(({ pod }) => pod.meta.controllerUid === jobUid).map(({ firstMs }) => firstMs);
  const firstMs = Math.min(jobs.get(jobUid)?.firstMs ?? Infinity, ...seen);
  return firstMs === Infinity ? Number.NEGATIVE_INFINITY : firstMs;
}

/** Restarts of all containers of a pod, as high as they were ever seen. */
export function restartsOf(memory: Memory, pod: Pod): number {
  return pod.containers.reduce((sum, container) => sum + containerRestarts(memory, pod, container), 0);
}

export function containerRestarts(memory: Memory, pod: Pod, container: Container): number {
  return Math.max(container.restartCount, memory.restarts.get(containerKey(pod, container)) ?? 0);
}

export function containerKey(pod: Pod, container: Container): string {
  return topicKey(pod.meta.uid, container.name, '');
}

function sightings(memory: Memory, seen: Observation): ReadonlyMap<string, Sighting> {
  const next = new Map<string, Sighting>();
  // Waiting states of one container alternate while the trouble stays the same (a pull that fails, then backs off, then
  // is tried again), so they age on until the container has run.
  const ageing = new Set(
    allPods(seen).flatMap((pod) =>
      pod.containers
        .filter(({ state }) => state.kind === 'waiting' || state.kind === 'unknown')
        .map((container) => containerKey(pod, container)),
    ),
  );
  for (const [key, sighting] of memory.sightings) {
    if (ageing.has(key.slice(0, key.lastIndexOf('/') + 1))) next.set(key, { ...sighting, reason: '' });
  }
  for (const { key, reason } of topicsOf(seen)) {
    const before = memory.sightings.get(key);
    // A back-off is the rest after a try, not another try.
    const again = before !== undefined && before.reason !== reason && reason !== 'ImagePullBackOff' ? 1 : 0;
    next.set(key, {
      firstMs: before?.firstMs ?? seen.atMs,
      count: (before?.count ?? 1) + again,
      reason,
    });
  }
  return next;
}

function pullErrors(memory: Memory, seen: Observation): ReadonlyMap<string, string> {
  return updated(memory.pullErrors, seen, ({ state }) =>
    state.kind === 'waiting' &&
    state.reason !== 'ImagePullBackOff' &&
    IMAGE_PULL_REASONS.has(state.reason) &&
    state.message !== ''
      ? state.message
      : undefined,
  );
}

function restarts(memory: Memory, seen: Observation): ReadonlyMap<string, number> {
  return updated(memory.restarts, seen, ({ restartCount }, before) =>
    restartCount > (before ?? 0) ? restartCount : undefined,
  );
}

function updated<T>(
  map: ReadonlyMap<string, T>,
  seen: Observation,
  valueOf: (container: Container, before: T | undefined) => T | undefined,
): ReadonlyMap<string, T> {
  const next = new Map(map);
  for (const pod of allPods(seen)) {
    for (const container of pod.containers) {
      const key = containerKey(pod, container);
      const value = valueOf(container, map.get(key));
      if (value !== undefined) next.set(key, value);
    }
  }
  return next;
}

function pods(memory: Memory, seen: Observation): ReadonlyMap<string, PodMemory> {
  const current = seen.reads.sutPods.state === 'current' && seen.reads.testcarPods.state === 'current';
  const next = new Map<string, PodMemory>();
  for (const [uid, before] of memory.pods)
    next.set(uid, current ? { ...before, goneSinceMs: before.goneSinceMs ?? seen.atMs } : before);
  for (const pod of allPods(seen)) {
    const before = memory.pods.get(pod.meta.uid);
    next.set(pod.meta.uid, {
      pod,
      firstMs: before?.firstMs ?? seen.atMs,
      goneSinceMs: undefined,
      lostReadyAtMs: before !== undefined && lostReady(before.pod, pod) ? seen.atMs : before?.lostReadyAtMs,
    });
  }
  return next;
}

/** Also a loss between two looks: the time at which it became ready has changed. Both times are the same node's clock. */
function lostReady(before: Pod, now: Pod): boolean {
  if (!isReady(before)) return false;
  if (!isReady(now)) return true;
  return readySince(before) !== readySince(now);
}

function readySince(pod: Pod): number | undefined {
  return condition(pod.conditions, 'Ready')?.lastTransitionTimeMs;
}

function jobs(memory: Memory, seen: Observation): ReadonlyMap<string, JobMemory> {
  const next = new Map<string, JobMemory>();
  for (const [uid, before] of memory.jobs) {
    const gone = seen.reads.job.state === 'current' && seen.job?.meta.uid !== uid;
    next.set(uid, { ...before, goneSinceMs: gone ? (before.goneSinceMs ?? seen.atMs) : before.goneSinceMs });
  }
  if (seen.job !== undefined) {
    const firstMs = memory.jobs.get(seen.job.meta.uid)?.firstMs ?? seen.atMs;
    next.set(seen.job.meta.uid, { job: seen.job, firstMs, goneSinceMs: undefined });
  }
  return next;
}

function allPods(seen: Observation): readonly Pod[] {
  return [...seen.sutPods, ...seen.testcarPods];
}
