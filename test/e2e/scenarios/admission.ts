import { inContainer } from '../example-manifests.ts';
import { type Scenario, type Scenarios, sutNotReady, testcarError } from '../scenario.ts';
import { condition, event, some, waiting } from '../truth.ts';
import type { World } from '../world.ts';

const podField = (field: string) => ['spec', 'template', 'spec', field];
const REFUSED = some('ReplicaSet', (each) => condition(each, 'ReplicaFailure', 'True', 'FailedCreate'));
const JOB_REFUSED = event('FailedCreate');

async function quota({ kube, namespace }: World, pods: number): Promise<void> {
  await kube.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'few-pods', namespace },
    spec: { hard: { pods: String(pods) } },
  });
  // Until the controller has counted, every pod is refused for another reason.
  await kube.until('the quota is counted', 'ResourceQuota', namespace, (all) =>
    all.find((each) => each['status'] !== undefined && JSON.stringify(each['status']).includes('used')),
  );
}

const pods: readonly Scenario[] = [
  {
    name: 'the quota has no room for the new revision',
    fault: 'a ResourceQuota of 0 pods',
    prepare: (world) => quota(world, 0),
    expected: sutNotReady('SutQuotaExceeded'),
    observable: REFUSED,
    names: [/replicaset\/quote-service-\S+/, 'exceeded quota: few-pods'],
  },
  {
    name: 'the quota has no room for testcar',
    fault: 'a ResourceQuota of 1 pod, which the new revision takes',
    prepare: (world) => quota(world, 1),
    expected: testcarError('TestcarQuotaExceeded'),
    observable: JOB_REFUSED,
    names: [/job\/quote-service-\S+/, 'exceeded quota: few-pods'],
  },
  {
    name: 'the service account of the new revision is missing',
    fault: 'serviceAccountName that does not exist',
    sut: () => ({ edits: [[podField('serviceAccountName'), 'no-such-account']] }),
    expected: sutNotReady('SutServiceAccountMissing'),
    observable: REFUSED,
    names: ['no-such-account'],
  },
  {
    name: 'the service account of testcar is missing',
    fault: 'serviceAccountName that does not exist',
    testcar: () => ({ edits: [[podField('serviceAccountName'), 'no-such-account']] }),
    expected: testcarError('TestcarServiceAccountMissing'),
    observable: JOB_REFUSED,
    names: ['no-such-account'],
  },
  {
    name: 'the new revision asks for what Pod Security forbids',
    fault: 'hostNetwork in a namespace that enforces baseline',
    async prepare({ kube, namespace }) {
      const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
      await kube.patch('Namespace', undefined, namespace, { metadata: { labels } });
    },
    sut: () => ({ edits: [[podField('hostNetwork'), true]] }),
    expected: sutNotReady('SutPodSecurityViolated'),
    observable: REFUSED,
    names: ['PodSecurity', 'hostNetwork'],
  },
];

const images: readonly Scenario[] = [
  {
    name: 'the registry of testcar refuses connections',
    fault: 'an image of a registry where nothing listens',
    testcar: () => ({ image: '127.0.0.1:1/quote-testcar:1' }),
    expected: testcarError('TestcarImageRegistryUnreachable'),
    observable: waiting('testcar', 'ErrImagePull', 'ImagePullBackOff'),
    names: ['127.0.0.1:1', 'connection refused'],
  },
  {
    name: 'the image of the new revision may not be pulled and is not there',
    fault: 'imagePullPolicy Never and an image that the node does not have',
    sut: ({ setup }) => ({
      image: `${setup.registry}/quote-service:only-in-a-dream`,
      edits: [[inContainer('imagePullPolicy'), 'Never']],
    }),
    expected: sutNotReady('SutImageNeverPull'),
    observable: waiting('sut', 'ErrImageNeverPull'),
    names: ['only-in-a-dream', 'imagePullPolicy'],
  },
];

export const ADMISSION: Scenarios = { title: 'pods and images that do not come in:', scenarios: [...pods, ...images] };
