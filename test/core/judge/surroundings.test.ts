/** Nodes, volumes, sandboxes and autoscalers: when they decide, when they only explain, and when they must not fire. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/core/judge/decide.ts';
import { groundOf } from '../../../src/core/judge/ground.ts';
import { judgeTest } from '../../../src/core/judge/testing.ts';
import { PARTY_RULES } from '../../../src/core/judge/rules/order.ts';
import type { RuleContext } from '../../../src/core/judge/rules/rule.ts';
import type { Evidence } from '../../../src/core/model/evidence.ts';
import type { ClusterEvent, Condition, Pod } from '../../../src/core/model/seen.ts';
import {
  aClaim,
  aCondition,
  aContainer,
  aJob,
  aLease,
  aNode,
  aPod,
  anApiError,
  anEvent,
  anObservation,
  exited,
  running,
  uidOf,
  waiting,
} from '../../fakes/builders.ts';
import { JOB_UID, REVISION, aPlan, contextOf, healthySut, memoryOf, testingPod } from './world.ts';

type Around = NonNullable<NonNullable<Parameters<typeof anObservation>[0]>['around']>;
type Scene = { events?: readonly ClusterEvent[]; around?: Around };
type Summary = { decided: string[]; pending: string[]; nextAtMs: number | undefined };

function context(pod: Pod, nowMs: number, now: Scene = {}, before: Scene = now): RuleContext {
  const first = anObservation({ atMs: 0, sutPods: [pod], ...before });
  const seen = anObservation({ atMs: nowMs, sutPods: [pod], ...now });
  return { ...contextOf(seen, { history: [first] }), party: 'sut', pods: [pod], owner: undefined };
}

/** What the rules say of a scene that has been there since 0. */
function verdict(pod: Pod, nowMs: number, now: Scene = {}, before: Scene = now): Summary {
  const { decided, pending, nextAtMs } = decide(PARTY_RULES, context(pod, nowMs, now, before));
  return { decided: decided.map(({ cause }) => cause), pending: pending.map(({ cause }) => cause), nextAtMs };
}

function evidenceOf(pod: Pod, nowMs: number, now: Scene, before: Scene = now): Evidence | undefined {
  return decide(PARTY_RULES, context(pod, nowMs, now, before)).decided[0]?.evidence;
}

const NOTHING: Summary = { decided: [], pending: [], nextAtMs: undefined };
const lost = aNode({ ready: 'Unknown', taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }] });
const other = aNode({ name: 'node-2' });

describe('a node', () => {
  it('that is lost decides after its grace, also while its pod still reads Running and Ready', () => {
    const scene = { around: { nodes: [lost] } };
    expect(verdict(aPod(), 29_999, scene)).toEqual({ decided: [], pending: ['NodeLost'], nextAtMs: 30_000 });
    expect(verdict(aPod(), 30_000, scene).decided).toEqual(['NodeLost']);
  });

  it('is told with its state, the reason, and the time without a heartbeat on the gate’s own clock', () => {
    // The lease's own time is far from the gate's clock: it is only compared with itself.
    const lease = aLease({ renewTimeMs: 999_999_999 });
    expect(evidenceOf(aPod(), 80_000, { around: { nodes: [lost], leases: [lease] } })).toMatchObject({
      object: 'pod/web-5d4f-1',
      node: 'node-1',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      details: [
        { label: 'node', value: 'Ready Unknown, taint node.kubernetes.io/unreachable:NoExecute' },
        { label: 'heartbeat of the node', value: 'none seen for 1 min 20 s' },
        { label: 'held for', value: '1 min 20 s' },
      ],
    });
  });

  it('counts a renewed lease as a heartbeat, whatever the clock of the node says', () => {
    const before = { around: { nodes: [lost], leases: [aLease({ renewTimeMs: 5_000_000 })] } };
    const now = { around: { nodes: [lost], leases: [aLease({ renewTimeMs: 1_000 })] } };
    expect(evidenceOf(aPod(), 80_000, now, before)?.details).not.toContainEqual(
      expect.objectContaining({ label: 'heartbeat of the node' }),
    );
  });

  it('that says of itself that it is not ready is told in its own words, with pressure and cordon', () => {
    const node = aNode({
      unschedulable: true,
      conditions: [
        aCondition('DiskPressure', 'True'),
        aCondition('Ready', 'False', { reason: 'KubeletNotReady', message: 'container runtime is down' }),
      ],
    });
    expect(evidenceOf(aPod(), 30_000, { around: { nodes: [node, other] } })).toMatchObject({
      reason: 'KubeletNotReady',
      details: [{ label: 'node', value: 'Ready False, DiskPressure, cordoned' }, { label: 'held for' }],
    });
  });

  it('that was deleted under its pod is lost', () => {
    const gone = { around: { nodes: [other] } };
    const there = { around: { nodes: [aNode(), other] } };
    expect(verdict(aPod(), 30_000, gone, there)).toEqual({ decided: [], pending: ['NodeLost'], nextAtMs: 60_000 });
  });

  it.each<[string, Scene, Scene?]>([
    ['is ready', { around: { nodes: [aNode()] } }],
    [
      'is ready but cordoned and under pressure',
      {
        around: {
          nodes: [aNode({ unschedulable: true, conditions: [aCondition('Ready'), aCondition('MemoryPressure')] })],
        },
      },
    ],
    ['is back', { around: { nodes: [aNode()] } }, { around: { nodes: [lost] } }],
    [
      'is back, and its old event is still listed',
      {
        around: { nodes: [aNode()] },
        events: [anEvent('NodeNotReady', 'Node is not ready')],
      },
    ],
    [
      'may not be read',
      {
        around: { nodes: [], reads: { nodes: { state: 'failing', sinceMs: 0, error: anApiError('forbidden') } } },
      },
    ],
    ['was never looked at', {}],
    ['is not in the first list', { around: { nodes: [other] } }],
  ])('does not fire when it %s', (_, now, before) => {
    expect(verdict(aPod({ ready: before !== undefined }), 3_600_000, now, before ?? now)).toEqual(NOTHING);
  });

  it('does not count as gone while nodes cannot be read', () => {
    const failing = { nodes: { state: 'failing', sinceMs: 0, error: anApiError('unreachable') } } as const;
    const now = { around: { nodes: [], reads: failing } };
    expect(verdict(aPod(), 3_600_000, now, { around: { nodes: [aNode()] } })).toEqual(NOTHING);
  });

  it('does not fire on a pod that has ended', () => {
    const ended = aPod({
      phase: 'Succeeded',
      ready: false,
      containers: [aContainer({ ready: false, state: exited(0), kind: 'init' })],
    });
    expect(verdict(ended, 3_600_000, { around: { nodes: [lost] } })).toEqual(NOTHING);
  });
});

describe('all nodes offline', () => {
  const second = aNode({ name: 'node-2', ready: 'False' });

  it.each<[string, Around]>([
    ['the cluster has one node', { nodes: [lost], everyNode: true }],
    ['none of the cluster is ready', { nodes: [lost, second], everyNode: true }],
    ['the parties ran on several, and others may not be looked at', { nodes: [lost, second] }],
  ])('when %s', (_, around) => {
    expect(verdict(aPod(), 30_000, { around }).decided).toEqual(['NodesOffline']);
  });

  it.each<[string, Around]>([
    ['another of the cluster is ready', { nodes: [lost, other], everyNode: true }],
    ['another of the parties is ready', { nodes: [lost, other] }],
    ['only one is known', { nodes: [lost] }],
  ])('is one lost node when %s', (_, around) => {
    expect(verdict(aPod(), 30_000, { around }).decided).toEqual(['NodeLost']);
  });

  it('are named, the first five of them', () => {
    const nodes = [lost, ...['2', '3', '4', '5', '6', '7'].map((n) => aNode({ name: `node-${n}`, ready: 'Unknown' }))];
    expect(evidenceOf(aPod(), 30_000, { around: { nodes, everyNode: true } })?.details).toContainEqual({
      label: 'nodes that are not ready',
      value: 'node-1, node-2, node-3, node-4, node-5 and 2 more',
    });
  });
});

describe('the ground under the tests', () => {
  const job = aJob({ uid: JOB_UID });
  const at = (atMs: number, nodes: Around['nodes'], testing = true): ReturnType<typeof anObservation> =>
    anObservation({ atMs, ...healthySut(), ...(testing && { job }), around: { nodes: nodes ?? [] } });
  const ground = (...history: ReturnType<typeof anObservation>[]): ReturnType<typeof groundOf> => {
    const seen = history.at(-1) ?? anObservation();
    return groundOf({
      plan: aPlan(),
      revision: REVISION,
      jobUid: JOB_UID,
      seen,
      memory: memoryOf(...history),
      nowMs: seen.atMs,
    });
  };

  it('held', () => {
    expect(ground(at(0, [aNode()]), at(9_000, [aNode()]))).toBeUndefined();
  });

  it('is gone with the node, though the pod still reads Running and Ready', () => {
    expect(ground(at(0, [aNode()]), at(9_000, [lost]))).toMatchObject({
      kind: 'disrupted',
      finding: { cause: 'NodeLost' },
    });
  });

  it('broke by a restart whose end nobody knows any more: not by the end of an init container', () => {
    const migrate = aContainer({ name: 'migrate', kind: 'init', ready: true, probes: {}, state: exited(0) });
    const sutPods = [aPod({ containers: [migrate, aContainer({ restartCount: 1 })] })];
    expect(ground(at(0, [aNode()]), { ...at(9_000, [aNode()]), sutPods })).toEqual({
      kind: 'crashed',
      evidence: { object: 'deployment/web', details: [{ label: 'restarts', value: '1, were 0' }] },
    });
  });

  it('was gone for a while, and a restart that the node brought is not held against the SUT', () => {
    const restarted = at(60_000, [aNode()]);
    const sutPods = [aPod({ containers: [aContainer({ restartCount: 1, lastState: exited(255) })] })];
    expect(ground(at(0, [aNode()]), at(9_000, [lost]), { ...restarted, sutPods })).toMatchObject({
      kind: 'disrupted',
      finding: { cause: 'NodeLost', evidence: { details: [{ value: expect.stringContaining('ready again since') }] } },
    });
  });

  it('does not count a loss before the tests began', () => {
    expect(ground(at(0, [lost], false), at(9_000, [aNode()], false), at(20_000, [aNode()]))).toBeUndefined();
  });

  it('ends the wait for tests whose system has lost its node', () => {
    const testing = (nodes: Around['nodes'], atMs: number): ReturnType<typeof anObservation> => ({
      ...at(atMs, nodes),
      testcarPods: [testingPod({ nodeName: 'node-2' })],
    });
    const judge = (atMs: number): ReturnType<typeof judgeTest> => {
      const context = contextOf(testing([lost, other], atMs), { history: [testing([lost, other], 0)] });
      return judgeTest({ ...context, revision: REVISION, job: { uid: JOB_UID } });
    };
    expect(judge(29_999)).toMatchObject({ kind: 'waiting', nextAtMs: 30_000 });
    expect(judge(30_000)).toMatchObject({
      kind: 'failed',
      finding: { cause: 'NodeLost', evidence: { object: 'pod/web-5d4f-1' } },
    });
  });
});

const ready = (status: Condition['status']): Condition => aCondition('PodReadyToStartContainers', status);
const beforeContainers = (...conditions: Condition[]): Pod =>
  aPod({
    phase: 'Pending',
    ready: false,
    conditions: [aCondition('PodScheduled'), ...conditions],
    containers: [aContainer({ ready: false, state: waiting('ContainerCreating') })],
  });
const STUCK = beforeContainers(ready('False'));
const NFS = 'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32';

describe('a volume that cannot be mounted', () => {
  it.each<[string, ClusterEvent, number]>([
    ['as long as the kubelet itself waits', anEvent('FailedMount', NFS), 123_000],
    ['an attach too', anEvent('FailedAttachVolume', 'AttachVolume.Attach failed for volume "pvc-1"'), 123_000],
    [
      'a wrong path on the node sooner',
      anEvent(
        'FailedMount',
        'MountVolume.SetUp failed for volume "d" : hostPath type check failed: /d is not a directory',
      ),
      15_000,
    ],
  ])('decides: %s', (_, event, graceMs) => {
    const scene = { events: [event] };
    expect(verdict(STUCK, graceMs - 1, scene)).toEqual({
      decided: [],
      pending: ['SutVolumeNotMounted'],
      nextAtMs: graceMs,
    });
    expect(verdict(STUCK, graceMs, scene).decided).toEqual(['SutVolumeNotMounted']);
  });

  it.each<[string, Pod, ClusterEvent]>([
    [
      'while another pod holds it',
      STUCK,
      anEvent('FailedAttachVolume', 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-0'),
    ],
    ['where the pod does not tell volumes from images', beforeContainers(), anEvent('FailedMount', NFS)],
  ])('only explains %s', (_, pod, event) => {
    expect(verdict(pod, 3_600_000, { events: [event] })).toEqual({ ...NOTHING, pending: ['SutVolumeNotMounted'] });
  });

  it.each<[string, Pod, ClusterEvent]>([
    ['volumes are there, and an image is pulled', beforeContainers(ready('True')), anEvent('FailedMount', NFS)],
    [
      'the kubelet only waits for its cache',
      STUCK,
      anEvent('FailedMount', 'MountVolume.SetUp failed for volume "c" : failed to sync configmap cache: timed out'),
    ],
    ['the pod runs', aPod(), anEvent('FailedMount', NFS)],
    ['it is the volume of another pod', STUCK, anEvent('FailedMount', NFS, { kind: 'Pod', name: 'else' })],
  ])('does not fire when %s', (_, pod, event) => {
    expect(verdict(pod, 3_600_000, { events: [event] })).toEqual(NOTHING);
  });

  it('is configuration when a Secret is missing, whatever else is said', () => {
    const missing = anEvent('FailedMount', 'MountVolume.SetUp failed for volume "s" : secret "db" not found');
    const events = [anEvent('FailedAttachVolume', 'x'), missing];
    expect(verdict(STUCK, 15_000, { events }).decided).toEqual(['SutConfigMissing']);
  });

  it('is told by the event with the reason, not by the summary after it', () => {
    const reason = anEvent('FailedMount', NFS, undefined, {
      meta: { ...anEvent('a', 'b').meta, uid: '1' },
      lastSeenMs: 1,
    });
    const summary = anEvent('FailedMount', 'Unable to attach or mount volumes: unmounted volumes=[data]', undefined, {
      lastSeenMs: 9,
    });
    expect(evidenceOf(STUCK, 123_000, { events: [reason, summary] })?.message).toBe(NFS);
  });
});

describe('a sandbox that cannot be created', () => {
  const cni = anEvent('FailedCreatePodSandBox', 'plugin type="bridge" failed (add): no IP addresses available');
  const runtime = anEvent(
    'FailedCreatePodSandBox',
    'failed to get sandbox runtime: no runtime for "gvisor" is configured',
  );

  it.each([
    ['network', cni, 60_000],
    ['a runtime that the node does not have', runtime, 15_000],
  ])('decides: %s', (_, event, graceMs) => {
    expect(verdict(STUCK, graceMs - 1, { events: [event] }).pending).toEqual(['SutSandboxFailed']);
    expect(verdict(STUCK, graceMs, { events: [event] }).decided).toEqual(['SutSandboxFailed']);
  });

  it('only explains where the pod does not say whether it has one now', () => {
    expect(verdict(beforeContainers(), 3_600_000, { events: [cni] })).toEqual({
      ...NOTHING,
      pending: ['SutSandboxFailed'],
    });
  });

  it.each<[string, Pod]>([
    ['there is one now', beforeContainers(ready('True'))],
    ['the pod runs', aPod()],
    [
      'a container has run',
      aPod({ phase: 'Pending', containers: [aContainer({ state: running() })], conditions: [ready('False')] }),
    ],
  ])('does not fire when %s', (_, pod) => {
    expect(verdict(pod, 3_600_000, { events: [cni] })).toEqual(NOTHING);
  });
});

function unscheduled(message: string, over: Partial<Pod> & { reason?: string } = {}): Pod {
  const { reason = 'Unschedulable', ...rest } = over;
  return aPod({
    phase: 'Pending',
    ready: false,
    nodeName: undefined,
    claims: ['data'],
    conditions: [aCondition('PodScheduled', 'False', { reason, message })],
    containers: [aContainer({ ready: false, state: { kind: 'unknown' } })],
    ...rest,
  });
}
const UNBOUND = unscheduled('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.');
const ofClaim = { kind: 'PersistentVolumeClaim', name: 'data' };
const pendingClaim = aClaim({ phase: 'Pending', volumeName: undefined });

describe('a claim', () => {
  it('that is missing is the configuration of the party', () => {
    const pod = unscheduled('0/1 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/1');
    expect(verdict(pod, 14_999)).toEqual({ decided: [], pending: ['SutClaimMissing'], nextAtMs: 15_000 });
    expect(verdict(pod, 15_000).decided).toEqual(['SutClaimMissing']);
    expect(evidenceOf(pod, 15_000, {})).toMatchObject({
      object: 'persistentvolumeclaim/data',
      details: [
        { label: 'asked for by', value: 'pod/web-5d4f-1' },
        { label: 'held for', value: '15 s' },
      ],
    });
  });

  it.each<[string, Scene, number]>([
    ['of no class', { around: { claims: [{ ...pendingClaim, storageClassName: undefined }] } }, 15_000],
    [
      'of a class that does not exist',
      {
        around: { claims: [pendingClaim] },
        events: [anEvent('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', ofClaim)],
      },
      15_000,
    ],
    [
      'of a class that does not exist, without the right to read claims',
      {
        events: [anEvent('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', ofClaim)],
      },
      15_000,
    ],
    ['that lost its volume', { around: { claims: [aClaim({ phase: 'Lost' })] } }, 15_000],
    [
      'whose provisioner fails',
      {
        around: { claims: [pendingClaim] },
        events: [anEvent('ProvisioningFailed', 'rpc error: out of quota', ofClaim)],
      },
      60_000,
    ],
  ])('%s decides', (_, scene, graceMs) => {
    expect(verdict(UNBOUND, graceMs - 1, scene)).toEqual({
      decided: [],
      pending: ['SutClaimPending'],
      nextAtMs: graceMs,
    });
    expect(verdict(UNBOUND, graceMs, scene).decided).toEqual(['SutClaimPending']);
    expect(evidenceOf(UNBOUND, graceMs, scene)?.object).toBe('persistentvolumeclaim/data');
  });

  it('that lost its volume says so, and not what its provisioner or the scheduler said before', () => {
    const scene = {
      around: { claims: [aClaim({ phase: 'Lost', storageClassName: 'fast' })] },
      events: [anEvent('ProvisioningFailed', 'rpc error: out of quota', ofClaim)],
    };
    expect(evidenceOf(UNBOUND, 15_000, scene)).toEqual({
      object: 'persistentvolumeclaim/data',
      reason: 'Lost',
      sinceMs: 0,
      details: [
        { label: 'asked for by', value: 'pod/web-5d4f-1' },
        { label: 'storage class', value: 'fast' },
        { label: 'held for', value: '15 s' },
      ],
    });
  });

  it('whose provisioner fails is told in its words', () => {
    const scene = {
      around: { claims: [pendingClaim] },
      events: [anEvent('ProvisioningFailed', 'rpc error: out of quota', ofClaim)],
    };
    expect(evidenceOf(UNBOUND, 60_000, scene)).toMatchObject({
      reason: 'ProvisioningFailed',
      message: 'rpc error: out of quota',
    });
  });

  it.each<[string, Scene]>([
    ['its provisioner is at work', { around: { claims: [pendingClaim] } }],
    ['nothing more is known', {}],
  ])('only explains while %s', (_, scene) => {
    expect(verdict(UNBOUND, 3_600_000, scene)).toEqual({ ...NOTHING, pending: ['SutClaimPending'] });
  });

  it.each<[string, Pod, Scene]>([
    [
      'it waits for its first consumer, which has no node for another reason',
      unscheduled('0/1 nodes are available: 1 Insufficient cpu.'),
      { around: { claims: [pendingClaim] } },
    ],
    [
      'it is bound by now',
      unscheduled('0/1 nodes are available: 1 Insufficient cpu.'),
      {
        around: { claims: [aClaim()] },
        events: [anEvent('ProvisioningFailed', 'rpc error', ofClaim)],
      },
    ],
    [
      'it is the claim of another pod',
      unscheduled('1 Insufficient cpu.'),
      {
        events: [anEvent('ProvisioningFailed', 'rpc error', { ...ofClaim, name: 'else' })],
      },
    ],
  ])('does not fire when %s', (_, pod, scene) => {
    expect(verdict(pod, 15_000, scene)).toEqual({ ...NOTHING, decided: ['SutUnschedulable'] });
  });

  it('does not fire on a pod that has a node', () => {
    const scene = { around: { claims: [pendingClaim] }, events: [anEvent('ProvisioningFailed', 'rpc error', ofClaim)] };
    expect(verdict(aPod({ claims: ['data'] }), 3_600_000, scene)).toEqual(NOTHING);
  });
});

describe('an autoscaler', () => {
  const pod = unscheduled('0/1 nodes are available: 1 Insufficient cpu.');
  const says = (reason: string, lastSeenMs = 0): ClusterEvent =>
    anEvent(reason, `${reason} words`, undefined, { type: 'Normal', lastSeenMs });

  it.each(['TriggeredScaleUp', 'Nominated'])(
    'that brings a node (%s) stretches the wait to its own patience',
    (reason) => {
      const scene = { events: [says(reason)] };
      expect(verdict(pod, 899_999, scene)).toEqual({ decided: [], pending: ['SutUnschedulable'], nextAtMs: 900_000 });
      expect(verdict(pod, 900_000, scene).decided).toEqual(['SutUnschedulable']);
      expect(evidenceOf(pod, 900_000, scene)?.details).toContainEqual({
        label: 'autoscaler',
        value: `${reason}: ${reason} words`,
      });
    },
  );

  it('that cannot help ends it', () => {
    expect(verdict(pod, 0, { events: [says('NotTriggerScaleUp')] }).decided).toEqual(['SutUnschedulable']);
  });

  it('counts by what it said last', () => {
    expect(verdict(pod, 0, { events: [says('NotTriggerScaleUp', 1), says('TriggeredScaleUp', 2)] }).decided).toEqual(
      [],
    );
    expect(verdict(pod, 0, { events: [says('TriggeredScaleUp', 1), says('NotTriggerScaleUp', 2)] }).decided).toEqual([
      'SutUnschedulable',
    ]);
  });

  it('does not count when it speaks of another pod', () => {
    const event = { ...says('TriggeredScaleUp'), involved: { kind: 'Pod', name: 'else', uid: uidOf('Pod', 'else') } };
    expect(verdict(pod, 15_000, { events: [event] }).decided).toEqual(['SutUnschedulable']);
  });
});

it('a scheduling gate only explains', () => {
  const gated = unscheduled('Scheduling is blocked due to non-empty scheduling gates', { reason: 'SchedulingGated' });
  expect(verdict(gated, 3_600_000)).toEqual({ ...NOTHING, pending: ['SutUnschedulable'] });
});
