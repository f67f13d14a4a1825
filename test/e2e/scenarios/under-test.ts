import { junitOf } from '../gate-process.ts';
import { inContainer } from '../example-manifests.ts';
import { type Scenarios, clusterError, inconclusive, testFailed } from '../scenario.ts';
import { condition, downAgain, ended, jobEnded, pod, restarted } from '../truth.ts';
import { expect } from '../world.ts';

const shell = (script: string) => () => ({
  edits: [[inContainer('command'), ['sh', '-c', script]]] as const,
});
const CRASHABLE = () => ({ env: { QUOTES_CRASH_ENDPOINT: 'true' } });
// Debian's busybox crashes on `wget -T`.
const POST = 'wget -q -O - --post-data=x $TESTCAR_SUT_URL';

/** The new revision is up, and fails while it is tested. */
export const UNDER_TEST: Scenarios = {
  title: 'under test:',
  scenarios: [
    {
      name: 'a test fails',
      fault: 'a revision that forgets the express surcharge',
      live: true,
      sut: ({ images }) => ({ image: images.bad }),
      expected: testFailed('TestsFailed'),
      observable: jobEnded('Failed'),
      names: ['adds half for express', 'priceCents is 720, expected 1080'],
      also: async (run) => {
        expect((await junitOf(run)).tests).toBeGreaterThanOrEqual(13);
      },
    },
    {
      name: 'the new revision crashes and tests fail',
      fault: 'the program exits with code 7 before the first test',
      sut: CRASHABLE,
      testcar: () => ({ fault: 'crash-sut' }),
      expected: testFailed('SutCrashedUnderTest'),
      observable: [restarted('sut', 1), jobEnded('Failed')],
      // The log of the container before its restart is the evidence.
      names: [/pod\/quote-service-\S+/, 'exit code 7', 'asked to crash'],
    },
    {
      name: 'the new revision crashes again and again, and the tests wait for it',
      fault: 'the program exits with code 7 whenever it is up; the tests have no time limit of their own',
      sut: CRASHABLE,
      testcar: shell(`while :; do ${POST}/crash; sleep 1; done`),
      expected: testFailed('SutCrashedUnderTest'),
      observable: downAgain('sut', 1),
      graceMs: 30_000,
      // Back-offs of 10 and 20 s come first, and the container may be seen up between them.
      limitMs: 60_000,
      names: [/pod\/quote-service-\S+/, 'exit code 7', 'asked to crash'],
    },
    {
      name: 'the new revision crashes after the last test, and all tests passed',
      fault: 'the program exits with code 7 after the last test',
      sut: CRASHABLE,
      testcar: shell(`/usr/local/bin/quote-testcar && { ${POST}/crash; sleep 4; }`),
      expected: inconclusive('SutRestarted'),
      observable: [restarted('sut', 1), jobEnded('Complete')],
      names: [/pod\/quote-service-\S+/, 'exit code 7'],
    },
    {
      name: 'the new revision runs out of memory',
      fault: 'a request makes the program take memory until the kernel kills it',
      sut: CRASHABLE,
      testcar: shell(`${POST}/exhaust; exec /usr/local/bin/quote-testcar`),
      expected: testFailed('SutCrashedUnderTest'),
      observable: [ended('sut', (end) => end['reason'] === 'OOMKilled'), jobEnded('Failed')],
      names: [/pod\/quote-service-\S+/, 'OOMKilled', '64Mi'],
    },
    {
      name: 'time is up while the pod of testcar waits for somebody to let it in',
      fault: 'a scheduling gate on the pod of testcar that nobody takes away',
      testcar: () => ({
        edits: [[['spec', 'template', 'spec', 'schedulingGates'], [{ name: 'example.com/approval' }]]],
      }),
      inputs: { testTimeout: '8s' },
      expected: clusterError('TestcarUnschedulable'),
      observable: pod('testcar', (each) => condition(each, 'PodScheduled', 'False', 'SchedulingGated')),
      graceMs: 8_000,
      names: [/pod\/quote-service-\S+/i, 'SchedulingGated', 'scheduling gate'],
    },
  ],
};
