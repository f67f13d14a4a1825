import { expect } from 'vitest';
import type { JsonObject } from '../../../src/core/model/json.ts';
import { COURIER_NAME } from '../../../src/core/courier/containers.ts';
import { listAt, stringAt } from '../../../src/core/model/json.ts';
import { inContainer } from '../example-manifests.ts';
import { type PodPatch, add, mutatePods } from '../mutating-webhook.ts';
import { PASSED, type Scenario, type Scenarios, clusterError, sutNotReady, testcarError } from '../scenario.ts';
import { type Role, downAgain, ended, exited, pod, waiting } from '../truth.ts';
import type { World } from '../world.ts';

/** What a mesh's proxy does that nobody ends: it serves on, and ends on SIGTERM. */
const FOR_EVER = 'trap "exit 0" TERM; while :; do sleep 1; done';

const mesh = (world: World, script: string, over: JsonObject = {}): JsonObject => ({
  name: 'mesh-proxy',
  image: world.images.testcar,
  command: ['sh', '-c', script],
  ...over,
});

const prepare =
  (role: Role, patch: (world: World) => PodPatch): NonNullable<Scenario['prepare']> =>
  (world) =>
    mutatePods(world, role, patch(world));

/** The same registry by another name, as a mirror is. */
const throughMirror =
  (world: World): PodPatch =>
  (pod) =>
    listAt(pod, 'spec', 'containers').map((container, index) => ({
      op: 'replace',
      path: `/spec/containers/${index}/image`,
      value: (stringAt(container, 'image') ?? '').replace(world.setup.registry, mirrorOf(world)),
    }));

function mirrorOf({ setup }: World): string {
  return setup.registry.replace('127.0.0.1', 'localhost');
}

/** What an admission policy does that knows init containers only as they were before 1.28. */
const plainCourier = (): PodPatch => (made) => {
  const at = listAt(made, 'spec', 'initContainers').findIndex((each) => stringAt(each, 'name') === COURIER_NAME);
  // A pod without a courier only asks whether the webhook counts by now.
  return at === -1
    ? [{ op: 'replace', path: '/spec/containers/0/image', value: 'seen' }]
    : [{ op: 'remove', path: `/spec/initContainers/${at}/restartPolicy` }];
};

/** What an agent does that has to be the first process, and a policy that sets a variable of its own mind. */
const otherProgram = (): PodPatch => (made) => {
  const env = listAt(listAt(made, 'spec', 'containers')[0], 'env');
  const at = env.findIndex((each) => stringAt(each, 'name') === 'TESTCAR_RUN_ID');
  return [
    { op: 'add', path: '/spec/containers/0/command', value: ['env', '/usr/local/bin/quote-testcar'] },
    ...(at === -1
      ? []
      : [
          { op: 'replace', path: `/spec/containers/0/env/${at}/value`, value: OTHER_VALUE },
          { op: 'add', path: '/spec/containers/0/env/-', value: { name: 'AGENT', value: OTHER_VALUE } },
        ]),
  ];
};
const OTHER_VALUE = 'of-the-webhook';

const scenarios: readonly Scenario[] = [
  {
    name: 'the courier is made a plain init container',
    fault: 'a real webhook removes restartPolicy from it, so that the tests would wait for its end',
    prepare: prepare('testcar', plainCourier),
    expected: testcarError('CourierFailed'),
    observable: pod('testcar', () => true),
    names: ['testcar-gate-courier', 'PlainInitContainer', 'results=log'],
  },
  {
    name: 'harmless: a native sidecar beside testcar',
    fault: 'a real webhook adds a native sidecar that ends with 143',
    prepare: prepare('testcar', (world) => {
      const sidecar = mesh(world, 'sleep 3600 & trap "exit 143" TERM; while :; do wait; done', {
        restartPolicy: 'Always',
      });
      return add('initContainers', sidecar);
    }),
    expected: PASSED,
    names: ['admission: pods of testcar got container mesh-proxy', 'What admission changed'],
  },
  {
    name: 'told: another command and another value for testcar',
    fault: 'a real webhook puts a program before it, replaces a variable and adds one',
    prepare: prepare('testcar', otherProgram),
    expected: PASSED,
    names: [
      /admission: container testcar of testcar does not run what its Job asks for: it has another command; another value of TESTCAR_RUN_ID$/m,
      'may test less than the manifest says',
    ],
    also({ output }) {
      expect(output).not.toContain(OTHER_VALUE);
      return Promise.resolve();
    },
  },
  {
    name: 'harmless: the image of the new revision comes from a mirror',
    fault: 'a real webhook rewrites the image to the same registry by another name',
    live: true,
    prepare: prepare('sut', throughMirror),
    expected: PASSED,
    names: [
      /admission: container quote-service of the system under test runs image localhost:\S+ instead of 127\.0\.0\.1/,
    ],
  },
  {
    name: 'a proxy that goes on after the tests',
    fault: 'a real webhook adds a container that never ends; option graces gives it 5 s',
    prepare: prepare('testcar', (world) => add('containers', mesh(world, FOR_EVER))),
    inputs: { graces: 'TestcarSidecarNeverEnds=5s' },
    expected: testcarError('TestcarSidecarNeverEnds'),
    observable: exited('testcar', 'testcar', 0),
    graceMs: 5_000,
    names: ['container mesh-proxy', 'added by admission', 'restartPolicy: Always', 'quitquitquit'],
  },
  {
    name: 'a proxy whose image is not there, beside testcar',
    fault: 'a real webhook adds a container with an unknown tag',
    prepare: prepare('testcar', (world) => {
      const image = `${world.setup.registry}/mesh-proxy:no-such-tag`;
      return add('containers', mesh(world, FOR_EVER, { image }));
    }),
    expected: clusterError('TestcarInjectedContainerFailed'),
    observable: waiting('testcar', 'ErrImagePull', 'ImagePullBackOff'),
    names: ['mesh-proxy', 'which is not in your manifest but was added by admission', 'no-such-tag'],
  },
  {
    name: 'an init container that fails, before testcar',
    fault: 'a real webhook adds an init container that exits with 3',
    prepare: prepare('testcar', (world) =>
      add('initContainers', mesh(world, 'echo no rights to set up iptables; exit 3')),
    ),
    expected: clusterError('TestcarInjectedContainerFailed'),
    observable: exited('testcar', 'mesh-proxy', 3),
    graceMs: 0,
    names: ['mesh-proxy', 'exit code 3', 'no rights to set up iptables', 'added by admission'],
  },
  {
    name: 'a proxy that crashes, beside the new revision',
    fault: 'a real webhook adds a container that exits with 4 again and again',
    live: true,
    // A real proxy has one: without it the pod is ready until the kubelet has told of the first crash.
    prepare: prepare('sut', (world) =>
      add(
        'containers',
        mesh(world, 'echo no control plane; exit 4', { readinessProbe: { tcpSocket: { port: 15021 } } }),
      ),
    ),
    expected: clusterError('SutInjectedContainerFailed'),
    observable: downAgain('sut', 2, 'mesh-proxy'),
    graceMs: 0,
    names: ['mesh-proxy', 'exit code 4', 'no control plane', 'mutatingwebhookconfigurations'],
  },
];

const OWN: readonly Scenario[] = [
  {
    name: 'a container of its own Job that never ends',
    fault: 'the Job has a second container; testTimeout 10 s',
    testcar: (world) => ({ edits: [[['spec', 'template', 'spec', 'containers', 1], mesh(world, FOR_EVER)]] }),
    inputs: { testTimeout: '10s', testcarContainer: 'testcar' },
    expected: testcarError('TestcarSidecarNeverEnds'),
    observable: exited('testcar', 'testcar', 0),
    graceMs: 10_000,
    names: ['container mesh-proxy', "testcar's Job manifest"],
  },
  {
    name: 'a child that the kernel kills, while it exits with 0 and green results',
    fault: 'its shell goes on after a child that took all memory',
    testcar: () => ({
      edits: [
        [
          inContainer('command'),
          [
            'sh',
            '-c',
            "QUOTE_TESTCAR_FAULT=memory /usr/local/bin/quote-testcar; echo \"<testsuite name='s'><testcase name='a'/></testsuite>\" > $TESTCAR_RESULTS_DIR/a.xml; exit 0",
          ],
        ],
      ],
    }),
    expected: testcarError('TestcarOomKilled'),
    observable: ended('testcar', (end) => stringAt(end, 'reason') === 'OOMKilled'),
    names: ['OOMKilled', 'exit code 0'],
  },
];

export const INJECTED: Scenarios = { title: 'what admission adds:', scenarios };
export const BESIDE_TESTCAR: Scenarios = { title: 'beside testcar:', scenarios: OWN };

/** Also for the table: a decision that an option brings forward. */
export const GRACES: Scenarios = {
  title: 'option graces:',
  scenarios: [
    {
      name: 'an image that is not there closes at once',
      fault: 'a tag that the registry does not have; grace 0 s',
      sut: ({ setup }) => ({ image: `${setup.registry}/quote-service:no-such-tag` }),
      inputs: { graces: 'SutImageNotFound=0s' },
      expected: sutNotReady('SutImageNotFound'),
      observable: waiting('sut', 'ErrImagePull', 'ImagePullBackOff'),
      graceMs: 0,
      names: ['no-such-tag', 'graces (SutImageNotFound=10s is the default)'],
    },
  ],
};
