import { describe, expect, it } from 'vitest';
import { COURIER_NAME } from '../../../src/core/courier/containers.ts';
import { decide } from '../../../src/core/judge/decide.ts';
import { PARTY_RULES } from '../../../src/core/judge/rules/order.ts';
import type { Party, RuleContext } from '../../../src/core/judge/rules/rule.ts';
import type { ClusterEvent, Container, Observation, Pod } from '../../../src/core/model/seen.ts';
import {
  aCondition,
  aContainer,
  aPod,
  aReplicaSet,
  anApiError,
  anEvent,
  anObservation,
  exited,
  running,
  uidOf,
  waiting,
} from '../../fakes/builders.ts';
import { RS_UID, contextOf } from './world.ts';

/** What the party's rules say of one pod that has looked like this since `0` and is looked at again at `nowMs`. */
function verdictOn(
  pod: Pod,
  nowMs: number,
  {
    party = 'sut',
    events = [],
    before,
  }: { party?: Party; events?: readonly ClusterEvent[]; before?: Observation } = {},
): { decided: string[]; pending: string[]; nextAtMs: number | undefined } {
  const pods = party === 'sut' ? { sutPods: [pod] } : { testcarPods: [pod] };
  const first = before ?? anObservation({ atMs: 0, ...pods, events });
  const seen = anObservation({ atMs: nowMs, ...pods, events });
  const ctx: RuleContext = { ...contextOf(seen, { history: [first] }), party, pods: [pod], owner: undefined };
  return summary(ctx);
}

function summary(ctx: RuleContext): { decided: string[]; pending: string[]; nextAtMs: number | undefined } {
  const { decided, pending, nextAtMs } = decide(PARTY_RULES, ctx);
  return { decided: decided.map(({ cause }) => cause), pending: pending.map(({ cause }) => cause), nextAtMs };
}

function podWith(container: Partial<Container>, over: Parameters<typeof aPod>[0] = {}): Pod {
  return aPod({
    phase: 'Pending',
    ready: false,
    containers: [aContainer({ ready: false, imageID: '', ...container })],
    ...over,
  });
}

const notFound = waiting(
  'ErrImagePull',
  'rpc error: code = NotFound desc = failed to pull: registry.example/web:2: not found',
);
const unauthorized = waiting('ErrImagePull', 'failed with status code [manifests 1]: 401 Unauthorized');
const configError = waiting('CreateContainerConfigError', 'secret "db" not found');
const startError = exited(128, { reason: 'StartError', message: 'exec: "server": executable file not found in $PATH' });
const oom = exited(137, { reason: 'OOMKilled' });
const unschedulable = {
  conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/1 nodes are available' })],
};

/** Each row: the state, and from when on it decides. Just before, it only waits for that moment. */
describe.each<[string, Pod, string, number]>([
  ['image not found', podWith({ state: notFound }), 'SutImageNotFound', 10_000],
  ['back-off without a text', podWith({ state: waiting('ImagePullBackOff') }), 'SutImagePullFailed', 60_000],
  ['Secret missing', podWith({ state: configError }), 'SutConfigMissing', 15_000],
  [
    'container cannot be created',
    podWith({ state: waiting('CreateContainerError', 'bad mount') }),
    'SutStartError',
    20_000,
  ],
  ['first failed start', podWith({ state: startError }), 'SutStartError', 20_000],
  ['no node', podWith({ state: { kind: 'unknown' } }, unschedulable), 'SutUnschedulable', 15_000],
])('%s', (_, pod, cause, graceMs) => {
  it('waits for its grace, then decides', () => {
    expect(verdictOn(pod, graceMs - 1)).toEqual({ decided: [], pending: [cause], nextAtMs: graceMs });
    expect(verdictOn(pod, graceMs)).toEqual({ decided: [cause], pending: [], nextAtMs: undefined });
  });
});

describe('decides at once', () => {
  it.each<[string, Pod, string]>([
    ['invalid image name', podWith({ state: waiting('InvalidImageName') }), 'SutImageNameInvalid'],
    ['image never pulled', podWith({ state: waiting('ErrImageNeverPull') }), 'SutImageNeverPull'],
    [
      'second failed start',
      podWith({ state: waiting('CrashLoopBackOff'), lastState: startError, restartCount: 1 }),
      'SutStartError',
    ],
    [
      'second kill for memory',
      podWith({ state: waiting('CrashLoopBackOff'), lastState: oom, restartCount: 1 }),
      'SutOomKilled',
    ],
    [
      'third crash',
      podWith({ state: waiting('CrashLoopBackOff'), lastState: exited(1), restartCount: 2 }),
      'SutCrashLooping',
    ],
    ['third crash, before the back-off', podWith({ state: exited(1), restartCount: 2 }), 'SutCrashLooping'],
    ['ends with 0 again and again', podWith({ state: exited(0), restartCount: 2 }), 'SutCrashLooping'],
    [
      'own storage limit',
      podWith(
        { state: exited(137) },
        { phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume "cache" exceeds the limit "5Mi".' },
      ),
      'SutStorageExceeded',
    ],
  ])('%s', (_, pod, cause) => {
    expect(verdictOn(pod, 0).decided).toEqual([cause]);
  });
});

describe('does not fire', () => {
  it.each<[string, Pod, readonly ClusterEvent[]]>([
    ['while the container is being created', podWith({ state: waiting('ContainerCreating') }), []],
    ['while init containers run', podWith({ state: waiting('PodInitializing') }), []],
    ['on a pod without any status', podWith({ state: { kind: 'unknown' } }), []],
    ['on a healthy pod', aPod(), []],
    [
      'on a healthy pod with an old warning',
      aPod(),
      [anEvent('FailedMount', 'secret "db" not found'), anEvent('NodeNotReady', 'Node is not ready')],
    ],
    ['on a finished init container', podWith({ kind: 'init', state: exited(0) }), []],
    [
      'on a ready container that was once killed for memory',
      aPod({ containers: [aContainer({ lastState: oom, restartCount: 1 })] }),
      [],
    ],
  ])('%s', (_, pod, events) => {
    expect(verdictOn(pod, 3_600_000, { events })).toEqual({ decided: [], pending: [], nextAtMs: undefined });
  });
});

describe('only explains, however long', () => {
  it.each<[string, Pod, string, readonly ClusterEvent[]]>([
    [
      'the cache race of the kubelet',
      podWith({
        state: waiting(
          'CreateContainerConfigError',
          'failed to sync secret cache: timed out waiting for the condition',
        ),
      }),
      'SutConfigMissing',
      [],
    ],
    [
      'first kill for memory, running again',
      podWith({ state: running(), lastState: oom, restartCount: 1 }),
      'SutOomKilled',
      [],
    ],
    [
      'second crash',
      podWith({ state: waiting('CrashLoopBackOff'), lastState: exited(1), restartCount: 1 }),
      'SutCrashLooping',
      [],
    ],
    [
      'eviction of a SUT pod, which is replaced',
      podWith(
        { state: running() },
        { conditions: [aCondition('DisruptionTarget', 'True', { reason: 'EvictionByEvictionAPI' })] },
      ),
      'SutDisrupted',
      [],
    ],
  ])('%s', (_, pod, cause, events) => {
    expect(verdictOn(pod, 3_600_000, { events })).toEqual({ decided: [], pending: [cause], nextAtMs: undefined });
  });

  it('a third start that is running may be the one that works', () => {
    const pod = podWith({ state: running(), lastState: exited(1), restartCount: 2 });
    expect(verdictOn(pod, 3_600_000)).toEqual({ decided: [], pending: [], nextAtMs: undefined });
  });
});

describe('image', () => {
  it('the second failed pull of a missing image decides before its grace', () => {
    const backOff = anObservation({
      atMs: 500,
      sutPods: [podWith({ state: waiting('ImagePullBackOff', 'Back-off') })],
    });
    const first = anObservation({ atMs: 0, sutPods: [podWith({ state: notFound })] });
    const second = anObservation({ atMs: 5000, sutPods: [podWith({ state: notFound })] });
    const ctx = contextOf(second, { history: [first, backOff] });
    expect(summary({ ...ctx, party: 'sut', pods: second.sutPods, owner: undefined }).decided).toEqual([
      'SutImageNotFound',
    ]);
  });

  it('the back-off of an older kubelet is explained by the error before it', () => {
    const before = anObservation({ atMs: 0, sutPods: [podWith({ state: notFound })] });
    expect(
      verdictOn(podWith({ state: waiting('ImagePullBackOff', 'Back-off pulling image') }), 10_000, { before }).decided,
    ).toEqual(['SutImageNotFound']);
  });
});

describe('the same trouble of testcar is its own cause', () => {
  it.each<[string, Pod, string, readonly ClusterEvent[]]>([
    ['image not found', podWith({ name: 'testcar', state: notFound }), 'TestcarImageNotFound', []],
    ['image name', podWith({ state: waiting('InvalidImageName') }), 'TestcarImageNameInvalid', []],
    ['pull', podWith({ state: unauthorized }), 'TestcarImageUnauthorized', []],
    ['never pull', podWith({ state: waiting('ErrImageNeverPull') }), 'TestcarImageNeverPull', []],
    ['config', podWith({ state: configError }), 'TestcarConfigMissing', []],
    [
      'mount',
      podWith({ state: waiting('ContainerCreating') }),
      'TestcarConfigMissing',
      [anEvent('FailedMount', 'MountVolume.SetUp failed for volume "s" : secret "x" not found')],
    ],
    ['start', podWith({ state: waiting('CreateContainerError') }), 'TestcarStartError', []],
    ['no node', podWith({ state: { kind: 'unknown' } }, unschedulable), 'TestcarUnschedulable', []],
    [
      'own storage limit',
      podWith(
        { state: exited(1) },
        { reason: 'Evicted', message: 'Container x exceeded its local ephemeral storage limit "5Mi".' },
      ),
      'TestcarStorageExceeded',
      [],
    ],
    [
      'eviction, after it should have terminated',
      podWith({ state: running() }, { reason: 'Evicted', message: 'The node was low on resource: memory.' }),
      'TestcarDisrupted',
      [],
    ],
    [
      'courier that the pod has as a plain init container',
      podWith({ name: COURIER_NAME, kind: 'init', state: running() }),
      'CourierFailed',
      [],
    ],
    [
      'courier that cannot start',
      podWith({
        name: COURIER_NAME,
        kind: 'sidecar',
        state: waiting('CrashLoopBackOff'),
        lastState: startError,
        restartCount: 1,
      }),
      'CourierFailed',
      [],
    ],
    [
      'courier that ends again and again',
      podWith({
        name: COURIER_NAME,
        kind: 'sidecar',
        state: waiting('CrashLoopBackOff'),
        lastState: exited(1),
        restartCount: 2,
      }),
      'CourierFailed',
      [],
    ],
    [
      'another sidecar that ends again and again',
      podWith({
        name: 'proxy',
        kind: 'sidecar',
        state: waiting('CrashLoopBackOff'),
        lastState: exited(1),
        restartCount: 2,
      }),
      'TestcarCrashed',
      [],
    ],
  ])('%s', (_, pod, cause, events) => {
    expect(verdictOn(pod, 60_000, { party: 'testcar', events }).decided).toEqual([cause]);
  });

  it('a test container that has ended is judged by the outcome, not here', () => {
    const pod = podWith({ name: 'testcar', state: exited(1) });
    expect(verdictOn(pod, 60_000, { party: 'testcar' }).decided).toEqual([]);
  });
});

describe('node', () => {
  const gone = anEvent('NodeNotReady', 'Node is not ready');

  it('decides 30 s after the pod lost its readiness with its node', () => {
    const pod = aPod({ ready: false });
    expect(verdictOn(pod, 29_999, { events: [gone] }).pending).toEqual(['NodeLost']);
    expect(verdictOn(pod, 30_000, { events: [gone] }).decided).toEqual(['NodeLost']);
  });

  it('does not fire when the node is back and the pod ready again', () => {
    expect(verdictOn(aPod(), 60_000, { events: [gone] }).decided).toEqual([]);
  });

  it('reads the words of other versions', () => {
    expect(verdictOn(aPod({ ready: false, reason: 'NodeLost' }), 60_000, { party: 'testcar' }).decided).toEqual([
      'NodeLost',
    ]);
    expect(
      verdictOn(aPod({ ready: false, phase: 'Unknown', conditions: [aCondition('PodScheduled')] }), 60_000).decided,
    ).toEqual(['NodeLost']);
  });
});

describe('not-created', () => {
  const quota = 'pods "web-1" is forbidden: exceeded quota: compute';
  function ownerContext(party: Party, seen: Partial<Observation>, nowMs: number, missingPods = true): RuleContext {
    const uid = party === 'sut' ? RS_UID : uidOf('Job', 'testcar-1');
    const first = anObservation({ atMs: 0, ...seen });
    const now = anObservation({ atMs: nowMs, ...seen });
    return { ...contextOf(now, { history: [first] }), party, pods: [], owner: { object: 'owner/x', uid, missingPods } };
  }
  const failure = {
    replicaSets: [
      aReplicaSet({ conditions: [aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: quota })] }),
    ],
  };
  const jobEvent = { events: [anEvent('FailedCreate', quota, { kind: 'Job', name: 'testcar-1' })] };

  it('decides for the ReplicaSet by its condition', () => {
    expect(summary(ownerContext('sut', failure, 34_999))).toMatchObject({
      decided: [],
      pending: ['SutQuotaExceeded'],
    });
    expect(summary(ownerContext('sut', failure, 35_000)).decided).toEqual(['SutQuotaExceeded']);
  });

  it('decides for the Job by its event', () => {
    expect(summary(ownerContext('testcar', jobEvent, 35_000)).decided).toEqual(['TestcarQuotaExceeded']);
  });

  it('blames a webhook that does not answer on the cluster', () => {
    const events = [
      anEvent('FailedCreate', 'Internal error: failed calling webhook "w": timeout', {
        kind: 'Job',
        name: 'testcar-1',
      }),
    ];
    expect(summary(ownerContext('testcar', { events }, 30_000)).decided).toEqual(['WebhookUnavailable']);
  });

  it('does not fire once the pods are there, nor on an old event of a recovered ReplicaSet', () => {
    expect(summary(ownerContext('sut', failure, 60_000, false)).decided).toEqual([]);
    const recovered = {
      replicaSets: [aReplicaSet()],
      events: [anEvent('FailedCreate', quota, { kind: 'ReplicaSet', name: 'web-5d4f' })],
    };
    expect(summary(ownerContext('sut', recovered, 60_000)).decided).toEqual([]);
  });
});

describe('api-reads', () => {
  function failing(
    kind: Parameters<typeof anApiError>[0],
    nowMs: number,
    which: keyof Observation['reads'] = 'sutPods',
  ): string[] {
    const seen = anObservation({
      atMs: nowMs,
      reads: { [which]: { state: 'failing', sinceMs: 0, error: anApiError(kind) } },
    });
    return summary({ ...contextOf(seen), party: 'sut', pods: [], owner: undefined }).decided;
  }

  it.each([
    ['unreachable', 30_000, 'ApiUnreachable'],
    ['tls', 30_000, 'ApiUnreachable'],
    ['not-kubernetes', 30_000, 'ApiNotKubernetes'],
    ['server-error', 30_000, 'ApiServerError'],
    ['too-many-requests', 30_000, 'ApiServerError'],
    ['expired', 30_000, 'ApiServerError'],
  ] as const)('%s waits out %i ms', (kind, graceMs, cause) => {
    expect(failing(kind, graceMs - 1)).toEqual([]);
    expect(failing(kind, graceMs)).toEqual([cause]);
  });

  it.each([
    ['unauthorized', 'CredentialsExpired'],
    ['credentials', 'CredentialsExpired'],
    ['forbidden', 'PermissionsMissing'],
  ] as const)('%s decides at once', (kind, cause) => {
    expect(failing(kind, 0)).toEqual([cause]);
  });

  it('does not fire for events, which only explain, nor for our own abort', () => {
    expect(failing('forbidden', 3_600_000, 'events')).toEqual([]);
    expect(failing('aborted', 3_600_000)).toEqual([]);
  });
});

it('tells what makes other evidence stale first, then causes before their consequences', () => {
  expect(PARTY_RULES.map(({ name }) => name)).toEqual([
    'api-reads',
    'node',
    'disruption',
    'not-created',
    'claim',
    'scheduling',
    'mount',
    'sandbox',
    'image',
    'config',
    'start',
    'oom',
    'courier',
    'crash',
    'sidecar',
    'uncounted',
  ]);
  const both = aPod({
    ready: false,
    containers: [
      aContainer({ name: 'a', ready: false, state: exited(1), restartCount: 5 }),
      aContainer({ name: 'b', ready: false, state: waiting('InvalidImageName') }),
    ],
  });
  expect(verdictOn(both, 0).decided).toEqual(['SutImageNameInvalid', 'SutCrashLooping']);
});

it('hands the age to the words', () => {
  const pod = podWith({ state: notFound });
  const seen = anObservation({ atMs: 12_000, sutPods: [pod] });
  const ctx = contextOf(seen, { history: [anObservation({ atMs: 0, sutPods: [pod] })] });
  const [finding] = decide(PARTY_RULES, { ...ctx, party: 'sut', pods: [pod], owner: undefined }).decided;
  expect(finding).toEqual({
    cause: 'SutImageNotFound',
    evidence: {
      object: 'pod/web-5d4f-1',
      node: 'node-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'ErrImagePull',
      message: 'rpc error: code = NotFound desc = failed to pull: registry.example/web:2: not found',
      sinceMs: 0,
      details: [{ label: 'held for', value: '12 s' }],
    },
  });
});
