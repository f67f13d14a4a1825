import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deployment, write } from '../example-manifests.ts';
import { FRONT_ENDS, type FrontEnd } from '../front-ends.ts';
import { type Scenario, type Scenarios, configError } from '../scenario.ts';

const allAtOnce = (frontEnd: FrontEnd): Scenario => ({
  name: `all problems at once in ${frontEnd}`,
  fault: 'six inputs that are wrong in six ways',
  sut: 'none',
  testcar: 'none',
  prepare: async ({ images }) => ({
    inputs: {
      namespace: '$(targetNamespace)',
      manifests: 'no-such-folder/deployment.yaml',
      testcarImage: images.testcar,
      testTimeout: 'soon',
      mode: 'canary',
      previewReplicas: 'two',
      sutPort: '99999',
    },
    options: { frontEnd },
  }),
  expected: configError('InputInvalid'),
  observable: 'start',
  names: ['$(targetNamespace)', 'no-such-folder/deployment.yaml', 'soon', 'canary', 'two', '99999'],
});

/** What is wrong before anything is deployed. */
export const INPUT: Scenarios = {
  title: 'bad input is refused before anything is deployed:',
  scenarios: [
    ...FRONT_ENDS.map(allAtOnce),
    {
      name: 'an unknown option, with the one that was meant',
      fault: 'a letter of an option in the wrong place',
      inputs: { testTimeuot: '5m' },
      expected: configError('InputInvalid'),
      observable: 'start',
      names: ['--test-timeuot', '--test-timeout'],
    },
    {
      name: 'an unknown field in a manifest, as the server sees it',
      fault: 'spec.replicass in the Deployment',
      sut: () => ({ edits: [[['spec', 'replicass'], 2]] }),
      expected: configError('ManifestInvalid'),
      observable: 'start',
      names: ['replicass', /deployment\/quote-service/i],
    },
    {
      name: 'two Deployments',
      fault: 'a manifest file with two Deployments',
      sut: 'none',
      async prepare({ images, folder }) {
        const edits = [[['metadata', 'name'], 'second-service']] as const;
        const first = await deployment({ image: images.good });
        const second = await deployment({ image: images.good, edits });
        return { inputs: { manifests: await write(folder, 'two.yaml', first, second) } };
      },
      expected: configError('InputInvalid'),
      observable: 'start',
      names: ['second-service'],
    },
    {
      name: 'a manifest that is not YAML',
      fault: 'a manifest file that ends in the middle of a list',
      sut: 'none',
      async prepare({ folder }) {
        const manifests = join(folder, 'broken.yaml');
        await writeFile(manifests, 'kind: Deployment\n  metadata: [\n');
        return { inputs: { manifests } };
      },
      expected: configError('InputInvalid'),
      observable: 'start',
      names: ['broken.yaml'],
    },
    {
      name: 'a kubeconfig that does not exist',
      fault: 'a file name where no file is',
      prepare: async ({ folder }) => ({ inputs: { kubeconfig: join(folder, 'no-such.kubeconfig') } }),
      expected: configError('ClusterConfigMissing'),
      observable: 'start',
      names: ['no-such.kubeconfig'],
    },
    {
      name: 'no kubeconfig at all',
      fault: 'nothing that names a cluster',
      prepare: async () => ({ options: { kubeconfig: 'none' } }),
      expected: configError('ClusterConfigMissing'),
      observable: 'start',
      names: [/kubeconfig/i],
    },
    {
      name: 'a Deployment that does not exist, in observe',
      fault: 'the name of no Deployment',
      sut: 'none',
      inputs: { mode: 'observe', deployment: 'no-such-service' },
      expected: configError('SutNotFound'),
      observable: 'start',
      names: ['no-such-service'],
    },
  ],
};
