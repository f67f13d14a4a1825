import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { COURIER_NAME } from '../../src/core/courier/containers.ts';
import { type JsonObject, isObject, stringAt } from '../../src/core/model/json.ts';
import { NO_ATTACHMENTS } from '../../src/core/model/attachments.ts';
import type { ResultsRead } from '../../src/core/model/results.ts';
import { headlineOf } from '../../src/core/report/headline.ts';
import type { Report } from '../../src/core/report/report.ts';
import type { CourierReading, ResultsReader } from '../../src/ports.ts';
import type { Container, ContainerState } from '../../src/core/model/seen.ts';
import { aContainer, aTestCase, exited, passingResults, resultsOf, running } from '../fakes/builders.ts';
import type { Fakes } from '../fakes/make-fakes.ts';
import { runGate } from '../../src/gate/run.ts';
import { STAGES } from '../adapters/hosts.ts';
import { goodWorld, input, run } from './gate-world.ts';

const CUT: ResultsRead = { ok: false, problem: { kind: 'incomplete', detail: 'frame 2 is missing' } };

const courierOf = (job: JsonObject): string => `${stringAt(job, 'metadata', 'name') ?? ''}-x1/${COURIER_NAME}`;

/** Tests end after 5 s; the Job, whose courier `delivers` in between, after 9 s. */
function worldOf(delivers: (fakes: Fakes, courier: string) => void): Fakes {
  const fakes = goodWorld();
  fakes.cluster.on('create', 'Job', (world, job) => {
    world.startJob(job);
    world.after(4_000, () => {
      expect(fakes.cluster.logs.followed.filter((name) => name.endsWith(COURIER_NAME))).toEqual([]);
    });
    world.after(5_000, () => {
      world.startJob(job, { state: exited(0) });
    });
    world.after(6_000, () => {
      expect(fakes.cluster.logs.followed.filter((name) => name.endsWith(COURIER_NAME))).toEqual([courierOf(job)]);
      delivers(fakes, courierOf(job));
    });
    world.after(9_000, () => {
      world.finishJob(job);
    });
  });
  return fakes;
}

/** Reads of the courier's log beside the live one. */
const readsAgain = ({ cluster }: Fakes): number =>
  cluster.logs.reads.filter((name) => name.endsWith(COURIER_NAME)).length;

const secondsOf = ({ phases }: Report, wanted: string): number =>
  phases.filter(({ phase }) => phase === wanted).reduce((sum, one) => sum + one.endedAtMs - one.startedAtMs, 0) / 1000;

const headOf = ({ verdict }: Report): string => {
  if (verdict.kind === 'passed') return 'passed';
  return `${verdict.finding.cause}: ${verdict.finding.evidence.message ?? ''}`;
};

/** A pod in which the courier runs beside the tests. */
const withCourier = (restartCount: number, state: ContainerState): { containers: Container[] } => ({
  containers: [
    aContainer({ name: COURIER_NAME, kind: 'sidecar', state: running(), restartCount }),
    aContainer({ name: 'testcar', state, ready: state.kind === 'running', probes: {} }),
  ],
});
const followedCouriers = ({ cluster }: Fakes): readonly string[] =>
  cluster.logs.followed.filter((name) => name.includes(COURIER_NAME));

describe('attachments', () => {
  it.each(Object.entries(STAGES))(
    '%s: a secret in a name is neither in the report nor on disk',
    async (_, makeStage) => {
      const fakes = worldOf(({ cluster }, courier) => {
        cluster.logs.write(courier, 'all');
      });
      const { host, store, redactor } = makeStage();
      host.redact({ kind: 'kubernetes-secret', text: 'hunter/22', countedAs: 'db/password' });
      const courier: ResultsReader['courier'] = (_runId, keep) => ({
        take: async () => 'whole',
        end: async () => ({ ok: true, results: passingResults(3) }),
        attachments: async () => {
          const content = Readable.from([Buffer.from('content')]);
          return { files: keep ? [await keep.save('as hunter/22.png', 7, content)] : [], lost: [] };
        },
      });
      fakes.results.courier = courier;
      const given = input({ attachments: ['**'], reportDir: '/reports' });
      const report = await fakes.clock.run(runGate(given, { ...fakes.ports, host }, new AbortController().signal));
      await host.report(report);

      expect([...fakes.attachments.files]).toEqual([['/reports/attachments/as____.png', 'content']]);
      expect(store.files.get('verdict.json')).toMatch(/"from": "as \*\*\*.png",\s*"path": "attachments\/as____.png"/);
      expect([...store.files.values()].join('\n')).not.toContain('hunter');
      expect(redactor.counts()).toEqual({ 'kubernetes-secret': 1 });
    },
  );
});

describe('the log of the courier', () => {
  it('is read as soon as the courier runs: what it sends is not lost before the end of the tests is known', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, job) => {
      world.startJob(job, withCourier(0, running()));
      world.after(4_000, () => {
        expect(followedCouriers(fakes)).toEqual([courierOf(job)]);
        fakes.cluster.logs.write(courierOf(job), 'one');
      });
      world.after(5_000, () => {
        fakes.cluster.logs.rotate(courierOf(job));
        world.startJob(job, withCourier(0, exited(0)));
        world.finishJob(job);
      });
    });
    expect(headOf(await run(fakes))).toBe('passed');
    expect(fakes.results.calls.map(({ log }) => log)).toEqual(['one\ndelivered\n']);
    expect(followedCouriers(fakes)).toHaveLength(1);
  });

  it('is read anew when the courier was restarted', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, job) => {
      world.startJob(job, withCourier(0, running()));
      world.after(2_000, () => {
        world.startJob(job, withCourier(1, running()));
      });
      world.after(4_000, () => {
        expect(followedCouriers(fakes)).toEqual([courierOf(job), `${courierOf(job)} (restart 1)`]);
      });
      world.after(5_000, () => {
        world.startJob(job, withCourier(1, exited(0)));
        world.finishJob(job);
      });
    });
    expect(headOf(await run(fakes))).toBe('passed');
    expect(fakes.results.calls.at(-1)?.log).toBe('delivered\n');
    expect(followedCouriers(fakes)).toHaveLength(2);
  });

  it('of a courier that delivered before the tests had ended, and was restarted, is not the end of it', async () => {
    const fakes = goodWorld();
    const deliveries = [passingResults(2), resultsOf([aTestCase('pays', 'failed')])];
    fakes.results.courier = () => {
      const [results = passingResults(9)] = deliveries.splice(0, 1);
      return {
        take: async () => 'whole',
        end: async () => ({ ok: true, results }),
        attachments: async () => NO_ATTACHMENTS,
      };
    };
    fakes.cluster.on('create', 'Job', (world, job) => {
      world.startJob(job, withCourier(0, running()));
      world.after(2_000, () => {
        fakes.cluster.logs.write(courierOf(job), 'all that is there by now');
      });
      world.after(3_000, () => {
        world.startJob(job, withCourier(1, running()));
      });
      world.after(5_000, () => {
        world.startJob(job, withCourier(1, exited(0)));
        world.finishJob(job);
      });
    });
    expect(headOf(await run(fakes))).toMatch('TestsFailed');
    expect(followedCouriers(fakes)).toHaveLength(2);
  });

  it('is let go when the run ends before the tests', async () => {
    const fakes = goodWorld();
    let isReleased = false;
    fakes.results.courier = () => ({
      take: async () => 'more',
      end: async () => {
        isReleased = true;
        return { ok: false, problem: { kind: 'absent' } };
      },
      attachments: async () => NO_ATTACHMENTS,
    });
    fakes.cluster.on('create', 'Job', (world, job) => {
      world.startJob(job, withCourier(0, running()));
      world.after(4_000, () => {
        world.remove('Job', stringAt(job, 'metadata', 'name') ?? '');
      });
    });
    const report = await run(fakes);
    expect(report.verdict.kind).toBe('failed');
    expect(isReleased).toBe(true);
    expect(fakes.clock.pending()).toBe(0);
  });

  it('is read from the end of the tests on, and only once', async () => {
    const fakes = worldOf(({ cluster }, courier) => {
      cluster.logs.write(courier, 'one', 'two');
    });
    expect(headOf(await run(fakes))).toBe('passed');
    expect(fakes.results.calls.map(({ log }) => log)).toEqual(['one\ntwo\ndelivered\n']);
    expect(readsAgain(fakes)).toBe(0);
    expect(fakes.clock.pending()).toBe(0);
  });

  it('is let go when all of it has come, whether or not the stream ends', async () => {
    const fakes = worldOf(({ cluster }, courier) => {
      cluster.logs.write(courier, 'all');
    });
    let isReleased = false;
    const reading: CourierReading = {
      take: async () => 'whole',
      end: async () => {
        isReleased = true;
        return { ok: true, results: passingResults(3) };
      },
      attachments: async () => NO_ATTACHMENTS,
    };
    fakes.results.courier = () => reading;
    fakes.cluster.at(8_500, () => {
      expect(isReleased).toBe(true);
    });
    const report = await run(fakes);
    expect(headOf(report)).toBe('passed');
    expect(secondsOf(report, 'collect')).toBe(0);
  });

  it.each<[string, ResultsRead[], string]>([
    ['was cut on its way is read once more', [CUT, { ok: true, results: passingResults(2) }], 'passed'],
    [
      'is not there any more says what was missing when it came',
      [CUT, { ok: false, problem: { kind: 'incomplete', detail: 'the first frame is missing' } }],
      'TestcarResultsIncomplete: frame 2 is missing',
    ],
    [
      'says at the second look that tests failed closes with them',
      [CUT, { ok: true, results: resultsOf([aTestCase('pays', 'failed')]) }],
      'TestsFailed: ',
    ],
  ])('that %s', async (_, answers, expected) => {
    const fakes = worldOf(() => undefined);
    fakes.results.answers = answers;
    expect(headOf(await run(fakes))).toMatch(expected);
    expect(readsAgain(fakes)).toBe(1);
  });

  it('that stalls is waited for as long as anything of it comes, and 30 s more', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, job) => {
      world.startJob(job);
      world.after(5_000, () => {
        world.startJob(job, { state: exited(0) });
        world.finishJob(job, { courierLog: 'stalls' });
      });
      for (const ms of [20_000, 40_000, 60_000])
        world.after(ms, () => {
          world.log(courierOf(job), 'more');
        });
    });
    const report = await run(fakes);
    expect(headOf(report)).toBe('passed');
    expect(fakes.results.calls[0]?.log).toBe('more\nmore\nmore\n');
    expect(secondsOf(report, 'collect')).toBeGreaterThan(85);
    expect(fakes.clock.pending()).toBe(0);
  });
});

it('a server that does not keep native sidecars is found out before anything is deployed', async () => {
  const fakes = goodWorld();
  const { objects } = fakes.ports;
  // As Kubernetes 1.28 answers: the field is dropped without a word.
  const withoutField: typeof objects.create = async (object, options) => {
    const answer = await objects.create(object, options);
    if (!answer.ok) return answer;
    const value: unknown = JSON.parse(JSON.stringify(answer.value).replaceAll('"restartPolicy":"Always",', ''));
    return { ok: true, value: isObject(value) ? value : {} };
  };
  fakes.ports.objects = {
    get: (ref) => objects.get(ref),
    list: (query) => objects.list(query),
    create: withoutField,
    apply: (object, options) => objects.apply(object, options),
    patch: (ref, patch) => objects.patch(ref, patch),
    delete: (ref, options) => objects.delete(ref, options),
    untilGone: (ref, uid) => objects.untilGone(ref, uid),
  };
  fakes.cluster.access.version = 'v1.28.3-gke.100';
  const report = await run(fakes);
  const { verdict } = report;
  expect(verdict.kind === 'failed' && [verdict.class, verdict.finding.cause]).toEqual(['CONFIG_ERROR', 'InputInvalid']);
  expect(headlineOf(report)).toContain(
    'results found "courier"; expected log or exit-code: Kubernetes v1.28.3-gke.100',
  );
  expect(fakes.cluster.objects.all()).toEqual([]);
});
