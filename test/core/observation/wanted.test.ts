import { describe, expect, it } from 'vitest';
import { NOTHING_WANTED, type Wanted, wantedAround } from '../../../src/core/observation/wanted.ts';
import {
  aCondition,
  aJob,
  aNode,
  aPod,
  aReplicaSet,
  aTestcarPod,
  anEvent,
  anObservation,
} from '../../fakes/builders.ts';

function wanted(
  over: Parameters<typeof anObservation>[0],
  before: Wanted = NOTHING_WANTED,
  services: readonly string[] = ['web'],
): Wanted {
  return wantedAround(anObservation(over), services, before);
}

const pending = { phase: 'Pending', ready: false, nodeName: undefined } as const;
const unscheduled = aPod({
  ...pending,
  conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/1 nodes are available' })],
});

describe('nodes', () => {
  it('are those of pods of both parties, each once', () => {
    const pods = [aPod({ nodeName: 'b' }), aPod({ name: 'web-2', nodeName: 'b' }), aPod({ name: 'web-3', ...pending })];
    expect(wanted({ sutPods: pods, testcarPods: [aTestcarPod({ nodeName: 'a' })] }).nodes).toEqual(['a', 'b']);
  });

  it('stay wanted after their pods are gone', () => {
    const before = wanted({ sutPods: [aPod({ nodeName: 'a' })] });
    expect(wanted({ sutPods: [aPod({ nodeName: 'b' })] }, before).nodes).toEqual(['a', 'b']);
  });

  it('are at most eight, testcar first, the present ones before the former', () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      aPod({ name: `web-${i}`, nodeName: `n${String(i).padStart(2, '0')}` }),
    );
    const before = { ...NOTHING_WANTED, nodes: ['former'] };
    const { nodes } = wanted({ sutPods: many, testcarPods: [aTestcarPod({ nodeName: 'z' })] }, before);
    expect(nodes).toEqual(['n00', 'n01', 'n02', 'n03', 'n04', 'n05', 'n06', 'z']);
  });
});

describe('all nodes of the cluster', () => {
  const sutPods = [aPod({ nodeName: 'node-1' }), aPod({ name: 'web-2', nodeName: 'node-2' })];
  const lost = [aNode({ ready: 'Unknown' }), aNode({ name: 'node-2', ready: 'False' })];

  it('are looked at when every node of ours is lost', () => {
    expect(wanted({ sutPods, around: { nodes: lost } }).everyNode).toBe(true);
  });

  it.each([
    ['one of ours is ready', [aNode(), aNode({ name: 'node-2', ready: 'False' })]],
    ['one of ours was not seen', [aNode({ ready: 'Unknown' })]],
    ['nothing was seen', []],
  ])('are not looked at when %s', (_, nodes) => {
    expect(wanted({ sutPods, around: { nodes } }).everyNode).toBe(false);
  });

  it('stay looked at while others of them are ready', () => {
    expect(wanted({ sutPods, around: { nodes: [...lost, aNode({ name: 'node-3' })] } }).everyNode).toBe(true);
  });
});

describe('claims', () => {
  it('are wanted while the pod that asks for them does not run', () => {
    expect(wanted({ sutPods: [aPod({ ...pending, claims: ['data', 'data', 'logs'] })] }).claims).toEqual([
      'data',
      'logs',
    ]);
    expect(wanted({ sutPods: [aPod({ claims: ['data'] })] }).claims).toEqual([]);
    expect(wanted({ sutPods: [unscheduled] }).claims).toEqual([]);
  });
});

describe('quotas', () => {
  const exceeded =
    'pods "web-1" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2';
  const replicaSet = (status: 'True' | 'False', message: string): ReturnType<typeof aReplicaSet> =>
    aReplicaSet({ conditions: [aCondition('ReplicaFailure', status, { reason: 'FailedCreate', message })] });
  const job = { kind: 'Job', name: 'testcar-1' };

  it.each<[string, Parameters<typeof anObservation>[0]]>([
    ['a ReplicaSet', { replicaSets: [replicaSet('True', exceeded)] }],
    ['our Job', { job: aJob(), events: [anEvent('FailedCreate', `Error creating: ${exceeded}`, job)] }],
    [
      'our Job, by missing limits',
      { job: aJob(), events: [anEvent('FailedCreate', 'failed quota: q: must specify', job)] },
    ],
  ])('are wanted when they stop %s', (_, over) => {
    expect(wanted(over).quotas).toBe(true);
  });

  it.each<[string, Parameters<typeof anObservation>[0]]>([
    ['the trouble has passed', { replicaSets: [replicaSet('False', exceeded)] }],
    ['it is another trouble', { replicaSets: [replicaSet('True', 'violates PodSecurity "restricted"')] }],
    [
      'it is the Job of somebody else',
      { job: aJob(), events: [anEvent('FailedCreate', exceeded, { ...job, name: 'x' })] },
    ],
    ['there is no Job', { events: [anEvent('FailedCreate', exceeded, job)] }],
  ])('are not wanted when %s', (_, over) => {
    expect(wanted(over).quotas).toBe(false);
  });
});

describe('events of pods', () => {
  it('are wanted for pods that no node has taken, at most four', () => {
    const many = Array.from({ length: 6 }, (_, i) => ({ ...unscheduled, meta: { ...unscheduled.meta, uid: `u${i}` } }));
    expect(wanted({ sutPods: many }).podEvents).toEqual(['u0', 'u1', 'u2', 'u3']);
  });

  it('are not wanted for scheduled pods, nor before the scheduler has spoken', () => {
    expect(wanted({ sutPods: [aPod(), aPod({ ...pending, conditions: [] })] }).podEvents).toEqual([]);
  });
});

it('EndpointSlices are wanted for the Services of the scope once there are pods', () => {
  expect(wanted({ sutPods: [aPod()] }, NOTHING_WANTED, ['web', 'run', 'web']).services).toEqual(['run', 'web']);
  expect(wanted({}, NOTHING_WANTED, ['web']).services).toEqual([]);
});
