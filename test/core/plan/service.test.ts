import { expect, test } from 'vitest';
import { serviceFor, sutUrl } from '../../../src/core/plan/service.ts';
import { REVISION, at, options, planned } from './fixtures.ts';

test('preview: the Service of the run, owned by the Job', () => {
  const { plan } = planned();
  expect(serviceFor(plan, REVISION, 'job-uid')).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: plan.runId,
      namespace: 'shop',
      labels: { 'app.kubernetes.io/managed-by': 'testcar-gate', 'testcar-gate/run': plan.runId },
      annotations: { 'testcar-gate/spec-hash': plan.specHash, 'testcar-gate/pipeline-run': 'shop/812' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: plan.runId, uid: 'job-uid' }],
    },
    spec: {
      type: 'ClusterIP',
      selector: { 'testcar-gate/run': plan.runId, 'testcar-gate/role': 'sut', 'pod-template-hash': '6d4cf56db6' },
      ports: [{ name: 'sut', protocol: 'TCP', port: 8080, targetPort: 8080 }],
      publishNotReadyAddresses: false,
    },
  });
});

test.each(['in-place', 'observe'] as const)('%s: only the pods of the new ReplicaSet, not of the old one', (mode) => {
  const { plan } = planned({ options: options({ mode, deployment: 'web' }) });
  const service = serviceFor(plan, REVISION, 'job-uid');
  expect(at(service, 'spec', 'selector')).toEqual({ app: 'web', 'pod-template-hash': '6d4cf56db6' });
});

test('the address', () => {
  const { plan } = planned({ options: options({ sutScheme: 'https', sutPort: 8443 }) });
  expect(sutUrl(plan)).toBe(`https://${plan.runId}.shop.svc:8443`);
});
