import { shorten } from '../causes/quote.ts';
import type { ClusterEvent, Container, Observation, Pod } from '../model/seen.ts';
import { condition, isReady, isTerminating } from './pod-facts.ts';
import { newestOf } from './rules/events.ts';

const REASON_CHARS = 80;
/** The sentence around the name of a readiness gate, which is a label key: up to 253 + 1 + 63 characters. */
const GATE_CHARS = 400;

/** What a pod is doing, in a few words and without running times: `container web: ContainerCreating`. */
export function podInWords(pod: Pod): string {
  if (isTerminating(pod)) return 'terminating';
  const scheduled = condition(pod.conditions, 'PodScheduled');
  if (scheduled?.status === 'False')
    return scheduled.reason === 'SchedulingGated' ? 'held by a scheduling gate' : 'no node yet';
  const container = blockingContainer(pod);
  if (container === undefined) return isReady(pod) ? 'ready' : notReadyInWords(pod);
  return `container ${container.name}: ${containerInWords(container)}`;
}

export function containerInWords({ state, ready, started, probes }: Container): string {
  switch (state.kind) {
    case 'waiting':
      return shorten(state.reason, REASON_CHARS) || 'waiting';
    case 'running':
      if (ready) return 'running and ready';
      if (probes.startup && !started) return 'running, startup probe not passed yet';
      return probes.readiness ? 'running, readiness probe not passing' : 'running, not ready';
    case 'terminated': {
      const reason = state.reason === '' ? '' : ` (${shorten(state.reason, REASON_CHARS)})`;
      return `ended with exit code ${state.exitCode}${reason}`;
    }
    case 'unknown':
      return 'no state yet';
  }
}

/** The first container that keeps the pod from being ready, in the order in which they start. */
export function blockingContainer(pod: Pod): Container | undefined {
  return pod.containers.find((container) => {
    if (container.kind !== 'init') return !container.ready;
    return !(container.state.kind === 'terminated' && container.state.exitCode === 0);
  });
}

function notReadyInWords(pod: Pod): string {
  // A gate whose condition nobody has set yet is in no condition but in the words of this one (kubelet, status/generate.go).
  const ready = condition(pod.conditions, 'Ready');
  if (ready?.reason === 'ReadinessGatesNotReady' && ready.message !== '') return shorten(ready.message, GATE_CHARS);
  const gate = pod.conditions.find(({ type, status }) => status !== 'True' && !STANDARD.has(type));
  return gate === undefined
    ? 'containers ready, pod not ready yet'
    : `waiting for condition ${shorten(gate.type, REASON_CHARS)}`;
}
const STANDARD = new Set([
  'PodScheduled',
  'PodReadyToStartContainers',
  'Initialized',
  'ContainersReady',
  'Ready',
  'DisruptionTarget',
]);

/** The kubelet's or a controller's own words about why: the state's message, else the newest warning about the object. */
export function tellingMessage(seen: Observation, pod: Pod): string | undefined {
  const scheduled = condition(pod.conditions, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.message !== '') return scheduled.message;
  const container = blockingContainer(pod);
  if (container?.state.kind === 'waiting' && container.state.message !== '') return container.state.message;
  if (container?.state.kind === 'terminated' && container.state.message !== '') return container.state.message;
  const event = newestWarning(seen.events, pod.meta.uid);
  return event === undefined ? undefined : `${event.reason}: ${event.message}`;
}

export function newestWarning(events: readonly ClusterEvent[], uid: string): ClusterEvent | undefined {
  return newestOf(events.filter(({ involved, type }) => involved.uid === uid && type !== 'Normal'));
}
