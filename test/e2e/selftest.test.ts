import { describe } from 'vitest';
import { stringAt } from '../../src/core/model/json.ts';
import { cliIn } from './front-ends.ts';
import { type GateRun, lastLine, startGate } from './gate-process.ts';
import { type World, expect, test } from './world.ts';

/** The cluster brings it to its node for its own use. */
const IMAGE = 'localhost/busybox:1';
const RUNS = ['good', 'bad', 'crash'] as const;

function start(world: World, flags: readonly string[], kubeconfig: string = world.setup.kubeconfig) {
  const { folder, namespace, setup } = world;
  const reportDir = `${folder}/report`;
  const context = setup.context === undefined ? [] : [`--context=${setup.context}`];
  const args = [cliIn(setup.released), 'selftest', `--report-dir=${reportDir}`, ...context, ...flags];
  return startGate(
    'node20',
    {
      args: [...args, `--namespace=${namespace}`],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder, TMPDIR: folder, KUBECONFIG: kubeconfig },
      cwd: folder,
      files: {},
      post: undefined,
    },
    reportDir,
  );
}

async function verdicts(run: GateRun): Promise<readonly string[]> {
  const texts = await Promise.all(RUNS.map((name) => run.file(`selftest-${name}/verdict.json`)));
  return texts.map((text) => {
    const verdict: unknown = text === undefined ? {} : JSON.parse(text);
    return [stringAt(verdict, 'verdict', 'class'), stringAt(verdict, 'verdict', 'finding', 'cause')].join(' ').trim();
  });
}

describe('selftest', () => {
  test('selftest where restricted', async ({ world }) => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const path = `/api/v1/namespaces/${world.namespace}`;
    const patched = await world.kube.send('PATCH', path, { metadata: { labels } }, 'application/merge-patch+json');
    expect(patched.status).toBe(200);
    const run = await start(world, [`--image=${IMAGE}`]).ended;
    expect(lastLine(run), run.output).toBe(
      `TESTCAR GATE SELFTEST: the gate opens and closes as it should in namespace ${world.namespace}`,
    );
    expect(run.exitCode).toBe(0);
    expect(await verdicts(run)).toEqual(['PASSED', 'TEST_FAILED TestsFailed', 'TESTCAR_ERROR TestcarCrashed']);
    await world.expectClean([]);
  });

  test('selftest without its image', async ({ world }) => {
    const run = await start(world, [`--image=${world.setup.registry}/no-such-image:1`]).ended;
    expect(run.exitCode, run.output).toBe(5);
    expect(lastLine(run)).toContain('TESTCAR GATE SELFTEST: run "good" did not end as it should');
    expect(await verdicts(run)).toEqual(['SUT_NOT_READY SutImageNotFound', '', '']);
    await world.expectClean([]);
  });

  test('selftest interrupted', async ({ world }) => {
    const running = start(world, [`--image=${IMAGE}`]);
    await running.said(/selftest bad: a Job/);
    running.kill('SIGINT');
    const run = await running.ended;
    expect(run.exitCode, run.output).toBe(130);
    expect(lastLine(run)).toContain('TESTCAR GATE SELFTEST: the test was stopped in run "bad"');
    await world.expectClean([]);
  });

  test('selftest with wrong flags', async ({ world }) => {
    const run = await start(world, ['--image=no image', '--promote']).ended;
    expect(run.exitCode, run.output).toBe(64);
    expect(run.output).toMatch(/--image/);
    expect(run.output).toMatch(/--promote/);
    await world.expectClean([]);
  });
});
