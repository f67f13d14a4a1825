import { bareTestcar } from '../bare-testcar.ts';
import { type Edit, type TestcarChanges, inContainer } from '../example-manifests.ts';
import { stringAt } from '../../../src/core/model/json.ts';
import { type Scenario, type Scenarios, clusterError, inconclusive, testcarError } from '../scenario.ts';
import { ended, exited, jobEnded, jobOver, oomKilled, running, unschedulable, waiting } from '../truth.ts';

const fault = (word: string) => (): Partial<TestcarChanges> => ({ fault: word });
const edit =
  (...edits: Edit[]) =>
  (): Partial<TestcarChanges> => ({ edits });
const shell = (script: string) => edit([inContainer('command'), ['sh', '-c', script]]);

const startup: readonly Scenario[] = [
  {
    name: 'its image is not in the registry',
    fault: 'a tag that the registry does not have',
    testcar: ({ setup }) => ({ image: `${setup.registry}/quote-testcar:no-such-tag` }),
    expected: testcarError('TestcarImageNotFound'),
    observable: waiting('testcar', 'ErrImagePull', 'ImagePullBackOff'),
    names: ['quote-testcar:no-such-tag', 'not found'],
  },
  {
    name: 'its image name is not a name',
    fault: 'upper case in the name of the image',
    testcar: ({ setup }) => ({ image: `${setup.registry}/Quote-Testcar:1` }),
    expected: testcarError('TestcarImageNameInvalid'),
    observable: waiting('testcar', 'InvalidImageName'),
    names: ['Quote-Testcar:1', 'lowercase'],
  },
  {
    name: 'a ConfigMap that it needs is missing',
    fault: 'envFrom names a ConfigMap that does not exist',
    testcar: edit([inContainer('envFrom'), [{ configMapRef: { name: 'no-such-config' } }]]),
    expected: testcarError('TestcarConfigMissing'),
    observable: waiting('testcar', 'CreateContainerConfigError'),
    names: ['configmap "no-such-config" not found'],
  },
  {
    name: 'its program does not exist',
    fault: 'the command names a file that is not in the image',
    testcar: edit([inContainer('command'), ['/usr/local/bin/no-such-program']]),
    expected: testcarError('TestcarStartError'),
    observable: ended('testcar', (end) => end['reason'] === 'StartError'),
    names: ['no-such-program', 'no such file or directory'],
  },
  {
    name: 'it calls a command that is not there',
    fault: 'its shell script exits with 127',
    testcar: shell('no-such-command'),
    expected: testcarError('TestcarCommandNotFound'),
    observable: exited('testcar', 'testcar', 127),
    names: ['exit code 127', 'no-such-command'],
  },
  {
    name: 'its image has no shell for the check of the address',
    fault: 'an image that holds one static program and nothing else',
    prepare: async (world) => ({ inputs: await world.testcar({ image: await bareTestcar(world) }) }),
    inputs: { results: 'exit-code' },
    expected: testcarError('ReachProbeUnavailable'),
    observable: ended(
      'testcar',
      (end, status) => stringAt(status, 'name') === 'testcar-gate-reach' && end['reason'] === 'StartError',
    ),
    names: ['testcar-gate-reach', 'set reach: off or courierImage'],
  },
  {
    name: 'no node has room for it',
    fault: 'it requests 900 CPUs',
    testcar: edit([inContainer('resources'), { requests: { cpu: '900' } }]),
    expected: clusterError('TestcarUnschedulable'),
    observable: unschedulable('testcar'),
    names: ['Insufficient cpu'],
  },
];

const end: readonly Scenario[] = [
  {
    name: 'it runs out of memory',
    fault: 'it allocates until the limit of 64 MB',
    testcar: fault('memory'),
    expected: testcarError('TestcarOomKilled'),
    observable: oomKilled('testcar'),
    names: ['OOMKilled', '64Mi'],
  },
  {
    name: 'it ends with a panic before the first test',
    fault: 'a panic of its Go program: exit code 2',
    testcar: fault('panic'),
    expected: testcarError('TestcarExitWithoutResults'),
    observable: exited('testcar', 'testcar', 2),
    names: ['exit code 2', 'panic'],
  },
  {
    name: 'it is killed by a signal',
    fault: 'SIGKILL from inside: exit code 137, not the kernel',
    // The kubelet makes $$ of $$$$.
    testcar: shell("sh -c 'kill -9 $$$$'; exit $?"),
    expected: testcarError('TestcarCrashed'),
    observable: exited('testcar', 'testcar', 137),
    names: ['exit code 137'],
  },
  {
    name: 'it is not over in time',
    fault: 'it waits for ever',
    testcar: fault('hang'),
    inputs: { testTimeout: '8s' },
    expected: inconclusive('TestDeadlineExceeded'),
    observable: running('testcar'),
    graceMs: 8_000,
    names: ['tests running', 'testTimeout'],
  },
];

const results: readonly Scenario[] = [
  {
    name: 'it exits 9 with green results',
    fault: 'exit code 9 after 13 passed tests',
    testcar: fault('exit=9'),
    expected: testcarError('TestcarExitContradictsResults'),
    observable: exited('testcar', 'testcar', 9),
    names: ['exit code 9', '13 of 13 tests passed'],
  },
  {
    name: 'it exits 0 without results',
    fault: 'no file in the folder for results',
    testcar: fault('no-results'),
    expected: testcarError('TestcarResultsMissing'),
    observable: jobEnded('Complete'),
    names: ['TESTCAR_RESULTS_DIR'],
  },
  {
    name: 'its results hold no test',
    fault: 'a JUnit file without a test case',
    testcar: fault('no-tests'),
    expected: testcarError('TestcarNoTests'),
    observable: jobEnded('Complete'),
    names: ['0 tests'],
  },
  {
    name: 'its results are not XML',
    fault: 'text where JUnit should be',
    testcar: fault('garbage'),
    expected: testcarError('TestcarResultsInvalid'),
    observable: jobEnded('Complete'),
    names: [/\S+\.xml/],
  },
  {
    name: 'its results are cut',
    fault: 'a JUnit file that ends in the middle',
    testcar: fault('cut'),
    expected: testcarError('TestcarResultsInvalid'),
    observable: jobEnded('Complete'),
    names: [/\S+\.xml/],
  },
  {
    name: 'it ran fewer tests than asked for',
    fault: '13 tests where minTests is 14',
    testcar: fault(''),
    inputs: { minTests: '14' },
    expected: testcarError('TestcarNoTests'),
    observable: jobEnded('Complete'),
    names: ['13', '14', 'minTests'],
  },
  {
    name: 'it skips every test',
    fault: 'a JUnit file whose only test is skipped',
    testcar: shell(
      'echo "<testsuite><testcase name=\'a\'><skipped/></testcase></testsuite>" > $TESTCAR_RESULTS_DIR/a.xml',
    ),
    expected: testcarError('TestcarAllSkipped'),
    observable: jobEnded('Complete'),
    names: ['skipped'],
  },
  {
    name: 'one of its result files is a link',
    fault: 'a symbolic link among the result files, which the courier does not follow',
    testcar: shell('ln -s /etc/hostname $TESTCAR_RESULTS_DIR/a.xml'),
    expected: testcarError('CourierFailed'),
    observable: jobOver,
    names: ['testcar-gate-courier', 'symbolic link'],
  },
];

/** testcar fails by itself, in the order of its life. */
export const TESTCAR: Scenarios = { title: 'testcar fails by itself:', scenarios: [...startup, ...end, ...results] };
