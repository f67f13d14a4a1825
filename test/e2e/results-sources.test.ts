import { describe } from 'vitest';
import { listAt, objectAt, stringAt } from '../../src/core/model/json.ts';
import { bareTestcar } from './bare-testcar.ts';
import { inContainer } from './example-manifests.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { type GateRun, junitOf, lastLine, verdictOf } from './gate-process.ts';
import { rotationOf } from './log-reading.ts';
import { pipelineAccount, serverOf, tokenKubeconfig } from './pipeline-account.ts';
import { type World, expect, expectOutcome, test } from './world.ts';

/** The example's testcar, and then its JUnit file in the log, as any runner in any image can do it. */
const JUNIT_IN_LOG = `/usr/local/bin/quote-testcar; code=$?
  echo "TESTCAR_RESULTS_BEGIN $TESTCAR_RUN_ID"; cat $TESTCAR_RESULTS_DIR/quotes.xml; echo "TESTCAR_RESULTS_END $TESTCAR_RUN_ID"
  exit $code`;

const tap = (planned: number): string => `echo "TAP version 14"; echo "1..${planned}"
  if wget -q -O /dev/null "$TESTCAR_SUT_URL/healthz"; then echo "ok 1 - is healthy"; else echo "not ok 1 - is healthy"; fi
  echo "ok 2 - adds # time=1ms"`;

function shell(world: World, script: string): Promise<{ testcarManifest: string }> {
  return world.testcar({ edits: [[inContainer('command'), ['sh', '-c', script]]] });
}

async function sourceOf(run: GateRun): Promise<string | undefined> {
  return stringAt(objectAt(await verdictOf(run), 'results'), 'source');
}

describe('results: log', () => {
  test('JUnit between the markers opens the gate, and the headline says where it is from', async ({ world }) => {
    const inputs = { ...(await world.sut()), ...(await shell(world, JUNIT_IN_LOG)), results: 'log' };
    const run = await world.gate(inputs);

    await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
    expect(lastLine(run)).toMatch(/PASSED \d+ tests by its own log, revision/);
    expect(await sourceOf(run)).toBe('log');
    expect((await junitOf(run)).tests).toBeGreaterThan(3);
  });

  test('failed tests in it close the gate with their names', async ({ world }) => {
    const sut = await world.sut({ image: world.images.bad });
    const run = await world.gate({ ...sut, ...(await shell(world, JUNIT_IN_LOG)), results: 'log' });

    await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
    expect(lastLine(run)).toContain('adds half for express');
  });

  test('TAP with a complete plan opens the gate', async ({ world }) => {
    const run = await world.gate({ ...(await world.sut()), ...(await shell(world, tap(2))), results: 'log' });

    await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
    expect(lastLine(run)).toContain('PASSED 2 tests by its own log');
  });

  test('TAP that stops before its plan is complete closes it', async ({ world }) => {
    const run = await world.gate({ ...(await world.sut()), ...(await shell(world, tap(3))), results: 'log' });

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarResultsIncomplete' });
    expect(lastLine(run)).toContain('3 tests were planned, 2 came');
  });

  test('failed tests in a file that the node has changed away from do not vanish', async ({ world, skip }) => {
    if (!world.setup.owned) skip('only our own cluster rotates so soon that a test can wait for it');
    const { maxBytes, everySeconds } = await rotationOf(world);
    const line = 'x'.repeat(99);
    // Twice what fills a file between two looks of the kubelet, so that it has looked at a full one before the end.
    const seconds = 2 * everySeconds;
    const script = `block() { echo "TESTCAR_RESULTS_BEGIN $TESTCAR_RUN_ID"; echo "$1"; echo "TESTCAR_RESULTS_END $TESTCAR_RUN_ID"; }
      block "<testsuite name='a'><testcase name='lost'><failure message='bad'/></testcase></testsuite>"
      i=0; while [ $i -lt ${seconds} ]; do yes ${line} | head -n ${Math.ceil(maxBytes / 100)}; sleep 1; i=$((i + 1)); done
      block "<testsuite name='b'><testcase name='fine'/></testsuite>"`;
    const run = await world.gate({ ...(await world.sut()), ...(await shell(world, script)), results: 'log' });

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarResultsIncomplete' });
    expect(lastLine(run)).toContain('it changed log files');
  });
});

/**
 * Nothing of the log is read before its first file is gone: what a slow network, a busy node or a very fast testcar can
 * do, which no time stamp tells from a testcar that was quiet at first.
 */
test('results: log that says how many results it holds: those before its first read do not vanish', async ({
  world,
  skip,
}) => {
  if (!world.setup.owned) skip('only our own cluster rotates so soon that a test can wait for it');
  const { maxBytes, everySeconds } = await rotationOf(world);
  const script = `block() { echo "TESTCAR_RESULTS_BEGIN $TESTCAR_RUN_ID $1"; echo "$2"; echo "TESTCAR_RESULTS_END $TESTCAR_RUN_ID"; }
    block a "<testsuite name='a'><testcase name='lost'><failure message='bad'/></testcase></testsuite>"
    i=0; while [ $i -lt ${2 * everySeconds} ]; do yes ${'x'.repeat(99)} | head -n ${Math.ceil(maxBytes / 100)}; sleep 1; i=$((i + 1)); done
    block b "<testsuite name='b'><testcase name='fine'/></testsuite>"
    echo "TESTCAR_RESULTS_COUNT $TESTCAR_RUN_ID 2"`;
  const { token } = await pipelineAccount(world);
  const proxy = await startFaultyProxy(await serverOf(world.setup.kubeconfig), (close) => {
    world.atEnd(close);
  });
  const goOn = proxy.hold(/\/log\?.*container=testcar(?:&|$)/);
  const kubeconfig = await tokenKubeconfig(world, token, proxy.url);
  const inputs = { ...(await world.sut()), ...(await shell(world, script)), results: 'log' };
  const gate = await world.start(inputs, { kubeconfig });
  await world.kube.until('testcar has ended', 'Pod', world.namespace, (pods) =>
    pods.find((pod) =>
      listAt(pod, 'status', 'containerStatuses').some(
        (status) => stringAt(status, 'name') === 'testcar' && objectAt(status, 'state')['terminated'] !== undefined,
      ),
    ),
  );
  goOn();
  const run = await gate.ended;

  await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarResultsIncomplete' });
  expect(lastLine(run)).toContain('it holds 2 results, and 1 came');
});

describe('results: exit-code', () => {
  test('in an image without a shell, exit code 0 opens the gate and the headline says how little that is', async ({
    world,
  }) => {
    const testcar = await world.testcar({ image: await bareTestcar(world) });
    const run = await world.gate({ ...(await world.sut()), ...testcar, results: 'exit-code', reach: 'off' });

    await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
    expect(lastLine(run)).toContain('PASSED by exit code only: no test was counted');
    expect(await sourceOf(run)).toBe('exit-code');
  });

  test('in an image without a shell, the meaning of exit code 1 says that tests failed', async ({ world }) => {
    const testcar = await world.testcar({ image: await bareTestcar(world) });
    const sut = await world.sut({ image: world.images.bad });
    const weak = { results: 'exit-code', reach: 'off', exitCodes: '1=tests-failed' };
    const run = await world.gate({ ...sut, ...testcar, ...weak });

    await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
    expect(lastLine(run)).toContain('ended with exit code 1, which means: tests failed (option exitCodes)');
  });

  test('without a meaning, exit code 1 is an error of testcar', async ({ world }) => {
    const sut = await world.sut({ image: world.images.bad });
    const run = await world.gate({ ...sut, ...(await world.testcar()), results: 'exit-code' });

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarExitWithoutResults' });
    expect(lastLine(run)).toContain('with results=exit-code only 0 is a pass');
  });
});

describe('results: courier', () => {
  test('an image without a shell is named at once, with the option that helps', async ({ world }) => {
    const testcar = await world.testcar({ image: await bareTestcar(world) });
    const run = await world.gate({ ...(await world.sut()), ...testcar, reach: 'off' });

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'CourierFailed' });
    expect(lastLine(run)).toContain('Set courierImage to a small image with sh');
    await world.expectClean([]);
  });

  test('an image without a shell delivers by another image', async ({ world }) => {
    const testcar = await world.testcar({ image: await bareTestcar(world) });
    const inputs = { ...(await world.sut()), ...testcar, courierImage: world.images.testcar };
    const run = await world.gate(inputs);

    await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
    expect(await sourceOf(run)).toBe('courier');
  });
});

test('nothing that testcar prints stands in for files that the courier did not find', async ({ world }) => {
  const forged = `echo "TESTCAR_RESULTS_BEGIN $TESTCAR_RUN_ID"
    echo "<testsuite name='s'><testcase name='a'/></testsuite>"
    echo "TESTCAR_RESULTS_END $TESTCAR_RUN_ID"; echo "TAP version 14"; echo "1..1"; echo "ok 1 - a"`;
  const run = await world.gate({ ...(await world.sut()), ...(await shell(world, forged)) });

  await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarResultsMissing' });
});
