import { describe } from 'vitest';
import { CAUSES, type Cause } from '../../src/core/causes/index.ts';
import { type GateRun, type RunningGate, outcomeOf } from './gate-process.ts';
import { type MatrixRow, addRow, outcomeText } from './matrix-rows.ts';
import type { Act, Scenario, Scenarios } from './scenario.ts';
import type { Truth } from './truth.ts';
import { type Expected, LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

/**
 * The gate's exit may be this much later than the truth and its grace. Five scenarios share two cores with a whole
 * cluster, and the time includes clean-up and report; what it proves is that no cause waits for an overall timeout of
 * minutes. The measured time stands in the table.
 */
const LAG_LIMIT_MS = 15_000;

const KILLED = 'killed';
const NO_VERDICT = 'no verdict, SIGKILL';

/** A change can reach the gate's watch before it reaches ours. */
const LATE_TRUTH_MS = 3_000;

/** One test per scenario; each leaves a row for the fault matrix, also when it fails. */
export function runScenarios({ title, scenarios }: Scenarios): void {
  describe(title, () => {
    for (const scenario of scenarios) {
      test(scenario.name, async ({ world, skip }) => {
        if (scenario.onlyOnOwnCluster === true && !world.setup.owned) skip('possible only on our own cluster');
        const measured: Measured = {};
        let problem: string | undefined;
        try {
          await runScenario(scenario, world, measured);
        } catch (error) {
          problem = error instanceof Error ? error.message : String(error);
          throw error;
        } finally {
          await addRow(world.setup.matrixFile, await rowOf(title, scenario, measured, problem));
        }
      });
    }
  });
}

type Measured = { run?: GateRun; observedAtMs?: number | undefined };

async function runScenario(scenario: Scenario, world: World, measured: Measured): Promise<void> {
  const { expected, names, left = [] } = scenario;
  const mayOpen = isHarmless(scenario);
  if (scenario.live === true) await world.goLive();
  const before = scenario.live === true ? await world.live() : undefined;
  // Before `prepare`, which may write other manifests in their place.
  const manifests = {
    ...(scenario.sut === 'none' ? {} : await world.sut(scenario.sut?.(world))),
    ...(scenario.testcar === 'none' ? {} : await world.testcar(scenario.testcar?.(world))),
  };
  const { inputs, options, during = scenario.during } = (await scenario.prepare?.(world)) ?? {};
  const given = { ...manifests, ...scenario.inputs, ...inputs };

  const watch = watchFor(scenario, world);
  try {
    const gate = await world.start(given, options);
    await during?.({ gate, world, happened: watch.happened });
    measured.run = await gate.ended;
    measured.observedAtMs = await watch.observedAtMs(gate);
  } finally {
    watch.end();
  }

  if (expected === KILLED) await expectKilled(measured.run);
  else await expectOutcome(measured.run, await chosen(expected, scenario.orCause, measured.run));
  const { output } = measured.run;
  const missing = names.filter((name) => (typeof name === 'string' ? !output.includes(name) : !name.test(output)));
  expect(missing, `the log does not name ${missing.join(', ')}:\n${output}`).toEqual([]);
  expectInTime(scenario, measured.run, measured.observedAtMs);
  if (before !== undefined && !mayOpen) expect(await world.live()).toEqual(before);
  // What passed was promoted.
  const serves = scenario.live === true || mayOpen;
  if (left !== 'unknown') await world.expectClean([...(serves ? LIVE_ONLY : []), ...left].sort(byKind));
  await scenario.also?.(measured.run, world);
}

function expectInTime(scenario: Scenario, run: GateRun, observedAtMs: number | undefined): void {
  if (observedAtMs === undefined) {
    // What must not close the gate need not be observable, but what closes it must be.
    const isNamed = scenario.observable !== undefined;
    expect(isNamed || !isHarmless(scenario), 'the truth never became observable').toBe(false);
    return;
  }
  if (isHarmless(scenario)) return;
  expect(
    run.endedAtMs - observedAtMs - graceOf(scenario),
    `ms from the end of the grace to the exit\n${run.output}`,
  ).toBeLessThan(scenario.limitMs ?? LAG_LIMIT_MS);
}

/** Of two causes that are both right the one that the gate gave. */
async function chosen(expected: Expected, orCause: Cause | undefined, run: GateRun): Promise<Expected> {
  if (orCause === undefined) return expected;
  return (await outcomeOf(run)).cause === orCause ? { ...expected, cause: orCause } : expected;
}

function isHarmless({ expected }: Scenario): boolean {
  return expected !== KILLED && expected.class === 'PASSED';
}

/** SIGKILL is the one end that no program can say anything about: it is the host's to fail such a step. */
async function expectKilled(run: GateRun): Promise<void> {
  expect({ exitCode: run.exitCode, signal: run.signal }).toEqual({ exitCode: null, signal: 'SIGKILL' });
  expect(await run.file('verdict.json'), 'a verdict that nobody has reached').toBeUndefined();
}

function graceOf({ graceMs, expected }: Scenario): number {
  return graceMs ?? (expected === KILLED || expected.cause === undefined ? 0 : CAUSES[expected.cause].graceMs);
}

type TruthWatch = {
  happened: Act['happened'];
  observedAtMs(gate: RunningGate): Promise<number | undefined>;
  end(): void;
};

/** The test's own eyes on the cluster: one watch per kind that tells the truth, none of them the gate's. */
function watchFor({ observable }: Scenario, { kube, namespace }: World): TruthWatch {
  const stop = new AbortController();
  let actedAtMs: number | undefined;
  const truths: readonly Truth[] =
    observable === undefined || typeof observable === 'string' ? [] : [observable].flat();
  const seen = truths.map((truth) =>
    kube
      .until(
        'the truth can be observed',
        truth.kind,
        namespace,
        (there, gone) => (truth.isIn(there, gone) ? performance.now() : undefined),
        { signal: stop.signal },
      )
      .catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
        return undefined;
      }),
  );
  const all = Promise.all(seen);
  all.catch(() => undefined);

  return {
    happened: () => {
      actedAtMs ??= performance.now();
    },
    async observedAtMs(gate) {
      if (observable === 'start') return gate.startedAtMs;
      if (observable === 'act') return actedAtMs;
      if (truths.length === 0) return undefined;
      const tooLate = setTimeout(() => {
        stop.abort();
      }, LATE_TRUTH_MS);
      const moments = await all.finally(() => {
        clearTimeout(tooLate);
      });
      const known = moments.filter((moment) => moment !== undefined);
      return known.length === moments.length ? Math.max(...known) : undefined;
    },
    end: () => {
      stop.abort();
    },
  };
}

/** The order of `World.inventory`. */
function byKind(one: string, other: string): number {
  const place = (name: string) => ['Deployment', 'Service', 'Job'].indexOf(name.split('/')[0] ?? '');
  return place(one) - place(other) || one.localeCompare(other);
}

async function rowOf(
  group: string,
  scenario: Scenario,
  { run, observedAtMs }: Measured,
  problem: string | undefined,
): Promise<MatrixRow> {
  const { expected } = scenario;
  const got = run && (await outcomeOf(run).catch((): undefined => undefined));
  return {
    group,
    name: scenario.name,
    fault: scenario.fault,
    expected: expected === KILLED ? NO_VERDICT : outcomeText(expected),
    got: got === undefined ? `no verdict, ${String(run?.exitCode ?? run?.signal ?? 'no exit')}` : outcomeText(got),
    expectedClass: expected === KILLED ? 'none' : expected.class,
    gotClass: got?.class ?? 'none',
    isOpen: run?.exitCode === 0 || got?.class === 'PASSED',
    graceMs: graceOf(scenario),
    ...(run !== undefined && observedAtMs !== undefined && !isHarmless(scenario)
      ? { lagMs: Math.round(run.endedAtMs - observedAtMs - graceOf(scenario)) }
      : {}),
    ...(problem === undefined ? {} : { problem: problem.slice(0, 2_000) }),
  };
}
