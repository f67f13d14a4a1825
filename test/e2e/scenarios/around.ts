import { type JsonObject, stringAt } from '../../../src/core/model/json.ts';
import type { Edit } from '../example-manifests.ts';
import { inContainer } from '../example-manifests.ts';
import { type Act, type Scenarios, clusterError, sutNotReady, testcarError } from '../scenario.ts';
import { event, roleOf, unschedulable } from '../truth.ts';
import type { World } from '../world.ts';

const VOLUMES = ['spec', 'template', 'spec', 'volumes'] as const;
const withVolume = (volume: JsonObject): readonly Edit[] => [
  [[...VOLUMES], [{ name: 'data', ...volume }]],
  // The kubelet mounts only what a container uses.
  [inContainer('volumeMounts'), [{ name: 'data', mountPath: '/data' }]],
];
const CLAIM = { persistentVolumeClaim: { claimName: 'data' } };
const NO_DIRECTORY = { hostPath: { path: '/no-such-directory-on-any-node', type: 'Directory' } };
const NO_ROOM: readonly Edit[] = [[inContainer('resources'), { requests: { cpu: '900' } }]];

const claim =
  (spec: JsonObject) =>
  async ({ kube, namespace }: World): Promise<void> => {
    await kube.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } }, ...spec },
    });
  };

/** What an autoscaler says of the pod, as the autoscaler writes it: a Normal event. */
const autoscalerSays =
  (reason: string, message: string) =>
  async ({ world: { kube, namespace } }: Act): Promise<void> => {
    const pod = await kube.until('the pod has no node', 'Pod', namespace, (pods) =>
      pods.find((each) => roleOf(each) === 'sut' && unschedulable('sut').isIn([each], [])),
    );
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    await kube.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `autoscaler-${reason.toLowerCase()}`, namespace },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        namespace,
        name: stringAt(pod, 'metadata', 'name'),
        uid: stringAt(pod, 'metadata', 'uid'),
      },
      type: 'Normal',
      reason,
      message,
      source: { component: 'cluster-autoscaler' },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
  };

/** Storage and capacity around the two parties. */
export const AROUND: Scenarios = {
  title: 'what surrounds the parties fails:',
  scenarios: [
    {
      name: 'the claim of the revision does not exist',
      fault: 'the Deployment names a PersistentVolumeClaim that nobody made',
      sut: () => ({ edits: withVolume(CLAIM) }),
      expected: sutNotReady('SutClaimMissing'),
      observable: unschedulable('sut'),
      names: ['persistentvolumeclaim/data', 'claimName'],
    },
    {
      name: 'the claim of the revision names no class',
      fault: 'a PersistentVolumeClaim in a cluster without a default storage class',
      prepare: claim({}),
      sut: () => ({ edits: withVolume(CLAIM) }),
      expected: clusterError('SutClaimPending'),
      observable: unschedulable('sut'),
      graceMs: 15_000,
      names: ['persistentvolumeclaim/data', 'no storage class', 'unbound immediate PersistentVolumeClaims'],
    },
    {
      name: 'the claim of testcar names a class that does not exist',
      fault: 'a PersistentVolumeClaim of a storage class that nobody made',
      prepare: claim({ storageClassName: 'no-such-class' }),
      testcar: () => ({ edits: withVolume(CLAIM) }),
      expected: clusterError('TestcarClaimPending'),
      observable: unschedulable('testcar'),
      graceMs: 15_000,
      names: ['persistentvolumeclaim/data', 'no-such-class', 'storage class that the claim names does not exist'],
    },
    {
      name: 'the claim of testcar does not exist',
      fault: "testcar's Job names a PersistentVolumeClaim that nobody made",
      testcar: () => ({ edits: withVolume(CLAIM) }),
      expected: testcarError('TestcarClaimMissing'),
      observable: unschedulable('testcar'),
      names: ['persistentvolumeclaim/data', 'claimName'],
    },
    {
      name: 'a volume of the revision cannot be mounted',
      fault: 'a hostPath volume of type Directory that no node has',
      sut: () => ({ edits: withVolume(NO_DIRECTORY) }),
      expected: clusterError('SutVolumeNotMounted'),
      observable: event('FailedMount'),
      graceMs: 15_000,
      names: ['hostPath type check failed', /on node \S+/],
    },
    {
      name: 'a volume of testcar cannot be mounted',
      fault: 'a hostPath volume of type Directory that no node has',
      testcar: () => ({ edits: withVolume(NO_DIRECTORY) }),
      expected: clusterError('TestcarVolumeNotMounted'),
      observable: event('FailedMount'),
      graceMs: 15_000,
      names: ['hostPath type check failed'],
    },
    {
      name: 'an autoscaler brings a node for longer than the run may take',
      fault:
        'an unschedulable pod, and the event TriggeredScaleUp: 15 s of grace do not end the run, readyTimeout does',
      sut: () => ({ edits: NO_ROOM }),
      during: autoscalerSays('TriggeredScaleUp', 'pod triggered scale-up: [{pool-1 1->2 (max: 5)}]'),
      inputs: { readyTimeout: '25s' },
      expected: clusterError('SutUnschedulable'),
      observable: unschedulable('sut'),
      graceMs: 20_000,
      names: ['Insufficient cpu', 'TriggeredScaleUp: pod triggered scale-up'],
    },
    {
      name: 'an autoscaler cannot bring a node',
      fault: 'an unschedulable pod, and the event NotTriggerScaleUp: nothing is left to wait for',
      sut: () => ({ edits: NO_ROOM }),
      during: autoscalerSays('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached"),
      expected: clusterError('SutUnschedulable'),
      observable: event('NotTriggerScaleUp'),
      graceMs: 0,
      names: ['Insufficient cpu', 'max node group size reached'],
    },
  ],
};
