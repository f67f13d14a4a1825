import { describe } from 'vitest';
import { listAt, numberAt, stringAt } from '../../src/core/model/json.ts';
import { inContainer } from './example-manifests.ts';
import { type GateRun, verdictOf } from './gate-process.ts';
import { LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';
const ROLE = 'testcar-gate/role=testcar';
const PASSED = { exitCode: 0, class: 'PASSED' } as const;

/** A testcar whose pod of index 1 does `second` before it writes its results; each shard has two tests. */
function script(second: string): string {
  return `trap 'exit 143' TERM
    wait_for() { sleep $1 & wait $!; }
    echo "shard $TESTCAR_SHARD_INDEX of $TESTCAR_SHARD_COUNT begins"
    if [ "$TESTCAR_SHARD_INDEX" = 1 ]; then ${second}; else wait_for 2; fi
    echo "<testsuite name='parts'><testcase name='a$TESTCAR_SHARD_INDEX'/><testcase name='b$TESTCAR_SHARD_INDEX'/></testsuite>" > $TESTCAR_RESULTS_DIR/part.xml`;
}

async function scripted(world: World, second: string): Promise<{ testcarManifest: string }> {
  return world.testcar({ edits: [[inContainer('command'), ['sh', '-c', script(second)]]] });
}

/** Name of the running pod of one index. */
async function podOf({ kube, namespace }: World, index: number): Promise<string> {
  const [pod] = await kube.list('Pod', namespace, `${ROLE},${INDEX}=${index}`);
  return stringAt(pod, 'metadata', 'name') ?? '';
}

async function shardsOf(run: GateRun): Promise<readonly unknown[]> {
  return listAt(await verdictOf(run), 'shards');
}

describe('option shards: the tests are split over the pods of an Indexed Job', () => {
  test('three shards run each its part, and the results are one', async ({ world }) => {
    await world.goLive();
    const run = await world.gate({
      ...(await world.sut()),
      ...(await world.testcar()),
      shards: '3',
      minTests: '13',
    });

    await expectOutcome(run, PASSED);
    expect(run.output).toContain('PASSED 13 tests');
    for (const [shard, tests] of [5, 4, 4].entries()) {
      expect(run.output).toMatch(new RegExp(`testcar ${shard + 1}/3 *\\W.* ${tests} of 13 checks`));
      expect(run.output).toContain(`shard ${shard + 1} of 3 (index ${shard}): ${tests} tests`);
    }
    expect(await shardsOf(run)).toMatchObject([
      { index: 0, counts: { tests: 5 }, retries: [] },
      { index: 1, counts: { tests: 4 }, retries: [] },
      { index: 2, counts: { tests: 4 }, retries: [] },
    ]);
    const junit = (await run.file('junit.xml')) ?? '';
    for (const shard of ['shard 1 of 3 (index 0)', 'shard 2 of 3 (index 1)', 'shard 3 of 3 (index 2)'])
      expect(junit).toContain(`<property name="testcar-gate shard" value="${shard}"/>`);
    expect(junit.match(/classname="quote/g)).toHaveLength(13);
    await world.expectClean(LIVE_ONLY);
  });

  test('a failed test closes the gate, names its shard, and the others finish', async ({ world }) => {
    const sut = await world.sut({ image: world.images.bad });
    const run = await world.gate({ ...sut, ...(await world.testcar()), shards: '3' });

    await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
    expect(run.output).toContain('adds half for express');
    expect(run.output).toMatch(/TEST_FAILED TestsFailed: Shard \d of 3 \(index \d\): .*1 of 13/);
    expect(await shardsOf(run)).toMatchObject([{ counts: { tests: 5 } }, { counts: { tests: 4 } }, { counts: {} }]);
    await world.expectClean([]);
  });

  test('a shard that runs out of memory is named, and the others deliver', async ({ world }) => {
    // Doubles a shell variable until the kernel ends it.
    const testcar = await scripted(world, 'x=0123456789; while :; do x=$x$x; done');
    const run = await world.gate({ ...(await world.sut()), ...testcar, shards: '3' });

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarOomKilled' });
    expect(run.output).toContain('TestcarOomKilled: Shard 2 of 3 (index 1)');
    expect((await shardsOf(run)).map((shard) => numberAt(shard, 'counts', 'passed'))).toEqual([2, undefined, 2]);
    await world.expectClean([]);
  });

  test('a shard whose pod is evicted runs again, and the report says so', async ({ world }) => {
    const testcar = await scripted(world, 'wait_for 6');
    const gate = await world.start({ ...(await world.sut()), ...testcar, shards: '3' });
    await gate.said(/shard 1 of 3 begins/);
    const name = await podOf(world, 1);
    const { status } = await world.kube.evict(world.namespace, name);
    expect(status).toBe(201);
    const run = await gate.ended;

    await expectOutcome(run, PASSED);
    expect(run.output).toContain('PASSED 6 tests');
    expect(run.output).toContain(`retried once after EvictionByEvictionAPI of pod ${name}`);
    expect(await shardsOf(run)).toMatchObject([
      { retries: [] },
      { retries: [{ pod: name, reason: 'EvictionByEvictionAPI' }] },
      { retries: [] },
    ]);
    expect((await shardsOf(run)).map((shard) => stringAt(shard, 'pod'))).not.toContain(name);
  });

  test('a shard whose pod somebody deletes is not tried again, and closes the gate', async ({ world }) => {
    const testcar = await scripted(world, 'wait_for 600');
    const gate = await world.start({ ...(await world.sut()), ...testcar, shards: '3' });
    await gate.said(/shard 1 of 3 begins/);
    await world.kube.remove('Pod', world.namespace, await podOf(world, 1));
    const run = await gate.ended;

    await expectOutcome(run, { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'TestcarDisrupted' });
    expect(run.output).toContain('TestcarDisrupted: Shard 2 of 3 (index 1)');
    expect((await shardsOf(run)).map((shard) => numberAt(shard, 'counts', 'passed'))).toEqual([2, undefined, 2]);
    await world.expectClean([]);
  });

  /** Index 1 has ended and is counted while index 0 still tests; then its pod is removed. */
  async function withoutPodOfIndex1(world: World, results: string): Promise<GateRun> {
    const inLog = `echo "TESTCAR_RESULTS_BEGIN $TESTCAR_RUN_ID"; cat $TESTCAR_RESULTS_DIR/part.xml
      echo "TESTCAR_RESULTS_END $TESTCAR_RUN_ID"`;
    const slow = script('wait_for 0').replace('wait_for 2', 'wait_for 12');
    const where = results === 'log' ? `TESTCAR_RESULTS_DIR=/tmp\n${slow}\n${inLog}` : slow;
    const testcar = await world.testcar({ edits: [[inContainer('command'), ['sh', '-c', where]]] });
    const gate = await world.start({ ...(await world.sut()), ...testcar, shards: '3', results });
    await world.kube.until('index 1 is counted', 'Job', world.namespace, (jobs) =>
      jobs.find((job) => stringAt(job, 'status', 'completedIndexes') === '1'),
    );
    // By force, as a clean-up of "stuck" pods does it: no moment in which it is seen to be terminating.
    const path = `/api/v1/namespaces/${world.namespace}/pods/${await podOf(world, 1)}`;
    expect((await world.kube.send('DELETE', `${path}?gracePeriodSeconds=0`)).status).toBe(200);
    return gate.ended;
  }

  test('a shard whose pod is gone with its results is lost', async ({ world }) => {
    const run = await withoutPodOfIndex1(world, 'log');

    await expectOutcome(run, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'TestcarShardLost' });
    expect(run.output).toContain('TestcarShardLost: Shard 2 of 3 (index 1)');
    await world.expectClean([]);
  });

  test('a shard whose pod is gone when it has delivered is no proof either', async ({ world }) => {
    const run = await withoutPodOfIndex1(world, 'courier');

    await expectOutcome(run, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'EvidenceContradicts' });
    expect(run.output).toMatch(/expected pods \S+-0-\S+, \S+-1-\S+, \S+-2-\S+ alone, found \S+-0-\S+, \S+-2-/);
    await world.expectClean([]);
  });

  test('the control run is split as well', async ({ world }) => {
    await world.goLive({ image: world.images.bad });
    const sut = await world.sut({ image: world.images.bad, env: { QUOTES_DRAIN_DELAY: '1s' } });
    const run = await world.gate({ ...sut, ...(await world.testcar()), shards: '3', control: 'true' });

    await expectOutcome(run, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'TestsFailWithoutChange' });
    await world.expectClean(LIVE_ONLY);
  });

  test('results from the log of each shard are one', async ({ world }) => {
    const inLog = `echo "TESTCAR_RESULTS_BEGIN $TESTCAR_RUN_ID"
      echo "<testsuite name='parts'><testcase name='a$TESTCAR_SHARD_INDEX'/></testsuite>"
      echo "TESTCAR_RESULTS_END $TESTCAR_RUN_ID"`;
    const testcar = await world.testcar({ edits: [[inContainer('command'), ['sh', '-c', inLog]]] });
    const run = await world.gate({ ...(await world.sut()), ...testcar, shards: '3', results: 'log' });

    await expectOutcome(run, PASSED);
    expect(run.output).toContain('PASSED 3 tests by its own log');
    expect(await shardsOf(run)).toMatchObject([{ counts: { tests: 1 } }, { counts: { tests: 1 } }, { counts: {} }]);
  });

  test('by exit code alone the shard that failed is named', async ({ world }) => {
    const second = 'exit $((TESTCAR_SHARD_INDEX == 1 ? 7 : 0))';
    const testcar = await world.testcar({ edits: [[inContainer('command'), ['sh', '-c', second]]] });
    const weak = { results: 'exit-code', shards: '3', exitCodes: '7=tests-failed' };
    const run = await world.gate({ ...(await world.sut()), ...testcar, ...weak });

    await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
    expect(run.output).toMatch(/TestsFailed: Shard 2 of 3 \(index 1\): .*exit code 7/);
  });

  test('by exit code alone the gate opens when every shard ended with 0', async ({ world }) => {
    const testcar = await world.testcar({ edits: [[inContainer('command'), ['sh', '-c', 'exit 0']]] });
    const run = await world.gate({ ...(await world.sut()), ...testcar, shards: '2', results: 'exit-code' });

    await expectOutcome(run, PASSED);
    expect(run.output).toContain('PASSED by exit code only: no test was counted');
  });

  test('what the others delivered is kept when the time of one is over', async ({ world }) => {
    const testcar = await scripted(world, 'wait_for 600');
    const run = await world.gate({ ...(await world.sut()), ...testcar, shards: '3', testTimeout: '20s' });

    await expectOutcome(run, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'TestDeadlineExceeded' });
    expect((await shardsOf(run)).map((shard) => numberAt(shard, 'counts', 'passed'))).toEqual([2, undefined, 2]);
    await world.expectClean([]);
  });
});
