import type { ManifestDocument } from '../../../src/core/manifests/document.ts';
import type { JsonObject } from '../../../src/core/model/json.ts';

export const WEB_DEPLOYMENT: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    namespace: 'shop',
    labels: { app: 'web', team: 'checkout', 'app.kubernetes.io/instance': 'shop-prod' },
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web',
      contact: 'checkout@shop.example',
    },
  },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: {
      metadata: {
        labels: { app: 'web', tier: 'front', version: 'v2' },
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
            envFrom: [{ secretRef: { name: 'db' } }],
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
            envFrom: [{ configMapRef: { name: 'web-config' } }, { configMapRef: { name: 'cluster-wide' } }],
            env: [
              { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
              { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'web-config', key: 'mode' } } },
              { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            ],
            readinessProbe: { httpGet: { path: '/healthz', port: 'http' } },
          },
        ],
        volumes: [
          { name: 'config', configMap: { name: 'web-config' } },
          { name: 'tls', secret: { secretName: 'web-tls' } },
          { name: 'all', projected: { sources: [{ secret: { name: 'db' } }, { configMap: { name: 'web-config' } }] } },
        ],
      },
    },
  },
};

export const WEB_CONFIG: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web-config', namespace: 'shop', labels: { app: 'web' } },
  data: { mode: 'fast' },
};

export const DB_SECRET: JsonObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', namespace: 'shop' },
  type: 'Opaque',
  stringData: { password: 'hunter2' },
};

export const WEB_SERVICE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
};

export const WEB_ACCOUNT: JsonObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'web', namespace: 'shop' },
};

export const TESTCAR_JOB: JsonObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'testcar', namespace: 'shop', labels: { suite: 'smoke' } },
  spec: {
    template: {
      metadata: { labels: { suite: 'smoke' } },
      spec: { containers: [{ name: 'testcar', image: 'registry.example/qa/testcar:7', args: ['--all'] }] },
    },
  },
};

export function documents(...objects: readonly ManifestDocument['json'][]): readonly ManifestDocument[] {
  return objects.map((json, index) => ({ file: 'deploy/web.yaml', line: 1 + index * 10, json }));
}

/** The object with some fields of its metadata replaced; undefined removes one. */
export function withMetadata(object: JsonObject, changes: JsonObject): JsonObject {
  const metadata = object['metadata'];
  return { ...object, metadata: { ...(typeof metadata === 'object' ? metadata : {}), ...changes } };
}
