import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/model/json.ts';
import { labelSelector, selects, serviceSelector } from '../../../src/core/plan/selectors.ts';
import { DB_SECRET, TESTCAR_JOB, WEB_CONFIG, WEB_DEPLOYMENT } from '../manifests/fixtures.ts';
import { LIVE_SERVICES, at, options, planned, sha256, withValue } from './fixtures.ts';

const TEMPLATE = ['spec', 'template', 'spec'] as const;

function copyOf(deployment: JsonObject): { copy: JsonObject; runId: string; notes: readonly string[] } {
  const { plan, notes } = planned({ manifests: { deployment, others: [] }, liveDeployment: undefined });
  return { copy: plan.toDeploy.at(-1) ?? {}, runId: plan.runId, notes };
}

describe('the copy of the Deployment', () => {
  const { plan, notes } = planned({ options: options({ previewReplicas: 2 }) });
  const { runId } = plan;
  const [config, secret, deployment] = plan.toDeploy;
  const configName = `${runId}-${sha256('ConfigMap/web-config').slice(0, 8)}`;
  const secretName = `${runId}-${sha256('Secret/db').slice(0, 8)}`;
  const own = { 'testcar-gate/run': runId, 'testcar-gate/role': 'sut' };
  const annotations = { 'testcar-gate/spec-hash': plan.specHash, 'testcar-gate/pipeline-run': 'shop/812' };
  const managed = { 'app.kubernetes.io/managed-by': 'testcar-gate', ...own };

  test('as a whole', () => {
    expect(deployment).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: runId,
        namespace: 'shop',
        labels: { app: 'web', team: 'checkout', 'app.kubernetes.io/instance': runId, ...managed },
        annotations: { contact: 'checkout@shop.example', ...annotations },
      },
      spec: {
        replicas: 2,
        selector: { matchLabels: own },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: {
            labels: { app: runId, tier: runId, version: 'v2', ...managed },
            annotations: { 'prometheus.io/scrape': 'true' },
          },
          spec: {
            serviceAccountName: 'web',
            imagePullSecrets: [{ name: 'registry' }],
            initContainers: [
              {
                name: 'migrate',
                image: 'registry.example:5000/shop/web:2.4.0',
                args: ['migrate'],
                envFrom: [{ secretRef: { name: secretName } }],
              },
            ],
            containers: [
              {
                name: 'web',
                image: 'registry.example:5000/shop/web:2.4.0',
                ports: [
                  { name: 'dns', containerPort: 53, protocol: 'UDP' },
                  { name: 'http', containerPort: 8080 },
                ],
                envFrom: [{ configMapRef: { name: configName } }, { configMapRef: { name: 'cluster-wide' } }],
                env: [
                  { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: secretName, key: 'password' } } },
                  { name: 'MODE', valueFrom: { configMapKeyRef: { name: configName, key: 'mode' } } },
                  { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
                ],
                readinessProbe: { httpGet: { path: '/healthz', port: 'http' } },
              },
            ],
            volumes: [
              { name: 'config', configMap: { name: configName } },
              { name: 'tls', secret: { secretName: 'web-tls' } },
              {
                name: 'all',
                projected: { sources: [{ secret: { name: secretName } }, { configMap: { name: configName } }] },
              },
            ],
          },
        },
      },
    });
  });

  test('its configuration, under temporary names', () => {
    expect(config).toEqual({
      ...WEB_CONFIG,
      metadata: { name: configName, namespace: 'shop', labels: { app: 'web', ...managed }, annotations },
    });
    expect(secret).toEqual({
      ...DB_SECRET,
      metadata: { name: secretName, namespace: 'shop', labels: managed, annotations },
    });
  });

  test.each(LIVE_SERVICES.filter((service) => at(service, 'metadata', 'namespace') === 'shop'))(
    'is not selected by Service $metadata.name, though the original is or has none',
    (service) => {
      const selector = serviceSelector(service);
      const labels = at(deployment, 'spec', 'template', 'metadata', 'labels') as Record<string, string>;
      const original = at(WEB_DEPLOYMENT, 'spec', 'template', 'metadata', 'labels') as Record<string, string>;
      expect(selector === undefined || selects(selector, original)).toBe(true);
      expect(selector !== undefined && selects(selector, labels)).toBe(false);
    },
  );

  test('is not selected by the live Deployment', () => {
    const live = labelSelector(at(WEB_DEPLOYMENT, 'spec', 'selector'), 'live');
    expect(selects(live, at(deployment, 'spec', 'template', 'metadata', 'labels') as Record<string, string>)).toBe(
      false,
    );
  });

  test('the notes say what is not deployed yet', () => {
    expect(notes).toEqual([
      'Not deployed before promotion: Service web, ServiceAccount web.',
      "The copy runs as ServiceAccount web, which must exist already: the manifest's own is applied at promotion.",
    ]);
  });
});

describe('what a Service of the manifests would select once it is there', () => {
  test('is hidden from it as well', () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'v2', namespace: 'shop' },
      spec: { selector: { version: 'v2' } },
    };
    const { plan } = planned({ manifests: { deployment: WEB_DEPLOYMENT, others: [service] }, services: [] });
    expect(at(plan.toDeploy[0], 'spec', 'template', 'metadata', 'labels')).toMatchObject({
      app: plan.runId,
      tier: 'front',
      version: plan.runId,
    });
  });
});

describe('configuration that only testcar refers to', () => {
  test('is copied for it and renamed in its Job', () => {
    const testcarJob = withValue(
      TESTCAR_JOB,
      [...TEMPLATE, 'containers', 0, 'envFrom'],
      [{ secretRef: { name: 'db' } }],
    );
    const deployment = withValue(WEB_DEPLOYMENT, [...TEMPLATE], {
      containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 80 }] }],
    });
    const { plan } = planned({ testcarJob, manifests: { deployment, others: [DB_SECRET, WEB_CONFIG] } });
    const name = `${plan.runId}-${sha256('Secret/db').slice(0, 8)}`;
    expect(plan.toDeploy.map((object) => at(object, 'metadata', 'name'))).toEqual([name, plan.runId]);
    expect(at(plan.job, ...TEMPLATE, 'containers', 0, 'envFrom')).toEqual([{ secretRef: { name } }]);
  });

  test('keeps its name in place', () => {
    const testcarJob = withValue(
      TESTCAR_JOB,
      [...TEMPLATE, 'containers', 0, 'envFrom'],
      [{ secretRef: { name: 'db' } }],
    );
    const { plan } = planned({ testcarJob, options: options({ mode: 'in-place' }) });
    expect(at(plan.job, ...TEMPLATE, 'containers', 0, 'envFrom')).toEqual([{ secretRef: { name: 'db' } }]);
  });
});

describe('pods beside the live ones', () => {
  test('a port of the node is left out, with a note', () => {
    const ports = [{ containerPort: 8080, hostPort: 80, hostIP: '0.0.0.0' }];
    const { copy, notes } = copyOf(withValue(WEB_DEPLOYMENT, [...TEMPLATE, 'containers', 0, 'ports'], ports));
    expect(at(copy, ...TEMPLATE, 'containers', 0, 'ports')).toEqual([{ containerPort: 8080 }]);
    expect(notes).toEqual(['The copy leaves out hostPort of container web: the live pods hold it.']);
  });

  test('with hostNetwork it must stay; the note says what that takes', () => {
    const ports = [{ containerPort: 8080, hostPort: 8080 }];
    const hosted = withValue(WEB_DEPLOYMENT, [...TEMPLATE, 'containers', 0, 'ports'], ports);
    const { copy, notes } = copyOf(withValue(hosted, [...TEMPLATE, 'hostNetwork'], true));
    expect(at(copy, ...TEMPLATE, 'containers', 0, 'ports')).toEqual(ports);
    expect(notes).toEqual([
      'The pods use the network of their node (hostNetwork): the copy needs a node where its ports are free.',
    ]);
  });

  test('rules about pods like itself speak of the copy; rules about others stay', () => {
    const term = (app: string) => ({ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } });
    const affinity = {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('web')] },
      podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term('cache') }] },
    };
    const spread = [{ maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...term('web') }];
    const close = withValue(WEB_DEPLOYMENT, [...TEMPLATE, 'affinity'], affinity);
    const { copy, runId } = copyOf(withValue(close, [...TEMPLATE, 'topologySpreadConstraints'], spread));
    const labelSelector = { matchLabels: { 'testcar-gate/run': runId, 'testcar-gate/role': 'sut' } };
    expect(at(copy, ...TEMPLATE, 'affinity')).toEqual({
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector }],
      },
      podAffinity: affinity.podAffinity,
    });
    expect(at(copy, ...TEMPLATE, 'topologySpreadConstraints', 0, 'labelSelector')).toEqual(labelSelector);
  });

  test('a claim that both mount is told', () => {
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'uploads' } }];
    expect(copyOf(withValue(WEB_DEPLOYMENT, [...TEMPLATE, 'volumes'], volumes)).notes).toEqual([
      'The copy mounts PersistentVolumeClaim uploads, as the live pods do: both see and change the same files.',
    ]);
  });

  test('a paused manifest gives a copy that runs', () => {
    const manifests = { deployment: withValue(WEB_DEPLOYMENT, ['spec', 'paused'], true), others: [] };
    const { plan, notes } = planned({ manifests, options: options({ promote: false }) });
    expect(at(plan.toDeploy[0], 'spec', 'paused')).toBeUndefined();
    expect(notes).toEqual(['The manifest pauses the Deployment (spec.paused); the copy is not paused.']);
  });

  test('nothing that a server wrote comes along', () => {
    const exported = withValue(withValue(WEB_DEPLOYMENT, ['status'], { readyReplicas: 3 }), ['metadata'], {
      name: 'web',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '9',
      managedFields: [],
      ownerReferences: [{ uid: 'x' }],
      generation: 4,
      creationTimestamp: '2026-01-01T00:00:00Z',
      finalizers: ['x/y'],
    });
    const { copy } = copyOf(exported);
    expect(at(copy, 'status')).toBeUndefined();
    expect(Object.keys(at(copy, 'metadata') as object)).toEqual(['name', 'namespace', 'labels', 'annotations']);
  });
});
