/**
 * What Kubernetes, the kubelet and container runtimes write when something fails, word for word, and the cause that it
 * must lead to for each party: a reason or text that no rule reads would leave a run waiting for its timeout.
 *
 * Reasons of containers: kubelet, pkg/kubelet/images/types.go and container/sync_result.go, cri-api pkg/errors; of pods
 * and conditions: api core/v1 and batch/v1 types.go. Texts of events: the components that write them.
 */
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/core/judge/decide.ts';
import { PARTY_RULES } from '../../../src/core/judge/rules/order.ts';
import type { Party } from '../../../src/core/judge/rules/rule.ts';
import type { ClusterEvent, Container, Pod } from '../../../src/core/model/seen.ts';
import {
  aCondition,
  aContainer,
  aPod,
  anEvent,
  anObservation,
  exited,
  running,
  waiting,
} from '../../fakes/builders.ts';
import { JOB_UID, RS_UID, contextOf, endedPod, healthySut, testContainer } from './world.ts';

const HOUR_MS = 3_600_000;

/** What is told first of a pod in this state for an hour: decided, or only as the explanation of a timeout. */
function told(party: Party, pod: Pod, events: readonly ClusterEvent[] = []): string {
  const world = { ...healthySut(), events };
  const first = anObservation({ ...world, ...(party === 'sut' ? { sutPods: [pod] } : { testcarPods: [pod] }) });
  const seen = { ...first, atMs: HOUR_MS };
  const owner =
    party === 'sut'
      ? { object: 'replicaset/web-5d4f', uid: RS_UID, missingPods: false }
      : { object: 'job/testcar-1', uid: JOB_UID, missingPods: false };
  const { decided, pending } = decide(PARTY_RULES, {
    ...contextOf(seen, { history: [first] }),
    party,
    pods: [pod],
    owner,
  });
  const [decidedFirst] = decided;
  if (decidedFirst !== undefined) return decidedFirst.cause;
  return pending[0] === undefined ? 'nothing' : `explains ${pending[0].cause}`;
}

const sutPod = (over: Partial<Container>, pod: Parameters<typeof aPod>[0] = {}): Pod =>
  aPod({ phase: 'Pending', ready: false, containers: [aContainer({ ready: false, imageID: '', ...over })], ...pod });
const testcarPod = (over: Partial<Container>, pod: Parameters<typeof aPod>[0] = {}): Pod =>
  endedPod({ phase: 'Pending', containers: [testContainer({ imageID: '', ...over })], ...pod });

describe('a container that waits', () => {
  it.each<[string, string, string]>([
    ['ErrImagePull', 'rpc error: code = NotFound desc = failed to resolve reference: not found', 'ImageNotFound'],
    ['ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: manifest unknown', 'ImageNotFound'],
    ['InvalidImageName', 'couldn\'t parse image name "X": invalid reference format', 'ImageNameInvalid'],
    ['ErrImageNeverPull', 'Container image "x" is not present with pull policy of Never', 'ImageNeverPull'],
    ['ImageInspectError', 'Failed to inspect image "x": rpc error: code = Unknown', 'ImagePullFailed'],
    ['RegistryUnavailable', 'the registry is unavailable', 'ImageRegistryUnreachable'],
    ['SignatureValidationFailed', 'SignatureValidationFailed: image signature validation failed', 'ImagePullFailed'],
    ['ImageVolumeMountFailed', 'failed to mount image volume: not supported', 'StartError'],
    ['CreateContainerConfigError', 'secret "db" not found', 'ConfigMissing'],
    ['CreateContainerConfigError', "couldn't find key password in Secret shop/db", 'ConfigMissing'],
    ['CreateContainerError', 'failed to reserve container name', 'StartError'],
    ['RunContainerError', 'failed to create containerd task: exec: "x": executable file not found', 'StartError'],
    ['PreCreateHookError', 'PreCreateHookError: no', 'StartError'],
    ['PreStartHookError', 'PreStartHookError: no', 'StartError'],
    ['PostStartHookError', 'PostStartHookError: command exited with 1', 'StartError'],
    ['RROUnsupported', 'recursive read-only mounts are not supported by the runtime', 'StartError'],
  ])('%s: %s', (reason, message, cause) => {
    expect(told('sut', sutPod({ state: waiting(reason, message) }))).toBe(`Sut${cause}`);
    expect(told('testcar', testcarPod({ state: waiting(reason, message) }))).toBe(`Testcar${cause}`);
  });

  it.each([
    ['ContainerCreating', ''],
    ['PodInitializing', ''],
    ['', ''],
  ])('%j is how every container begins', (reason, message) => {
    expect(told('sut', sutPod({ state: waiting(reason, message) }))).toBe('nothing');
    expect(told('testcar', testcarPod({ state: waiting(reason, message) }))).toBe('nothing');
  });

  it('for a cache of the kubelet only explains (krane, pod.rb)', () => {
    const state = waiting(
      'CreateContainerConfigError',
      'failed to sync secret cache: timed out waiting for the condition',
    );
    expect(told('sut', sutPod({ state }))).toBe('explains SutConfigMissing');
  });
});

describe('a container of the SUT that ended', () => {
  it.each<[string, Partial<Container>, string]>([
    ['OOMKilled, again', { state: exited(137, { reason: 'OOMKilled' }), restartCount: 1 }, 'SutOomKilled'],
    ['StartError 128', { state: exited(128, { reason: 'StartError' }), restartCount: 1 }, 'SutStartError'],
    [
      'ContainerCannotRun 127',
      { state: exited(127, { reason: 'ContainerCannotRun' }), restartCount: 1 },
      'SutStartError',
    ],
    [
      'Error 1, in a loop',
      { state: waiting('CrashLoopBackOff'), lastState: exited(1), restartCount: 2 },
      'SutCrashLooping',
    ],
    [
      'Completed 0, in a loop',
      { state: waiting('CrashLoopBackOff'), lastState: exited(0), restartCount: 2 },
      'SutCrashLooping',
    ],
    [
      'Error 134 SIGABRT, in a loop',
      { state: waiting('CrashLoopBackOff'), lastState: exited(134), restartCount: 2 },
      'SutCrashLooping',
    ],
    [
      'Error 139 SIGSEGV, in a loop',
      { state: waiting('CrashLoopBackOff'), lastState: exited(139), restartCount: 2 },
      'SutCrashLooping',
    ],
    ['Error 1, once', { state: exited(1) }, 'explains SutCrashLooping'],
    ['ContainerStatusUnknown', { state: exited(137, { reason: 'ContainerStatusUnknown' }) }, 'explains SutDisrupted'],
    ['Unknown 255', { state: exited(255, { reason: 'Unknown' }) }, 'explains SutDisrupted'],
  ])('%s', (_, over, cause) => {
    expect(told('sut', sutPod(over, { phase: 'Running' }))).toBe(cause);
  });
});

describe('a pod that was taken away or refused', () => {
  it.each<[string, string]>([
    ['Evicted', 'The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 0.'],
    ['Preempting', 'Preempted in order to admit critical pod'],
    ['NodeShutdown', 'Pod was rejected as the node is shutting down.'],
    ['Terminated', 'Pod was terminated in response to imminent node shutdown.'],
    ['Shutdown', 'Node is shutting, evicting pods'],
    ['UnexpectedAdmissionError', 'Pod Allocate failed due to no devices'],
    ['OutOfcpu', "Node didn't have enough resource: cpu"],
    ['OutOfmemory', "Pod Node didn't have enough resource: memory"],
    ['OutOfpods', "Node didn't have enough resource: pods"],
    ['NodeAffinity', 'Pod Predicate NodeAffinity failed'],
  ])('status.reason %s', (reason, message) => {
    const ended = { phase: 'Failed', reason, message } as const;
    expect(told('testcar', testcarPod({ state: exited(137) }, ended))).toBe('TestcarDisrupted');
    expect(told('sut', sutPod({ state: exited(137) }, ended))).toBe('explains SutDisrupted');
  });

  it.each([
    ['PreemptionByScheduler', 'TestcarDisrupted'],
    ['DeletionByTaintManager', 'TestcarDisrupted'],
    ['EvictionByEvictionAPI', 'TestcarDisrupted'],
    ['TerminationByKubelet', 'TestcarDisrupted'],
    ['DeletionByPodGC', 'NodeLost'],
  ])('condition DisruptionTarget %s, whatever status.reason says', (reason, cause) => {
    const conditions = [aCondition('DisruptionTarget', 'True', { reason })];
    expect(told('testcar', testcarPod({ state: exited(137) }, { phase: 'Failed', conditions }))).toBe(cause);
  });

  it('NodeLost', () => {
    expect(told('testcar', testcarPod({ state: running() }, { phase: 'Unknown', reason: 'NodeLost' }))).toBe(
      'NodeLost',
    );
  });
});

describe('a pod that no node takes', () => {
  const taint =
    '0/6 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 3 Insufficient cpu. preemption: 0/6';
  it.each<[string, string, string]>([
    ['Unschedulable', taint, 'Unschedulable'],
    ['Unschedulable', "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", 'Unschedulable'],
    [
      'Unschedulable',
      "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints.",
      'Unschedulable',
    ],
    ['Unschedulable', '0/1 nodes are available: 1 node(s) had volume node affinity conflict.', 'Unschedulable'],
    ['Unschedulable', '0/1 nodes are available: persistentvolumeclaim "data" not found.', 'ClaimMissing'],
  ])('%s: %s', (reason, message, cause) => {
    const conditions = [aCondition('PodScheduled', 'False', { reason, message })];
    const pod = { conditions, meta: {}, nodeName: undefined };
    expect(told('sut', sutPod({ state: waiting('') }, pod))).toBe(`Sut${cause}`);
    expect(told('testcar', testcarPod({ state: waiting('') }, pod))).toBe(`Testcar${cause}`);
  });

  it.each<[string, string]>([
    ['Unschedulable', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'],
  ])('that waits for its claim: %s', (reason, message) => {
    const conditions = [aCondition('PodScheduled', 'False', { reason, message })];
    expect(told('sut', sutPod({ state: waiting('') }, { conditions, nodeName: undefined, claims: ['data'] }))).toBe(
      'explains SutClaimPending',
    );
  });

  it('whom an error of the scheduler meets: it tries again', () => {
    const message = 'running PreBind plugin "VolumeBinding": context deadline exceeded';
    const conditions = [aCondition('PodScheduled', 'False', { reason: 'SchedulerError', message })];
    expect(told('sut', sutPod({ state: waiting('') }, { conditions, nodeName: undefined }))).toBe(
      'explains SutUnschedulable',
    );
  });

  it('held by a scheduling gate', () => {
    const conditions = [aCondition('PodScheduled', 'False', { reason: 'SchedulingGated', message: 'gated' })];
    expect(told('sut', sutPod({ state: waiting('') }, { conditions, nodeName: undefined }))).toBe(
      'explains SutUnschedulable',
    );
  });
});

describe('a pod on its node, before its containers', () => {
  const conditions = [aCondition('PodScheduled'), aCondition('PodReadyToStartContainers', 'False')];
  it.each<[string, string, string]>([
    ['FailedMount', 'MountVolume.SetUp failed for volume "secrets" : secret "db" not found', 'SutConfigMissing'],
    ['FailedMount', 'MountVolume.SetUp failed for volume "cfg" : configmap "cfg" not found', 'SutConfigMissing'],
    [
      'FailedMount',
      'Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition',
      'SutVolumeNotMounted',
    ],
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal',
      'SutVolumeNotMounted',
    ],
    ['FailedAttachVolume', 'AttachVolume.Attach failed for volume "pvc-1" : rpc error', 'SutVolumeNotMounted'],
    [
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-old',
      'explains SutVolumeNotMounted',
    ],
    [
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: plugin type="calico" failed (add): no IP',
      'SutSandboxFailed',
    ],
  ])('%s: %s', (reason, message, cause) => {
    const pod = sutPod({ state: waiting('ContainerCreating') }, { conditions });
    expect(told('sut', pod, [anEvent(reason, message)])).toBe(cause);
  });
});
