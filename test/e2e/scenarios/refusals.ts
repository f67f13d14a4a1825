import pWaitFor from 'p-wait-for';
import { type JsonObject, stringAt } from '../../../src/core/model/json.ts';
import { DENIAL, type DenyingWebhook } from '../denying-webhook.ts';
import { inContainer } from '../example-manifests.ts';
import { type Scenario, type Scenarios, clusterError, configError, sutNotReady, testcarError } from '../scenario.ts';
import { type Role, condition, event, some } from '../truth.ts';
import type { World } from '../world.ts';

const REFUSED = some('ReplicaSet', (each) => condition(each, 'ReplicaFailure', 'True', 'FailedCreate'));
const JOB_REFUSED = event('FailedCreate');
const ADMISSION = 'admissionregistration.k8s.io/v1';

/** Of this namespace only, and gone with it: the garbage collector deletes what a Namespace owned. */
async function clusterWide({ kube, namespace }: World, object: JsonObject): Promise<void> {
  const uid = stringAt(await kube.get('Namespace', undefined, namespace), 'metadata', 'uid') ?? '';
  const name = `${namespace}.testcar-gate.example`;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Namespace', name: namespace, uid }];
  await kube.create({ apiVersion: ADMISSION, ...object, metadata: { name, ownerReferences } });
}

const namespaceSelector = ({ namespace }: World): JsonObject => ({
  matchLabels: { 'kubernetes.io/metadata.name': namespace },
});
const ofRole = (role: Role): JsonObject => ({ matchLabels: { 'testcar-gate/role': role } });

/** Policies and webhooks act only when the API server has read them; nothing in the API says when that is. */
async function untilRefused(world: World, path: string, object: JsonObject): Promise<void> {
  await pWaitFor(async () => (await world.kube.send('POST', `${path}?dryRun=All`, object)).status >= 400, {
    interval: 100,
    timeout: 60_000,
  });
}

function untilPodsAreRefused(world: World, role: Role): Promise<void> {
  const metadata = { name: 'probe', labels: { 'testcar-gate/role': role } };
  const spec = { containers: [{ name: 'probe', image: 'probe', resources: { limits: { cpu: '1m', memory: '1Mi' } } }] };
  return untilRefused(world, `/api/v1/namespaces/${world.namespace}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec,
  });
}

async function policy(world: World, resource: { apiGroup: string; resource: string }, role: Role): Promise<void> {
  const policyName = `${world.namespace}.testcar-gate.example`;
  const rule = { apiGroups: [resource.apiGroup], apiVersions: ['v1'], operations: ['CREATE'] };
  await clusterWide(world, {
    kind: 'ValidatingAdmissionPolicy',
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: [{ ...rule, resources: [resource.resource] }], objectSelector: ofRole(role) },
      validations: [{ expression: 'false', message: DENIAL }],
    },
  });
  await clusterWide(world, {
    kind: 'ValidatingAdmissionPolicyBinding',
    spec: { policyName, validationActions: ['Deny'], matchResources: { namespaceSelector: namespaceSelector(world) } },
  });
}

async function quota({ kube, namespace }: World, hard: JsonObject): Promise<void> {
  await kube.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'little', namespace },
    spec: { hard },
  });
  await kube.until('the quota is counted', 'ResourceQuota', namespace, (all) =>
    all.find((each) => JSON.stringify(each['status'] ?? {}).includes('used')),
  );
}

/** The webhook is started by the test, after the table is read. */
export function refusals(webhook: () => DenyingWebhook): Scenarios {
  const later: readonly Scenario[] = [
    {
      name: 'the quota wants limits that the new revision does not name',
      fault: 'a ResourceQuota on limits.cpu, and a container without limits',
      prepare: (world) => quota(world, { 'limits.cpu': '4' }),
      sut: () => ({ edits: [[inContainer('resources'), undefined]] }),
      expected: sutNotReady('SutQuotaExceeded'),
      observable: REFUSED,
      graceMs: 0,
      names: ['failed quota: little', 'must specify', 'Set limits.cpu'],
    },
    {
      name: 'a LimitRange is below what the new revision asks for',
      fault: 'a LimitRange of 8 MiB per container',
      async prepare({ kube, namespace }) {
        await kube.create({
          apiVersion: 'v1',
          kind: 'LimitRange',
          metadata: { name: 'small', namespace },
          spec: { limits: [{ type: 'Container', max: { memory: '8Mi' } }] },
        });
      },
      expected: sutNotReady('SutAdmissionDenied'),
      observable: REFUSED,
      names: ['A LimitRange of the namespace refuses', 'maximum memory usage per Container'],
    },
    {
      name: 'a policy refuses the pods of the new revision',
      fault: 'a ValidatingAdmissionPolicy that denies its pods',
      live: true,
      async prepare(world) {
        await policy(world, { apiGroup: '', resource: 'pods' }, 'sut');
        await untilPodsAreRefused(world, 'sut');
      },
      expected: sutNotReady('SutAdmissionDenied'),
      observable: REFUSED,
      names: [DENIAL, /ValidatingAdmissionPolicy "e2e-\S+" \(binding "e2e-\S+"\) refuses what replicaset\//],
    },
    {
      name: 'a webhook refuses the pods of testcar',
      fault: 'an admission webhook that denies its pods',
      async prepare(world) {
        await clusterWide(world, {
          kind: 'ValidatingWebhookConfiguration',
          webhooks: [
            {
              name: 'deny.testcar-gate.example',
              clientConfig: { url: webhook().url, caBundle: webhook().caBundle },
              rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
              namespaceSelector: namespaceSelector(world),
              objectSelector: ofRole('testcar'),
              failurePolicy: 'Fail',
              sideEffects: 'None',
              admissionReviewVersions: ['v1'],
            },
          ],
        });
        await untilPodsAreRefused(world, 'testcar');
      },
      expected: testcarError('TestcarAdmissionDenied'),
      observable: JOB_REFUSED,
      names: [DENIAL, 'Admission webhook "deny.testcar-gate.example" refuses what job/', 'for an exception'],
    },
    {
      name: 'testcar asks for what Pod Security forbids',
      fault: 'hostNetwork in a namespace that enforces baseline',
      async prepare({ kube, namespace }) {
        const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
        await kube.patch('Namespace', undefined, namespace, { metadata: { labels } });
      },
      testcar: () => ({ edits: [[['spec', 'template', 'spec', 'hostNetwork'], true]] }),
      expected: testcarError('TestcarPodSecurityViolated'),
      observable: JOB_REFUSED,
      names: ['PodSecurity', 'baseline:latest', 'hostNetwork', 'securityContext'],
    },
  ];
  const down: readonly Scenario[] = [
    {
      name: 'a webhook of the cluster is down',
      fault: 'an admission webhook for pods at a port where nothing listens',
      live: true,
      async prepare(world) {
        await clusterWide(world, {
          kind: 'ValidatingWebhookConfiguration',
          webhooks: [
            {
              name: 'down.testcar-gate.example',
              clientConfig: { url: 'https://127.0.0.1:1/' },
              rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
              namespaceSelector: namespaceSelector(world),
              objectSelector: ofRole('sut'),
              failurePolicy: 'Fail',
              sideEffects: 'None',
              admissionReviewVersions: ['v1'],
            },
          ],
        });
        await untilPodsAreRefused(world, 'sut');
      },
      expected: clusterError('WebhookUnavailable'),
      observable: REFUSED,
      names: ['failed calling webhook', 'down.testcar-gate.example'],
    },
    {
      name: 'the new revision names a RuntimeClass that is not there',
      fault: 'the API server refuses its pods for a reason of its own',
      live: true,
      sut: () => ({ edits: [[['spec', 'template', 'spec', 'runtimeClassName'], 'no-such-class']] }),
      inputs: { graces: 'SutPodsNotCreated=8s' },
      expected: sutNotReady('SutPodsNotCreated'),
      observable: REFUSED,
      graceMs: 8_000,
      names: [/replicaset\/quote-service-\S+/, 'no-such-class'],
    },
    {
      name: 'testcar names a RuntimeClass that is not there',
      fault: 'the API server refuses its pod for a reason of its own',
      testcar: () => ({ edits: [[['spec', 'template', 'spec', 'runtimeClassName'], 'no-such-class']] }),
      inputs: { graces: 'TestcarPodsNotCreated=8s' },
      expected: testcarError('TestcarPodsNotCreated'),
      observable: JOB_REFUSED,
      graceMs: 8_000,
      names: [/job\/quote-service-\S+/, 'no-such-class'],
    },
  ];
  const atOnce: readonly Scenario[] = [
    {
      name: 'a policy refuses the Job itself',
      fault: 'a ValidatingAdmissionPolicy that denies Jobs of testcar',
      live: true,
      async prepare(world) {
        await policy(world, { apiGroup: 'batch', resource: 'jobs' }, 'testcar');
        const labels = { 'testcar-gate/role': 'testcar' };
        const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'probe', image: 'probe' }] } };
        await untilRefused(world, `/apis/batch/v1/namespaces/${world.namespace}/jobs`, {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name: 'probe', labels },
          spec: { template },
        });
      },
      expected: testcarError('TestcarAdmissionDenied'),
      observable: 'start',
      graceMs: 0,
      names: [DENIAL, /ValidatingAdmissionPolicy "\S+" \(binding "\S+"\) refuses what job\//],
    },
    {
      name: 'the quota has no room for the Job itself',
      fault: 'a ResourceQuota of 0 Jobs',
      prepare: (world) => quota(world, { 'count/jobs.batch': '0' }),
      expected: testcarError('TestcarQuotaExceeded'),
      observable: 'start',
      graceMs: 0,
      names: ['exceeded quota: little', 'ResourceQuota little has no room for what job/', 'count/jobs.batch=1'],
    },
    {
      name: 'the namespace is going away',
      fault: 'a deleted namespace that a finalizer of one object holds',
      async prepare(world) {
        const { kube, namespace } = world;
        const metadata = { name: 'holds-the-namespace', namespace, finalizers: ['testcar-gate.example/held'] };
        await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
        world.atEnd(() => kube.patch('ConfigMap', namespace, metadata.name, { metadata: { finalizers: null } }));
        await kube.remove('Namespace', undefined, namespace);
      },
      expected: configError('NamespaceTerminating'),
      observable: 'start',
      graceMs: 0,
      names: [/namespace/, 'terminat'],
    },
  ];
  return { title: 'the API server refuses', scenarios: [...later, ...down, ...atOnce] };
}
