import { expect, it } from 'vitest';
import { decide } from '../../../src/core/judge/decide.ts';
import { notCreatedRule } from '../../../src/core/judge/rules/not-created.ts';
import type { ResourceQuota } from '../../../src/core/model/surroundings.ts';
import { aCondition, aQuota, aReplicaSet, anObservation } from '../../fakes/builders.ts';
import { RS_UID, contextOf } from './world.ts';

const message = 'pods "web-1" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2';
const conditions = [aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate', message })];

function details(quotas: readonly ResourceQuota[]): readonly { label: string; value: string }[] {
  const seen = anObservation({ replicaSets: [aReplicaSet({ conditions })], around: { quotas } });
  const owner = { object: 'replicaset/web-5d4f', uid: RS_UID, missingPods: true };
  const decision = decide([notCreatedRule], { ...contextOf(seen), party: 'sut', pods: [], owner });
  return [...decision.decided, ...decision.pending][0]?.evidence.details ?? [];
}

it('tells where the quota stands now, beside what the message said', () => {
  const quota = aQuota({ hard: { pods: '2', 'requests.cpu': '2' }, used: { pods: '2' } });
  expect(details([aQuota({ name: 'other' }), quota])).toContainEqual({
    label: 'quota now',
    value: 'pods 2 of 2, requests.cpu 0 of 2',
  });
});

it.each<[string, readonly ResourceQuota[]]>([
  ['it was not read', []],
  ['it is another quota', [aQuota({ name: 'other' })]],
  ['it counts nothing yet', [aQuota({ hard: {}, used: {} })]],
])('says nothing of it when %s', (_, quotas) => {
  expect(details(quotas).map(({ label }) => label)).not.toContain('quota now');
});
