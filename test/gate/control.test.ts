import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/model/json.ts';
import { stringAt } from '../../src/core/model/json.ts';
import type { Results } from '../../src/core/model/results.ts';
import type { Report } from '../../src/core/report/report.ts';
import { Cancelled } from '../../src/gate/run.ts';
import { aTestCase, anApiError, passingResults, resultsOf, waiting } from '../fakes/builders.ts';
import type { Fakes } from '../fakes/make-fakes.ts';
import { LIVE, goodWorld, run } from './gate-world.ts';

const CONTROL = { control: 'true' };
const FAILING = resultsOf([aTestCase('a', 'failed'), aTestCase('b')]);

function cause({ verdict }: Report): string {
  return verdict.kind === 'passed' ? 'passed' : `${verdict.class} ${verdict.finding.cause}`;
}

function controlFact({ verdict }: Report): string | undefined {
  const details = verdict.kind === 'failed' ? verdict.finding.evidence.details : [];
  return details?.find(({ label }) => label === 'control run')?.value;
}

function isControl(object: JsonObject): boolean {
  return (stringAt(object, 'metadata', 'name') ?? '').endsWith('-ctl');
}

function leftovers({ cluster }: Fakes): readonly string[] {
  return cluster.objects
    .all()
    .filter((object) => stringAt(object, 'metadata', 'labels', 'testcar-gate/run') !== undefined)
    .filter((object) => !['Pod', 'ReplicaSet'].includes(stringAt(object, 'kind') ?? ''))
    .map((object) => `${stringAt(object, 'kind') ?? ''}/${stringAt(object, 'metadata', 'name') ?? ''}`);
}

/** A live revision is rolled out; testcar fails against the new one and ends with `there` against the live one. */
function worldWithLive(there: Results): Fakes {
  const fakes = goodWorld();
  const live = fakes.cluster.objects.put({ ...LIVE, metadata: { ...liveMeta() } });
  fakes.cluster.world.rollOut(live, { hash: '77aa' });
  fakes.cluster.on('create', 'Job', (world, object) => {
    world.startJob(object);
    world.after(5_000, () => {
      const failed = isControl(object) ? there.counts.failed > 0 : true;
      world.finishJob(object, { exitCode: failed ? 1 : 0 });
    });
  });
  fakes.results.answers = [
    { ok: true, results: FAILING },
    { ok: true, results: there },
  ];
  return fakes;
}

function liveMeta(): JsonObject {
  return { name: 'web', namespace: 'shop', uid: 'uid-deployment-web', generation: 1, labels: { app: 'web' } };
}

function jobsCreated({ cluster }: Fakes): readonly string[] {
  return cluster.objects.summary().filter((call) => call.startsWith('create Job') && !call.endsWith('(dry run)'));
}

describe('control run', () => {
  it('fails there too: not caused by this change', async () => {
    const fakes = worldWithLive(FAILING);
    const report = await run(fakes, CONTROL);
    expect(cause(report)).toBe('INCONCLUSIVE TestsFailWithoutChange');
    expect(report.control).toMatchObject({
      kind: 'compared',
      stable: 'web-77aa',
      cases: [{ name: 'a', there: 'failed' }],
    });
    expect(report.results).toBe(FAILING);
    expect(jobsCreated(fakes)).toHaveLength(2);
    expect(leftovers(fakes)).toEqual([]);
    expect(fakes.clock.pending()).toBe(0);
  });

  it('looks in its log for results of its own name', async () => {
    const fakes = worldWithLive(FAILING);
    fakes.results.answers = [{ ok: true, results: { ...FAILING, source: 'log' } }];
    const report = await run(fakes, { ...CONTROL, results: 'log' });
    expect(cause(report)).toBe('INCONCLUSIVE TestsFailWithoutChange');
    expect(fakes.results.calls.map(({ runId }) => runId)).toEqual([report.runId, `${report.runId}-ctl`]);
  });

  it('points at the live ReplicaSet alone', async () => {
    const fakes = worldWithLive(FAILING);
    const selectors: unknown[] = [];
    fakes.cluster.on('create', 'Service', (_, object) => selectors.push(object['spec']));
    await run(fakes, CONTROL);
    expect(selectors.at(-1)).toMatchObject({ selector: { app: 'web', 'pod-template-hash': '77aa' } });
  });

  it('passes there: the tests stay failed, and the gate closed', async () => {
    const fakes = worldWithLive(passingResults(2));
    fakes.results.answers = [
      { ok: true, results: FAILING },
      { ok: true, results: resultsOf([aTestCase('a'), aTestCase('b')]) },
    ];
    const report = await run(fakes, CONTROL);
    expect(cause(report)).toBe('TEST_FAILED TestsFailed');
    expect(controlFact(report)).toBe('they did not fail against the stable revision web-77aa');
    expect(
      fakes.cluster.objects.summary().filter((call) => call.startsWith('apply') && !call.endsWith('(dry run)')),
    ).toEqual([]);
    expect(leftovers(fakes)).toEqual([]);
  });

  it('does not start when it was not asked for', async () => {
    const fakes = worldWithLive(FAILING);
    expect(cause(await run(fakes))).toBe('TEST_FAILED TestsFailed');
    expect(jobsCreated(fakes)).toHaveLength(1);
  });

  it('does not start when testcar itself broke', async () => {
    const fakes = worldWithLive(FAILING);
    fakes.results.answers = [{ ok: false, problem: { kind: 'absent' } }];
    expect(cause(await run(fakes, CONTROL))).toBe('TESTCAR_ERROR TestcarExitWithoutResults');
    expect(jobsCreated(fakes)).toHaveLength(1);
  });

  it.each<[string, (fakes: Fakes) => void, RegExp]>([
    [
      'its image is gone from the node',
      ({ cluster }) => {
        cluster.on('create', 'Job', (world, object) => {
          if (isControl(object)) {
            const state = waiting('ErrImageNeverPull', 'x is not present');
            world.startJob(object, { phase: 'Pending', ready: false, state });
          }
        });
      },
      /^not done: TestcarImageNeverPull: /,
    ],
    [
      'the API server refuses its Service',
      ({ cluster }) => {
        cluster.on('create', 'Job', (_, object) => {
          if (isControl(object))
            cluster.objects.fault({ verb: 'create', kind: 'Service', error: anApiError('forbidden') });
        });
      },
      /^not done: /,
    ],
    [
      'it left no results',
      (fakes) => {
        fakes.results.answers = [
          { ok: true, results: FAILING },
          { ok: false, problem: { kind: 'absent' } },
        ];
      },
      /^not done: TestcarExitWithoutResults: /,
    ],
  ])('cannot be done, because %s: the verdict stays', async (_, arrange, why) => {
    const fakes = worldWithLive(FAILING);
    arrange(fakes);
    const report = await run(fakes, CONTROL);
    expect(cause(report)).toBe('TEST_FAILED TestsFailed');
    expect(controlFact(report)).toMatch(why);
    expect(leftovers(fakes)).toEqual([]);
  });

  it('cannot be done without a live revision', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object);
      world.after(5_000, () => {
        world.finishJob(object, { exitCode: 1 });
      });
    });
    fakes.results.answers = [{ ok: true, results: FAILING }];
    const report = await run(fakes, CONTROL);
    expect(cause(report)).toBe('TEST_FAILED TestsFailed');
    expect(controlFact(report)).toBe('not done: no Deployment web was live');
    expect(jobsCreated(fakes)).toHaveLength(1);
  });

  it('cannot be done when the live revision is not rolled out', async () => {
    const fakes = worldWithLive(FAILING);
    fakes.cluster.world.rollOut(fakes.cluster.objects.stored('Deployment', 'web') ?? {}, {
      hash: '77aa',
      pod: { ready: false },
    });
    const report = await run(fakes, CONTROL);
    expect(cause(report)).toBe('TEST_FAILED TestsFailed');
    expect(controlFact(report)).toMatch(/^not done: SutNeverReady: /);
    expect(jobsCreated(fakes)).toHaveLength(1);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s during it deletes what both runs made', async (signalName) => {
    const fakes = worldWithLive(FAILING);
    const cancel = new AbortController();
    fakes.cluster.on('create', 'Job', (world, object) => {
      if (isControl(object)) world.after(1_000, () => cancel.abort(new Cancelled(signalName)));
    });
    const report = await run(fakes, CONTROL, cancel);
    expect(cause(report)).toBe('CANCELLED Cancelled');
    expect(leftovers(fakes)).toEqual([]);
  });

  it('has its lines marked, so that nobody takes them for those of the new revision', async () => {
    const fakes = worldWithLive(FAILING);
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.log(`${stringAt(object, 'metadata', 'name') ?? ''}-x1/testcar`, isControl(object) ? 'second' : 'first');
    });
    await run(fakes, CONTROL);
    expect(fakes.host.relayed.map(({ source, line }) => `${source}: ${line}`)).toEqual([
      'testcar: first',
      'control testcar: second',
    ]);
  });
});
