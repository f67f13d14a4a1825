import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/model/json.ts';
import { secretReferences } from '../../../src/core/plan/secret-references.ts';
import { secretNeeds } from '../../../src/core/plan/access.ts';

function workload(kind: string, name: string, podSpec: JsonObject): JsonObject {
  return { kind, metadata: { name }, spec: { template: { spec: podSpec } } };
}

const PLAIN = workload('Deployment', 'web', { containers: [{ name: 'server', image: 'web:1' }] });
const JOB = workload('Job', 'testcar', { containers: [{ name: 'tests', image: 'tests:1' }] });

function named(podSpec: JsonObject): readonly string[] {
  const deployment = workload('Deployment', 'web', podSpec);
  const input = { namespace: 'shop', liveDeployment: undefined, testcarJob: JOB };
  return secretReferences({ ...input, manifests: { deployment, others: [] } }).named;
}

describe('Secrets that pods refer to', () => {
  test.each<[string, JsonObject]>([
    ['env', { containers: [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'x', key: 'a' } } }] }] }],
    ['envFrom', { containers: [{ envFrom: [{ prefix: 'A_', secretRef: { name: 'x' } }] }] }],
    ['an init container', { initContainers: [{ envFrom: [{ secretRef: { name: 'x' } }] }] }],
    ['a volume', { volumes: [{ name: 'v', secret: { secretName: 'x' } }] }],
    ['a projected volume', { volumes: [{ projected: { sources: [{ secret: { name: 'x' } }] } }] }],
    ['a registry login', { imagePullSecrets: [{ name: 'x' }] }],
    ['a reference that is optional', { containers: [{ envFrom: [{ secretRef: { name: 'x', optional: true } }] }] }],
    ['the same one twice', { imagePullSecrets: [{ name: 'x' }, { name: 'x' }] }],
  ])('%s', (_, podSpec) => {
    expect(named(podSpec)).toEqual(['x']);
  });

  test.each<[string, JsonObject]>([
    ['a ConfigMap', { containers: [{ envFrom: [{ configMapRef: { name: 'x' } }] }] }],
    ['a key of a ConfigMap', { containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'x', key: 'a' } } }] }] }],
    ['a volume of a ConfigMap', { volumes: [{ configMap: { name: 'x' } }] }],
    ['a projected token', { volumes: [{ projected: { sources: [{ serviceAccountToken: { path: 'x' } }] } }] }],
    ['a plain value', { containers: [{ env: [{ name: 'A', value: 'x' }] }] }],
    ['an empty name', { imagePullSecrets: [{ name: '' }] }],
    ['a name of another type', { imagePullSecrets: [{ name: 7 }] }],
  ])('does not fire: %s', (_, podSpec) => {
    expect(named(podSpec)).toEqual([]);
  });

  test('of the manifest, of the live Deployment and of testcar, each once and in order', () => {
    const refersTo = (kind: string, ...names: readonly string[]): JsonObject =>
      workload(kind, 'any', { imagePullSecrets: names.map((name) => ({ name })) });
    const references = secretReferences({
      namespace: 'shop',
      manifests: { deployment: refersTo('Deployment', 'c', 'a'), others: [] },
      liveDeployment: refersTo('Deployment', 'b', 'a'),
      testcarJob: refersTo('Job', 'd'),
    });
    expect(references.named).toEqual(['a', 'b', 'c', 'd']);
  });

  test('those of the manifests are given, whoever refers to them', () => {
    const secret = { kind: 'Secret', metadata: { name: 'db' }, stringData: { a: 'b' } };
    const others = [{ kind: 'ConfigMap', metadata: { name: 'settings' } }, secret];
    const references = secretReferences({
      namespace: 'shop',
      manifests: { deployment: PLAIN, others },
      liveDeployment: undefined,
      testcarJob: JOB,
    });
    expect(references.given).toEqual([secret]);
    expect(references.named).toEqual([]);
    expect([...references.shown].sort()).toEqual(['db', 'server', 'settings', 'shop', 'testcar', 'tests', 'web']);
  });

  test('in observe there are no manifests', () => {
    const input = { namespace: 'shop', manifests: undefined, liveDeployment: PLAIN, testcarJob: JOB };
    expect(secretReferences(input)).toMatchObject({ given: [], named: [] });
  });
});

test('each is a right of its own, which nothing depends on', () => {
  expect(secretNeeds(['db'])).toEqual([{ verb: 'get', group: '', resource: 'secrets', name: 'db', optional: true }]);
  expect(secretNeeds([])).toEqual([]);
});
