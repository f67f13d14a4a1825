import { type Edit, inContainer } from '../example-manifests.ts';
import { type Prepared, type Scenarios, clusterError, sutNotReady, testcarError } from '../scenario.ts';
import type { World } from '../world.ts';
import { ended, event, pod, running, waiting } from '../truth.ts';
import { stringAt } from '../../../src/core/model/json.ts';

const podField = (field: string) => ['spec', 'template', 'spec', field];

const SANDBOX_FAILED = event('FailedCreatePodSandBox');
const NO_HANDLER = /no runtime for ['"]no-such-handler['"] is configured/;

/** A RuntimeClass whose handler no node has. It belongs to no namespace; the name of the test's own is unique. */
async function runtimeClass(world: World): Promise<Edit> {
  const { kube, namespace } = world;
  await kube.create({
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: namespace },
    handler: 'no-such-handler',
  });
  world.atEnd(() => kube.remove('RuntimeClass', undefined, namespace));
  return [podField('runtimeClassName'), namespace];
}

/** Troubles that both parties can have, each at the party for which the other lists do not have it. */
export const EITHER_PARTY: Scenarios = {
  title: 'what can happen to either party:',
  scenarios: [
    {
      name: 'the image name of the new revision is not a name',
      fault: 'upper case in the name of the image',
      live: true,
      sut: ({ setup }) => ({ image: `${setup.registry}/Quote-Service:1` }),
      expected: sutNotReady('SutImageNameInvalid'),
      observable: waiting('sut', 'InvalidImageName'),
      names: ['Quote-Service:1', 'lowercase'],
    },
    {
      name: 'the program of the new revision does not exist',
      fault: 'the command names a file that is not in the image',
      live: true,
      sut: () => ({ edits: [[inContainer('command'), ['/usr/local/bin/no-such-program']]] }),
      expected: sutNotReady('SutStartError'),
      observable: ended('sut', (end) => end['reason'] === 'StartError'),
      names: ['no-such-program', 'no such file or directory'],
    },
    {
      name: 'the new revision waits for a readiness that nobody gives',
      fault: 'a readiness gate whose condition nobody sets',
      live: true,
      sut: () => ({ edits: [[podField('readinessGates'), [{ conditionType: 'example.com/warm' }]]] }),
      inputs: { readyTimeout: '8s' },
      expected: sutNotReady('SutNeverReady'),
      observable: running('sut'),
      graceMs: 8_000,
      names: ['quote-service', 'readyTimeout', 'example.com/warm'],
    },
    {
      name: 'the new revision writes more than its volume may hold',
      fault: '8 MiB in an emptyDir of 1 MiB: the kubelet evicts the pod, again and again',
      sut: () => ({
        edits: [
          [podField('volumes'), [{ name: 'scratch', emptyDir: { sizeLimit: '1Mi' } }]],
          [inContainer('volumeMounts'), [{ name: 'scratch', mountPath: '/scratch' }]],
          [inContainer('command'), ['sh', '-c', 'head -c 8388608 /dev/zero > /scratch/data; sleep 600']],
        ],
      }),
      inputs: { readyTimeout: '140s' },
      expected: sutNotReady('SutStorageExceeded'),
      observable: pod('sut', (each) => stringAt(each, 'status', 'reason') === 'Evicted'),
      names: [/pod\/quote-service-\S+/, 'scratch', '1Mi'],
    },
    {
      name: 'the image of testcar may not be pulled and is not there',
      fault: 'imagePullPolicy Never and an image that the node does not have',
      testcar: ({ setup }) => ({
        image: `${setup.registry}/quote-testcar:only-in-a-dream`,
        edits: [[inContainer('imagePullPolicy'), 'Never']],
      }),
      expected: testcarError('TestcarImageNeverPull'),
      observable: waiting('testcar', 'ErrImageNeverPull'),
      names: ['only-in-a-dream', 'imagePullPolicy'],
    },
    {
      name: 'the runtime of the new revision is on no node',
      fault: 'a RuntimeClass whose handler containerd does not know',
      async prepare(world): Promise<Prepared> {
        return { inputs: await world.sut({ edits: [await runtimeClass(world)] }) };
      },
      expected: clusterError('SutSandboxFailed'),
      observable: SANDBOX_FAILED,
      names: [/pod\/quote-service-\S+/i, NO_HANDLER],
    },
    {
      name: 'the runtime of testcar is on no node',
      fault: 'a RuntimeClass whose handler containerd does not know',
      async prepare(world): Promise<Prepared> {
        return { inputs: await world.testcar({ edits: [await runtimeClass(world)] }) };
      },
      expected: clusterError('TestcarSandboxFailed'),
      observable: SANDBOX_FAILED,
      names: [/pod\/quote-service-\S+/i, NO_HANDLER],
    },
  ],
};
