import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fail } from '../../src/core/judge/prove.ts';
import { findingFromApiError } from '../../src/core/judge/api-finding.ts';
import { listAt, stringAt } from '../../src/core/model/json.ts';
import type { ResultsRead } from '../../src/core/model/results.ts';
import type { SafeLine } from '../../src/core/report/neutralise.ts';
import type { RawInputs } from '../../src/core/options/options.ts';
import { Cancelled } from '../../src/gate/cancelled.ts';
import { inputFinding } from '../../src/gate/preflight.ts';
import { runGate } from '../../src/gate/run.ts';
import type { Life } from '../../src/main/life.ts';
import { onlyWarnings, runSelftest, type SelftestParts } from '../../src/main/selftest.ts';
import { FakeAttachments } from '../fakes/fake-attachments.ts';
import { aTestCase, anApiError, passingResults, resultsOf } from '../fakes/builders.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import { type Fakes, makeFakes } from '../fakes/make-fakes.ts';
import { RecordingOutput } from '../fakes/recording-output.ts';
import { goodWorld } from '../gate/gate-world.ts';
import { quietLife, StandInConnection } from './stand-ins.ts';

const FAILING: ResultsRead = { ok: true, results: resultsOf([aTestCase('a', 'failed')]) };
const PASSING: ResultsRead = { ok: true, results: passingResults(1) };
const ABSENT: ResultsRead = { ok: false, problem: { kind: 'absent' } };

const EXIT_CODES = { good: 0, bad: 1, crash: 137 } as const;

/** What a Job of the selftest does, told from what it runs. */
function scenarioOf(script: string): keyof typeof EXIT_CODES {
  if (script.includes('kill -9')) return 'crash';
  return script.includes('exit 1') ? 'bad' : 'good';
}

/** The real gate in fake time, in a cluster where testcar does what its script says; tests break one thing each. */
function makeWorld(
  change: {
    raw?: RawInputs;
    problems?: SelftestParts['given']['problems'];
    parts?: Partial<SelftestParts>;
    exitCodes?: Partial<Record<keyof typeof EXIT_CODES, number>>;
    results?: ResultsRead[];
    fakes?: Fakes;
  } = {},
) {
  const fakes = change.fakes ?? goodWorld();
  const { clock, results, cluster, ports } = fakes;
  const ran: string[] = [];
  results.answers = change.results ?? [PASSING, FAILING, ABSENT];
  cluster.on('create', 'Job', (world, object) => {
    const [container] = listAt(object, 'spec', 'template', 'spec', 'containers');
    const scenario = scenarioOf(JSON.stringify(container));
    ran.push(scenario);
    world.startJob(object);
    world.after(5_000, () => {
      world.finishJob(object, { exitCode: change.exitCodes?.[scenario] ?? EXIT_CODES[scenario] });
    });
  });
  const loud = new FakeHost();
  const quiet = new FakeHost();
  const output = new RecordingOutput();
  const connections: StandInConnection[] = [];
  const parts: SelftestParts = {
    given: { raw: change.raw ?? { namespace: ['shop'] }, problems: change.problems ?? [] },
    pipelineRun: 'p',
    defaultReportDir: 'report',
    findCluster: async () => ({ ok: true, source: { kind: 'default', env: {} }, secrets: ['secret'] }),
    late: async () => ({
      fail,
      findingFromApiError,
      inputFinding,
      runGate,
      readManifests: () => {
        throw new Error('the selftest has its own objects');
      },
    }),
    openHosts: async () => ({ output, loud, quiet }),
    ...change.parts,
  };
  const outside = {
    clock,
    results,
    attachments: new FakeAttachments(),
    cwd: '/work',
    hash: (text: string) => createHash('sha256').update(text).digest('hex'),
    connect: async () => {
      const connection = new StandInConnection();
      connections.push(connection);
      return { ok: true, connection } as const;
    },
    clusterPorts: () => ports,
  };
  const run = async (life: Life & { codes: number[] } = quietLife()) => {
    await clock.run(runSelftest(parts, outside, life));
    return { codes: life.codes, last: loud.said.at(-1), ran };
  };
  return { run, fakes, loud, quiet, connections };
}

describe('the selftest', () => {
  it('demands three verdicts, and gets them', async () => {
    const world = makeWorld();
    expect(await world.run()).toEqual({
      codes: [0],
      last: 'TESTCAR GATE SELFTEST: the gate opens and closes as it should in namespace shop',
      ran: ['good', 'bad', 'crash'],
    });
    expect(world.quiet.reports.map(({ reportDir }) => reportDir)).toEqual(
      ['good', 'bad', 'crash'].map((name) => `/work/report/selftest-${name}`),
    );
    expect(world.loud.reports).toEqual([]);
  });

  it('leaves nothing behind, and closes every connection', async () => {
    const world = makeWorld();
    await world.run();
    const left = world.fakes.cluster.objects.all().map((object) => stringAt(object, 'kind'));
    expect(left).toEqual([]);
    expect(world.connections.map(({ closed }) => closed)).toEqual([1, 1, 1]);
    expect(world.loud.secrets).toContain('secret');
  });

  it('says little: the end of each run with what became of its objects, the table, the last line', async () => {
    const world = makeWorld();
    await world.run();
    expect(world.loud.said.map((line) => line.replaceAll(/tcg-[0-9a-f]+/g, 'tcg-X'))).toMatchInlineSnapshot(`
      [
        "selftest good: a Job that passes its test",
        "selftest good: PASSED, as it should be; Service testcar-gate-selftest-tcg-X deleted; Job testcar-gate-selftest-tcg-X deleted; Deployment testcar-gate-selftest-tcg-X deleted",
        "selftest bad: a Job that fails its test",
        "selftest bad: TEST_FAILED TestsFailed, as it should be; Service testcar-gate-selftest-tcg-X deleted; Job testcar-gate-selftest-tcg-X deleted; Deployment testcar-gate-selftest-tcg-X deleted",
        "selftest crash: a Job that is killed before it has results",
        "selftest crash: TESTCAR_ERROR TestcarCrashed, as it should be; Service testcar-gate-selftest-tcg-X deleted; Job testcar-gate-selftest-tcg-X deleted; Deployment testcar-gate-selftest-tcg-X deleted",
        "",
        "run    testcar                          expected                      actual",
        "good   passes its test                  PASSED                        PASSED                        ok",
        "bad    fails its test                   TEST_FAILED TestsFailed       TEST_FAILED TestsFailed       ok",
        "crash  is killed before it has results  TESTCAR_ERROR TestcarCrashed  TESTCAR_ERROR TestcarCrashed  ok",
        "",
        "TESTCAR GATE SELFTEST: the gate opens and closes as it should in namespace shop",
      ]
    `);
    expect(world.loud.relayed).toEqual([]);
  });

  it('the bad Job opens the gate: 5, and its whole report', async () => {
    const world = makeWorld({ exitCodes: { bad: 0 }, results: [PASSING, PASSING, ABSENT] });
    const { codes, last, ran } = await world.run();
    expect({ codes, ran }).toEqual({ codes: [5], ran: ['good', 'bad', 'crash'] });
    expect(last).toContain('THE GATE OPENS WRONGLY in namespace shop: it passed a Job that fails its test');
    expect(world.loud.reports.map(({ verdict }) => verdict.class)).toEqual(['PASSED']);
  });

  it('the good Job does not open it: 5, and the others are still tried', async () => {
    // What is absent is looked for twice.
    const world = makeWorld({ results: [ABSENT, ABSENT, FAILING, ABSENT] });
    const { codes, last, ran } = await world.run();
    expect({ codes, ran }).toEqual({ codes: [5], ran: ['good', 'bad', 'crash'] });
    expect(last).toContain('run "good" did not end as it should in namespace shop: expected PASSED, got TESTCAR_ERROR');
  });

  it('the cluster does not answer: 4, at once', async () => {
    const world = makeWorld();
    world.fakes.cluster.access.failure = anApiError('unreachable');
    const { codes, last, ran } = await world.run();
    expect({ codes, ran }).toEqual({ codes: [4], ran: [] });
    expect(last).toContain('the test could not be made in run "good": CLUSTER_ERROR ApiUnreachable');
    expect(world.loud.reports).toHaveLength(1);
  });

  it('a permission is missing: 64', async () => {
    const world = makeWorld();
    world.fakes.cluster.access.deny({ resource: 'jobs', verb: 'create' });
    const { codes, last } = await world.run();
    expect(codes).toEqual([64]);
    expect(last).toContain('CONFIG_ERROR PermissionsMissing');
  });

  it('wrong flags: 64, with all problems, once', async () => {
    const world = makeWorld({
      raw: { namespace: ['NO'], testcarImage: ['no image'], testTimeout: ['soon'] },
      problems: [{ input: '--zzz', found: '--zzz', expected: 'an option that exists' }],
    });
    expect((await world.run()).codes).toEqual([64]);
    const { verdict, reportDir } = world.loud.theReport();
    const details = verdict.kind === 'failed' ? verdict.finding.evidence.details : [];
    expect(details?.map(({ label }) => label)).toEqual(['--zzz', '--namespace', '--image', '--test-timeout']);
    expect(reportDir).toBe('/work/report/selftest-good');
  });

  it('a long wait is told', async () => {
    const world = makeWorld({ fakes: makeFakes() });
    world.fakes.cluster.on('create', 'Deployment', (cluster, object) => {
      cluster.rollOut(object, { pod: { ready: false } });
    });
    const { codes, last } = await world.run();
    expect(codes).toEqual([5]);
    expect(last).toContain('SUT_NOT_READY');
    expect(world.loud.said.filter((line) => line.startsWith('selftest good: still waiting for '))).not.toEqual([]);
  });
});

describe('what must never give 0', () => {
  it.each(['loud', 'quiet'] as const)('a report that cannot be told (%s)', async (which) => {
    const world = makeWorld(which === 'loud' ? { exitCodes: { good: 9 } } : {});
    world[which].reportFailure = new Error('disk full');
    expect(await world.run()).toMatchObject({ codes: [5], last: 'The selftest could not be told: disk full' });
  });

  it('a host that cannot be made', async () => {
    const world = makeWorld({ parts: { openHosts: async () => Promise.reject(new Error('broken')) } });
    expect((await world.run()).codes).toEqual([5]);
  });

  it('a crash outside of every await; no other run is started', async () => {
    const crash = new AbortController();
    const world = makeWorld();
    world.fakes.cluster.on('create', 'Job', () => {
      crash.abort(new Error('late'));
    });
    const life = { ...quietLife(crash.signal), crashed: () => ({ error: new Error('late') }) };
    const { codes, last, ran } = await world.run(life);
    expect({ codes, ran }).toEqual({ codes: [5], ran: ['good'] });
    expect(last).toContain('GateInternalError');
    expect(world.loud.reports).toHaveLength(1);
  });
});

describe('cancellation', () => {
  it.each([
    { signalName: 'SIGINT', code: 130 },
    { signalName: 'SIGTERM', code: 143 },
  ] as const)('by $signalName: cleans up and starts no other run', async ({ signalName, code }) => {
    const cancel = new AbortController();
    const world = makeWorld();
    world.fakes.cluster.on('create', 'Job', (cluster) => {
      cluster.after(1_000, () => {
        cancel.abort(new Cancelled(signalName));
      });
    });
    const { codes, last, ran } = await world.run(quietLife(cancel.signal));
    expect({ codes, ran }).toEqual({ codes: [code], ran: ['good'] });
    expect(last).toContain('the test was stopped in run "good": CANCELLED');
    expect(world.fakes.cluster.objects.all().map((object) => stringAt(object, 'kind'))).toEqual([]);
  });
});

it('the quiet host shows trouble with its files and nothing else', () => {
  const output = new RecordingOutput();
  const quiet = onlyWarnings(output);
  for (const line of ['TESTCAR GATE: PASSED', 'warning: disk full']) quiet.line(line as SafeLine);
  expect(output.lines).toEqual(['warning: disk full']);
});
