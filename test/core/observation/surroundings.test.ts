import { describe, expect, it } from 'vitest';
import {
  parseClaim,
  parseEndpointSlice,
  parseLease,
  parseNode,
  parseQuota,
} from '../../../src/core/observation/index.ts';
import { readinessOf } from '../../../src/core/model/surroundings.ts';
import { claimJson, endpointSliceJson, leaseJson, nodeJson, quotaJson } from '../../fakes/as-json.ts';
import { aClaim, aCondition, aLease, aNode, aQuota, anEndpoint, anEndpointSlice } from '../../fakes/builders.ts';
import { CLAIM, ENDPOINT_SLICE, LEASE, NODE, QUOTA } from '../../fixtures/kubernetes/surroundings.ts';

const ms = (text: string): number => Date.parse(text);

describe('parseNode', () => {
  it('reads conditions, cordon and taints', () => {
    const node = parseNode(NODE);
    expect(node).toMatchObject({
      meta: { name: 'node-1', namespace: '' },
      unschedulable: true,
      taints: [
        { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
      ],
    });
    expect(node?.conditions[1]).toEqual({
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTimeMs: ms('2026-03-02T01:20:00Z'),
    });
  });

  it('takes a node without a Ready condition for unknown, never for ready', () => {
    const node = parseNode({ metadata: NODE.metadata });
    expect(node).toMatchObject({ unschedulable: false, taints: [], conditions: [] });
    expect(node && readinessOf(node)).toBe('Unknown');
  });
});

it('parseLease reads a renewal with microseconds', () => {
  expect(parseLease(LEASE)).toMatchObject({
    meta: { name: 'node-1', namespace: 'kube-node-lease' },
    renewTimeMs: ms('2026-03-02T01:19:12.123Z'),
    leaseDurationSeconds: 40,
  });
  expect(parseLease({ metadata: LEASE.metadata })).toMatchObject({
    renewTimeMs: undefined,
    leaseDurationSeconds: undefined,
  });
});

describe('parseClaim', () => {
  it('reads a bound claim', () => {
    expect(parseClaim(CLAIM)).toMatchObject({ phase: 'Bound', storageClassName: 'standard', volumeName: 'pvc-1' });
  });

  it.each([
    ['no status', undefined, 'Unknown'],
    ['a phase of another version', { phase: 'Resizing' }, 'Unknown'],
    ['a lost volume', { phase: 'Lost' }, 'Lost'],
    ['nothing bound yet', { phase: 'Pending' }, 'Pending'],
  ])('with %s', (_, status, phase) => {
    expect(parseClaim({ ...CLAIM, status })).toMatchObject({ phase });
  });

  it('keeps "no class" apart from "the default class"', () => {
    expect(parseClaim({ ...CLAIM, spec: { storageClassName: '' } })?.storageClassName).toBe('');
    expect(parseClaim({ ...CLAIM, spec: {} })?.storageClassName).toBeUndefined();
  });
});

it('parseQuota reads what is enforced and used', () => {
  expect(parseQuota(QUOTA)).toMatchObject({
    hard: { pods: '4', 'requests.cpu': '2' },
    used: { pods: '4', 'requests.cpu': '1500m' },
  });
  expect(parseQuota({ metadata: QUOTA.metadata, spec: QUOTA.spec })).toMatchObject({ hard: {}, used: {} });
});

describe('parseEndpointSlice', () => {
  it('reads endpoints, and what is absent as the API says', () => {
    expect(parseEndpointSlice(ENDPOINT_SLICE)).toMatchObject({
      serviceName: 'web',
      ports: [{ name: '', port: 8080 }],
      endpoints: [
        {
          addresses: ['10.244.0.12'],
          ready: false,
          serving: true,
          terminating: true,
          targetUid: '0b8f3c1e-6f0a-4a51-9c57-2f0a4d0e9a11',
          targetName: 'web-5d4f9c7b8-x2x7k',
        },
        { addresses: ['192.0.2.7'], ready: true, serving: true, terminating: false, targetUid: undefined },
      ],
    });
  });

  it('has no ports where the named port is in no container, and no Service without the label', () => {
    const { metadata, ...rest } = ENDPOINT_SLICE;
    const slice = parseEndpointSlice({ ...rest, metadata: { ...metadata, labels: {} }, ports: null, endpoints: null });
    expect(slice).toMatchObject({ serviceName: undefined, ports: [], endpoints: [] });
  });
});

it('what the fakes send is read as what the builders made', () => {
  const meta = { creationTimestampMs: 1_000 };
  const node = aNode({
    meta,
    conditions: [aCondition('Ready', 'Unknown', { reason: 'NodeStatusUnknown', lastTransitionTimeMs: 2_000 })],
    unschedulable: true,
    taints: [{ key: 'a', effect: 'NoExecute' }],
  });
  expect(parseNode(nodeJson(node))).toEqual(node);
  const lease = aLease({ meta });
  expect(parseLease(leaseJson(lease))).toEqual(lease);
  const claim = aClaim({ meta });
  expect(parseClaim(claimJson(claim))).toEqual(claim);
  const quota = aQuota({ meta });
  expect(parseQuota(quotaJson(quota))).toEqual(quota);
  const endpoint = anEndpoint({ ready: false, targetUid: undefined, targetName: undefined });
  const slice = anEndpointSlice({ meta, endpoints: [endpoint] });
  expect(parseEndpointSlice(endpointSliceJson(slice))).toEqual(slice);
});
