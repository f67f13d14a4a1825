import { describe, expect, test } from 'vitest';
import { toSutManifests } from '../../../src/core/manifests/sut.ts';
import type { JsonObject } from '../../../src/core/model/json.ts';
import type { InputProblem } from '../../../src/core/options/options.ts';
import { DB_SECRET, WEB_CONFIG, WEB_DEPLOYMENT, WEB_SERVICE, documents, withMetadata } from './fixtures.ts';

const RUN = { namespace: 'shop', deployment: undefined };

function deploymentWith(spec: JsonObject): JsonObject {
  return { ...WEB_DEPLOYMENT, spec: { ...(WEB_DEPLOYMENT['spec'] as JsonObject), ...spec } };
}

describe('toSutManifests', () => {
  test('one Deployment, everything else in the order of the files', () => {
    expect(toSutManifests(documents(WEB_SERVICE, WEB_DEPLOYMENT, DB_SECRET, WEB_CONFIG), RUN)).toEqual({
      ok: true,
      manifests: { deployment: WEB_DEPLOYMENT, others: [WEB_SERVICE, DB_SECRET, WEB_CONFIG] },
    });
  });

  test('the namespace of the run is set where a manifest names none', () => {
    const read = toSutManifests(documents(withMetadata(WEB_DEPLOYMENT, { namespace: undefined })), RUN);
    expect(read).toEqual({ ok: true, manifests: { deployment: WEB_DEPLOYMENT, others: [] } });
  });

  test('an RBAC object may have a colon in its name', () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'shop:web' },
      rules: [],
    };
    expect(toSutManifests(documents(WEB_DEPLOYMENT, role), RUN).ok).toBe(true);
  });

  const at = (line: number): string => `deploy/web.yaml:${line}`;
  const cases: readonly [string, readonly unknown[], readonly InputProblem[]][] = [
    [
      'no Deployment',
      [WEB_SERVICE, WEB_CONFIG],
      [{ input: 'manifests', found: '2 objects, no Deployment', expected: 'exactly one Deployment' }],
    ],
    [
      'two Deployments',
      [WEB_DEPLOYMENT, withMetadata(WEB_DEPLOYMENT, { name: 'api' })],
      [
        {
          input: 'manifests',
          found: `Deployments web (${at(1)}), api (${at(11)})`,
          expected: 'exactly one Deployment',
        },
      ],
    ],
    [
      'the same object twice',
      [WEB_DEPLOYMENT, WEB_CONFIG, WEB_CONFIG],
      [{ input: at(21), found: 'ConfigMap web-config', expected: `each object once; it is also in ${at(11)}` }],
    ],
    [
      'another namespace',
      [withMetadata(WEB_DEPLOYMENT, { namespace: 'prod' })],
      [{ input: at(1), found: 'namespace "prod"', expected: 'namespace shop, which this run uses, or none' }],
    ],
    [
      'a generated name',
      [WEB_DEPLOYMENT, withMetadata(WEB_CONFIG, { name: undefined, generateName: 'web-' })],
      [
        {
          input: at(11),
          found: 'ConfigMap with metadata.generateName',
          expected: 'a fixed metadata.name, so that a repeated run finds what it made',
        },
      ],
    ],
    [
      'no name, no kind, no object at all',
      [WEB_DEPLOYMENT, { apiVersion: 'v1', kind: 'Secret' }, { metadata: { name: 'x' } }, 'text'],
      [
        { input: at(11), found: 'Secret', expected: 'metadata.name' },
        { input: at(21), found: undefined, expected: 'apiVersion' },
        { input: at(21), found: undefined, expected: 'kind' },
        { input: at(31), found: undefined, expected: 'a Kubernetes object with apiVersion, kind and metadata.name' },
      ],
    ],
    [
      'a cluster-wide object',
      [WEB_DEPLOYMENT, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
      [
        {
          input: at(11),
          found: 'Namespace',
          expected: 'objects within the namespace; deliver cluster-wide ones in an earlier step',
        },
      ],
    ],
    [
      'a Kustomization in place of manifests',
      [{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: ['web.yaml'] }],
      [
        {
          input: at(1),
          found: 'a Kustomization',
          expected: 'rendered manifests; run `kubectl kustomize` in an earlier step',
        },
      ],
    ],
    [
      'a template whose labels the selector does not find',
      [deploymentWith({ selector: { matchLabels: { app: 'web', tier: 'back', zone: 'a' } } })],
      [
        {
          input: at(1),
          found: 'label tier: front in spec.template.metadata.labels',
          expected: 'tier: back, as spec.selector.matchLabels says',
        },
        {
          input: at(1),
          found: 'no label zone in spec.template.metadata.labels',
          expected: 'zone: a, as spec.selector.matchLabels says',
        },
      ],
    ],
    [
      'no selector, no containers, an old API version',
      [{ ...deploymentWith({ selector: undefined, template: {} }), apiVersion: 'extensions/v1beta1' }],
      [
        { input: at(1), found: 'extensions/v1beta1', expected: 'apiVersion apps/v1 for a Deployment' },
        { input: at(1), found: undefined, expected: 'spec.selector.matchLabels with at least one label' },
        { input: at(1), found: undefined, expected: 'spec.template.spec.containers with at least one container' },
      ],
    ],
  ];

  test.each(cases)('refuses %s', (_name, objects, problems) => {
    expect(toSutManifests(documents(...(objects as JsonObject[])), RUN)).toEqual({ ok: false, problems });
  });

  test('the option deployment must name the Deployment of the manifests', () => {
    expect(toSutManifests(documents(WEB_DEPLOYMENT), { ...RUN, deployment: 'api' })).toEqual({
      ok: false,
      problems: [{ input: at(1), found: 'Deployment web', expected: 'Deployment api, the value of option deployment' }],
    });
    expect(toSutManifests(documents(WEB_DEPLOYMENT), { ...RUN, deployment: 'web' }).ok).toBe(true);
  });
});
