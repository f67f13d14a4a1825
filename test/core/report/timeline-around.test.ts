import { expect, test } from 'vitest';
import { recordChanges } from '../../../src/core/report/timeline.ts';
import { aClaim, aNode, aPod, anEvent, anObservation } from '../../fakes/builders.ts';

type Around = NonNullable<NonNullable<Parameters<typeof anObservation>[0]>['around']>;

function changes(before: Around | undefined, after: Around): readonly string[] {
  const seen = (around: Around): ReturnType<typeof anObservation> => anObservation({ around });
  return recordChanges(before && seen(before), seen(after)).map(
    ({ about, object, text }) => `${about} ${object} ${text}`,
  );
}

const lost = aNode({ ready: 'Unknown', taints: [{ key: 'unreachable', effect: 'NoExecute' }] });
const LOST =
  'node node/node-1 not ready: Ready Unknown, taint unreachable:NoExecute (NodeStatusUnknown): Kubelet stopped posting node status.';
const pending = aClaim({ phase: 'Pending', volumeName: undefined });

test.each<[name: string, before: Around | undefined, after: Around, expected: readonly string[]]>([
  ['a healthy node at first sight', undefined, { nodes: [aNode()] }, []],
  ['a node that is lost already', undefined, { nodes: [lost] }, [LOST]],
  ['a node that gets lost', { nodes: [aNode()] }, { nodes: [lost] }, [LOST]],
  ['a node that stays lost, with another taint', { nodes: [lost] }, { nodes: [{ ...lost, taints: [] }] }, []],
  ['a node that comes back', { nodes: [lost] }, { nodes: [aNode()] }, ['node node/node-1 ready again']],
  [
    'a cordon',
    { nodes: [aNode()] },
    { nodes: [aNode({ unschedulable: true })] },
    ['node node/node-1 cordoned: takes no new pods'],
  ],
  [
    'its end',
    { nodes: [aNode({ unschedulable: true })] },
    { nodes: [aNode()] },
    ['node node/node-1 takes new pods again'],
  ],
  ['a deleted node', { nodes: [aNode()] }, { nodes: [] }, ['node node/node-1 is gone']],
  ['nodes that are not looked at any more', { nodes: [aNode()], everyNode: true }, { nodes: [], everyNode: false }, []],
  ['nodes that cannot be read', { nodes: [aNode()] }, {}, []],
  [
    'a claim that waits',
    undefined,
    { claims: [pending] },
    ['cluster persistentvolumeclaim/data has no volume yet (storage class standard)'],
  ],
  [
    'a claim that gets its volume',
    { claims: [pending] },
    { claims: [aClaim()] },
    ['cluster persistentvolumeclaim/data bound to its volume'],
  ],
  ['a claim that was bound before', undefined, { claims: [aClaim()] }, []],
  [
    'a claim that loses it',
    { claims: [aClaim()] },
    { claims: [aClaim({ phase: 'Lost' })] },
    ['cluster persistentvolumeclaim/data lost its volume'],
  ],
])('%s', (_, before, after, expected) => {
  expect(changes(before, after)).toEqual(expected);
});

test('what an autoscaler says is told, other Normal events are not', () => {
  const normal = { type: 'Normal' } as const;
  const events = [
    anEvent('TriggeredScaleUp', 'pod triggered scale-up', undefined, normal),
    anEvent('Scheduled', 'Successfully assigned', undefined, normal),
  ].map((event, i) => ({ ...event, meta: { ...event.meta, uid: `${i}` } }));
  const sutPods = [aPod()];
  const told = recordChanges(anObservation({ sutPods }), anObservation({ sutPods, events }));
  expect(told.map(({ about, object, text }) => [about, object, text])).toEqual([
    ['sut', 'pod/web-5d4f-1', 'TriggeredScaleUp: pod triggered scale-up'],
  ]);
});
