import { describe } from 'vitest';
import { objectAt, stringAt } from '../../src/core/model/json.ts';
import { inContainer } from './example-manifests.ts';
import { type GateRun, junitOf, verdictOf } from './gate-process.ts';
import { LIVE_ONLY, expect, expectOutcome, test } from './world.ts';

const FAILED = { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' } as const;

async function controlOf(run: GateRun): Promise<unknown> {
  return objectAt(await verdictOf(run), 'control');
}

describe('option control: failed tests are repeated against the live revision', () => {
  test('they fail there too, so it was not this change', async ({ world }) => {
    await world.goLive({ image: world.images.bad });
    const before = await world.live();
    const sut = await world.sut({ image: world.images.bad, env: { QUOTES_DRAIN_DELAY: '1s' } });
    const run = await world.gate({ ...sut, ...(await world.testcar()), control: 'true' });

    await expectOutcome(run, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'TestsFailWithoutChange' });
    expect(await controlOf(run)).toMatchObject({ kind: 'compared', cases: [{ there: 'failed' }] });
    expect(run.output).toContain('adds half for express');
    expect(await world.live()).toEqual(before);
    await world.expectClean(LIVE_ONLY);
  });

  test('they pass there, so it was this change', async ({ world }) => {
    await world.goLive();
    const before = await world.live();
    const sut = await world.sut({ image: world.images.bad });
    const run = await world.gate({ ...sut, ...(await world.testcar()), control: 'true' });

    await expectOutcome(run, FAILED);
    const stable = stringAt(await controlOf(run), 'stable') ?? 'none';
    expect(run.output).toContain(`control run: they did not fail against the stable revision ${stable}`);
    expect(before.pods[0]).toMatch(new RegExp(`^${stable}-`));
    // Of the control run only the failed test is in the file, as skipped: its passes are no passes of this run.
    expect((await junitOf(run)).failures).toBe(2);
    expect(await run.file('junit.xml')).toContain('testcar.control');
    expect(await world.live()).toEqual(before);
    await world.expectClean(LIVE_ONLY);
  });

  test('one of two fails there too, and both are told', async ({ world }) => {
    await world.goLive();
    // Fails `both` everywhere, and `change` only when it is not pointed at the control run's Service.
    const script = `case $TESTCAR_SUT_HOST in *-ctl.*) change= ;; *) change='<failure message="no"/>' ;; esac
      echo "<testsuite name='s'><testcase name='both'><failure message='no'/></testcase><testcase name='change'>$change</testcase></testsuite>" > $TESTCAR_RESULTS_DIR/a.xml
      exit 1`;
    const testcar = await world.testcar({ edits: [[inContainer('command'), ['sh', '-c', script]]] });
    const run = await world.gate({ ...(await world.sut()), ...testcar, control: 'true' });

    await expectOutcome(run, FAILED);
    expect(run.output).toMatch(/1 of 2 fail against the stable revision \S+ too/);
    expect(run.output).toMatch(/fail only on the new revision: +s: change/);
    await world.expectClean(LIVE_ONLY);
  });

  test('without a live revision the verdict stays', async ({ world }) => {
    const sut = await world.sut({ image: world.images.bad });
    const run = await world.gate({ ...sut, ...(await world.testcar()), control: 'true' });

    await expectOutcome(run, FAILED);
    expect(run.output).toContain('control run: not done: no Deployment quote-service was live');
    await world.expectClean([]);
  });

  test('cancelled during it, nothing is left of either run', async ({ world }) => {
    await world.goLive();
    const sut = await world.sut({ image: world.images.bad });
    const testcar = await world.testcar({ fault: 'pause=500ms' });
    const gate = await world.start({ ...sut, ...testcar, control: 'true' });
    await gate.said(/tests running in pod \S+-ctl-/);
    gate.kill('SIGTERM');
    const run = await gate.ended;

    await expectOutcome(run, { exitCode: 143, class: 'CANCELLED', cause: 'Cancelled' });
    await world.expectClean(LIVE_ONLY);
  });
});
