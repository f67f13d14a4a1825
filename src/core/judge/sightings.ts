import type { Container, Deployment, Job, Observation, Pod } from '../model/seen.ts';
import { disruptionOf } from './disruption.ts';
import { condition, isReady, isTrue } from './pod-facts.ts';

/** One thing that is true now and whose age matters. `reason` tells repeated entries into the same state apart. */
export type Topic = { key: string; reason: string; uid: string };

/** Reasons of one and the same trouble, between which the kubelet alternates. */
export const IMAGE_PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

export const TOPIC = {
  unschedulable: 'Unschedulable',
  disrupted: 'Disrupted',
  phaseUnknown: 'PhaseUnknown',
  notReady: 'NotReady',
  replicaFailure: 'ReplicaFailure',
  ended: 'Ended',
  podEnded: 'PodEnded',
  suspended: 'Suspended',
} as const;

/** Events whose age or presence a rule uses; all others are only shown. */
export const EVENT_REASONS: ReadonlySet<string> = new Set([
  'FailedAttachVolume',
  'FailedCreate',
  'FailedCreatePodSandBox',
  'FailedMount',
  'NodeNotReady',
  'Nominated',
  'NotTriggerScaleUp',
  'ProvisioningFailed',
  'TriggeredScaleUp',
]);

export function topicKey(uid: string, container: string, topic: string): string {
  return `${uid}/${container}/${topic}`;
}

export function containerTopic({ state }: Pick<Container, 'state'>): string {
  switch (state.kind) {
    case 'waiting':
      return IMAGE_PULL_REASONS.has(state.reason) ? 'ImagePull' : `waiting:${state.reason}`;
    case 'terminated':
      return `terminated:${state.reason}`;
    case 'running':
    case 'unknown':
      return state.kind;
  }
}

/** A start of a container that is not its first; the next start begins again. */
export function restartTopic({ restartCount }: Pick<Container, 'restartCount'>): string {
  return `Restart:${restartCount}`;
}

/** The roll-out of one generation of a Deployment is complete by its counts; the next generation begins again. */
export function rolledOutTopic({ generation }: Deployment['meta']): string {
  return `RolledOut:${generation ?? ''}`;
}

export function eventTopic(reason: string): string {
  return `event:${reason}`;
}

/** Everything in the observation whose age can matter. */
export function topicsOf(seen: Observation): readonly Topic[] {
  return [
    ...[...seen.sutPods, ...seen.testcarPods].flatMap(podTopics),
    ...seen.replicaSets.flatMap(({ meta, conditions }) =>
      isTrue(conditions, 'ReplicaFailure') ? [topic(meta.uid, TOPIC.replicaFailure)] : [],
    ),
    ...(seen.deployment !== undefined && isRolledOut(seen.deployment)
      ? [topic(seen.deployment.meta.uid, rolledOutTopic(seen.deployment.meta))]
      : []),
    ...(seen.job === undefined ? [] : jobTopics(seen.job)),
    ...seen.events
      .filter(({ reason }) => EVENT_REASONS.has(reason))
      .map(({ involved, reason }) => topic(involved.uid, eventTopic(reason))),
  ];
}

function podTopics(pod: Pod): readonly Topic[] {
  const { uid } = pod.meta;
  const scheduled = condition(pod.conditions, 'PodScheduled');
  return [
    ...(scheduled?.status === 'False' ? [topic(uid, TOPIC.unschedulable)] : []),
    ...(disruptionOf(pod) === undefined ? [] : [topic(uid, TOPIC.disrupted)]),
    ...(pod.phase === 'Succeeded' || pod.phase === 'Failed' ? [topic(uid, TOPIC.podEnded)] : []),
    ...(pod.phase === 'Unknown' ? [topic(uid, TOPIC.phaseUnknown)] : []),
    ...(isReady(pod) ? [] : [topic(uid, TOPIC.notReady)]),
    ...pod.containers.flatMap((container) => {
      const { name, state, restartCount } = container;
      const isRestarted = state.kind === 'running' && restartCount > 0;
      const reason = state.kind === 'waiting' ? state.reason : state.kind;
      const present = topic(uid, containerTopic(container), name, reason);
      return isRestarted ? [present, topic(uid, restartTopic(container), name)] : [present];
    }),
  ];
}

function jobTopics({ meta, conditions, suspend }: Job): readonly Topic[] {
  return [
    ...(isTrue(conditions, 'Complete') || isTrue(conditions, 'Failed') ? [topic(meta.uid, TOPIC.ended)] : []),
    ...(suspend || isTrue(conditions, 'Suspended') ? [topic(meta.uid, TOPIC.suspended)] : []),
  ];
}

function isRolledOut({ meta, observedGeneration, specReplicas, ...counts }: Deployment): boolean {
  const { replicas, updatedReplicas, availableReplicas } = counts;
  return (
    meta.generation === observedGeneration &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === specReplicas)
  );
}

function topic(uid: string, name: string, container = '', reason = name): Topic {
  return { key: topicKey(uid, container, name), reason, uid };
}
