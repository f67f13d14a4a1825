import { type Edit, NAME, inContainer, service, write } from '../example-manifests.ts';
import { retag } from '../registry.ts';
import { PASSED, type Prepared, type Scenarios, configError, sutNotReady } from '../scenario.ts';
import type { World } from '../world.ts';

/** The manifests of the example with another Service. */
const withService = (...edits: readonly Edit[]) => ({
  prepare: async (world: World): Promise<Prepared> => {
    const wrong = await write(world.folder, 'other-service.yaml', await service(edits));
    return { inputs: { manifests: [`${world.folder}/deployment.yaml`, wrong] } };
  },
});

/** What is delivered is wrong in itself, or is not one known revision. */
export const SUT_DELIVERY: Scenarios = {
  title: 'what is delivered is not one known revision:',
  scenarios: [
    {
      name: 'its image has the tag latest',
      fault: 'the Deployment names quote-service:latest',
      live: true,
      sut: ({ setup }) => ({ image: `${setup.registry}/quote-service:latest` }),
      expected: configError('SutImageMutable'),
      observable: 'start',
      names: ['Container quote-service of deployment/quote-service', 'quote-service:latest', 'mutableImages'],
    },
    {
      name: 'an init container has no tag',
      fault: 'an init container names an image without tag',
      live: true,
      sut: ({ setup }) => ({
        edits: [
          [
            ['spec', 'template', 'spec', 'initContainers'],
            [{ name: 'migrate', image: `${setup.registry}/quote-service` }],
          ],
        ],
      }),
      expected: configError('SutImageMutable'),
      observable: 'start',
      names: ['Container migrate of deployment/quote-service'],
    },
    {
      name: 'its Service asks for a label that the pods do not have',
      fault: 'spec.selector of the Service has one label more than the pods',
      live: true,
      ...withService([['spec', 'selector', 'tier'], 'front']),
      expected: configError('SutServiceSelectsNothing'),
      observable: 'start',
      names: ['service/quote-service', 'tier=front, the pods have no label tier'],
    },
    {
      name: 'its Service sends to a port name that no container has',
      fault: 'targetPort of the Service is web, the container names http',
      live: true,
      ...withService([['spec', 'ports', 0, 'targetPort'], 'web']),
      expected: configError('SutServicePortMissing'),
      observable: 'start',
      names: ['service/quote-service', 'port named web', 'http (8080)'],
    },
    {
      name: 'nothing was changed, and a change was asked for',
      fault: 'the manifests are those that are live already',
      live: true,
      sut: ({ images }) => ({ image: images.live }),
      inputs: { mode: 'in-place', unchanged: 'refuse' },
      expected: sutNotReady('SutNoNewRevision'),
      observable: 'start',
      names: ['deployment/quote-service', /pods run what they ran before/],
    },
    {
      name: 'nothing was changed: it passes, and says that it was not new',
      fault: 'the manifests are those that are live already',
      live: true,
      sut: ({ images }) => ({ image: images.live }),
      inputs: { mode: 'in-place' },
      expected: PASSED,
      names: ['not a new revision: the manifests changed nothing'],
    },
    {
      name: 'its tag was pushed again between two pulls',
      fault: 'the tag of the running pod is pushed with another image, then a second pod pulls it',
      sut: 'none',
      prepare: async (world) => {
        const image = await retag(world.images.good, world.namespace);
        await world.goLive({ image, edits: [[inContainer('imagePullPolicy'), 'Always']] });
        await retag(world.images.live, world.namespace);
        await world.kube.patch('Deployment', world.namespace, NAME, { spec: { replicas: 2 } });
      },
      inputs: { mode: 'observe', deployment: NAME },
      expected: sutNotReady('SutImagesNotFixed'),
      observable: 'start',
      names: ['several images under one reference', /quote-service-\S+ runs \S+@sha256:[0-9a-f]{64}, quote-service-/],
      left: ['Deployment/quote-service', 'Service/quote-service'],
    },
    {
      name: 'the build pushed another image than the pods run',
      fault: 'the digest of another build is expected',
      live: true,
      prepare: ({ images }) => Promise.resolve({ inputs: { expectImage: `${images.good}@sha256:${'0'.repeat(64)}` } }),
      expected: sutNotReady('SutRevisionMismatch'),
      observable: 'start',
      // The gate brought the revision itself: nothing can change any more.
      graceMs: 0,
      names: [/expected \S+@sha256:0+/, /found \S+@sha256:[0-9a-f]{64}/],
    },
  ],
};
