import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/core/judge/decide.ts';
import { notCreatedRule } from '../../../../src/core/judge/rules/not-created.ts';
import type { Party } from '../../../../src/core/judge/rules/rule.ts';
import type { Finding } from '../../../../src/core/causes/finding.ts';
import { aCondition, aReplicaSet, anEvent, anObservation, uidOf } from '../../../fakes/builders.ts';
import { RS_UID, contextOf } from '../world.ts';

/** What the API server said, the cause without the party, and from when on it decides. */
const REFUSALS: readonly (readonly [text: string, cause: string, graceMs: number])[] = [
  ['exceeded quota: q, requested: pods=1, used: pods=9, limited: pods=9', 'QuotaExceeded', 35_000],
  ['exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0', 'QuotaExceeded', 0],
  ['failed quota: q: must specify limits.cpu for: web', 'QuotaExceeded', 0],
  ['admission webhook "w" denied the request: no', 'AdmissionDenied', 5_000],
  ["ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no", 'AdmissionDenied', 5_000],
  ['maximum cpu usage per Container is 1, but limit is 2', 'AdmissionDenied', 5_000],
  ['violates PodSecurity "restricted:latest": runAsNonRoot != true', 'PodSecurityViolated', 5_000],
  ['error looking up service account shop/x: serviceaccount "x" not found', 'ServiceAccountMissing', 15_000],
  ['etcdserver: request timed out', 'PodsNotCreated', 60_000],
];

type Shown = { text: string; nowMs: number; missingPods?: boolean; recovered?: boolean };

function findings(party: Party, { text, nowMs, missingPods = true, recovered = false }: Shown): readonly Finding[] {
  const failure = aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: text });
  const shown =
    party === 'sut'
      ? {
          replicaSets: [aReplicaSet({ conditions: recovered ? [] : [failure] })],
          events: [anEvent('FailedCreate', `Error creating: ${text}`, { kind: 'ReplicaSet', name: 'web-5d4f' })],
        }
      : { events: [anEvent('FailedCreate', `Error creating: ${text}`, { kind: 'Job', name: 'testcar-1' })] };
  const history = [anObservation({ atMs: 0, ...shown })];
  const ctx = contextOf(anObservation({ atMs: nowMs, ...shown }), { history });
  const owner =
    party === 'sut'
      ? { object: 'replicaset/web-5d4f', uid: RS_UID, missingPods }
      : { object: 'job/testcar-1', uid: uidOf('Job', 'testcar-1'), missingPods };
  return decide([notCreatedRule], { ...ctx, party, pods: [], owner }).decided;
}

const causes = (found: readonly Finding[]) => found.map(({ cause }) => cause);

describe.each([
  ['sut', 'Sut'],
  ['testcar', 'Testcar'],
] as const)('%s', (party, prefix) => {
  it.each(REFUSALS)('%s', (text, cause, graceMs) => {
    if (graceMs > 0) expect(causes(findings(party, { text, nowMs: graceMs - 1 }))).toEqual([]);
    expect(causes(findings(party, { text, nowMs: graceMs }))).toEqual([prefix + cause]);
  });

  it.each(REFUSALS)('does not fire on "%s" once its pods are there', (text) => {
    expect(findings(party, { text, nowMs: 3_600_000, missingPods: false })).toEqual([]);
  });

  it('a webhook that does not answer is the cluster’s', () => {
    const text = 'Internal error occurred: failed calling webhook "w": timeout';
    expect(causes(findings(party, { text, nowMs: 29_999 }))).toEqual([]);
    expect(causes(findings(party, { text, nowMs: 30_000 }))).toEqual(['WebhookUnavailable']);
  });

  it('a namespace that goes is nobody’s fault', () => {
    const text = 'unable to create new content in namespace shop because it is being terminated';
    expect(causes(findings(party, { text, nowMs: 0 }))).toEqual(['NamespaceTerminating']);
  });
});

it('names what refused, from its text', () => {
  const [finding] = findings('sut', { text: 'admission webhook "w.example" denied the request: no', nowMs: 5_000 });
  expect(finding?.evidence).toEqual({
    object: 'replicaset/web-5d4f',
    reason: 'FailedCreate',
    message: 'admission webhook "w.example" denied the request: no',
    sinceMs: 0,
    details: [
      { label: 'refused by', value: 'admission webhook "w.example"' },
      { label: 'held for', value: '5 s' },
    ],
  });
});

it('does not fire on an old event of a ReplicaSet that recovered', () => {
  expect(findings('sut', { text: 'exceeded quota: q', nowMs: 3_600_000, recovered: true })).toEqual([]);
});

it('reads the newest of several events', () => {
  const job = { kind: 'Job', name: 'testcar-1' };
  const events = [
    { ...anEvent('FailedCreate', 'admission webhook "w" denied the request', job), lastSeenMs: 2_000 },
    { ...anEvent('FailedCreate', 'exceeded quota: q', job), lastSeenMs: 1_000 },
  ];
  const ctx = contextOf(anObservation({ atMs: 0, events }));
  const owner = { object: 'job/testcar-1', uid: uidOf('Job', 'testcar-1'), missingPods: true };
  const found = notCreatedRule.check({ ...ctx, party: 'testcar', pods: [], owner });
  expect(found.map(({ finding }) => finding.cause)).toEqual(['TestcarAdmissionDenied']);
});
