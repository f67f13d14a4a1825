import { describe, expect, it } from 'vitest';
import { anApiError } from '../fakes/builders.ts';
import { LIVE, goodWorld, run } from './gate-world.ts';

function gone(fakes: ReturnType<typeof goodWorld>): void {
  fakes.cluster.on('create', 'Job', (world, object) => {
    world.startJob(object);
    world.after(1_000, () => {
      world.failing('all', anApiError('unreachable'));
      fakes.cluster.access.failure = anApiError('unreachable');
      fakes.cluster.objects.fault({ verb: 'delete', error: anApiError('unreachable'), times: 9 });
    });
  });
}

describe('while the API server does not answer', () => {
  it('the log says so at once, then the verdict, then how long clean-up may take', async () => {
    const fakes = goodWorld();
    gone(fakes);
    const { notes, startedAtMs } = await run(fakes);
    const told = notes.map(({ atMs, text }) => ({ afterMs: atMs - startedAtMs, text }));
    const from = told.findIndex(({ text }) => text.includes('API server to answer'));
    const [away, closed, cleaning, ...settled] = told.slice(from);
    expect(away).toEqual({
      afterMs: expect.any(Number),
      text: 'waiting for the API server to answer (ECONNREFUSED); until then nobody can tell how far the run is',
    });
    expect(closed?.text).toMatch(/^closed: CLUSTER_ERROR ApiUnreachable: The Kubernetes API cannot be reached /);
    expect((closed?.afterMs ?? 0) - (away?.afterMs ?? 0)).toBe(30_000);
    expect(cleaning?.text).toMatch(
      /^cleaning up: tried until \d\d:\d\d:\d\dZ at the latest, as the API server may come/,
    );
    expect(settled.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Service \S+ could not be deleted/),
      expect.stringMatching(/^Job \S+ could not be deleted/),
      expect.stringMatching(/^Deployment \S+ could not be deleted/),
    ]);
    expect(fakes.cluster.access.waits).toBe(1);
  });

  it('is not waited for when there is nothing to clean up', async () => {
    const fakes = goodWorld();
    fakes.cluster.world.rollOut(LIVE);
    fakes.cluster.at(500, (world) => {
      world.failing('all', anApiError('unreachable'));
    });
    const { verdict, notes } = await run(fakes, {
      mode: 'observe',
      manifests: [],
      deployment: 'web',
      expectImage: '9',
      sutPort: '8080',
    });
    expect(verdict).toMatchObject({ kind: 'failed', class: 'CLUSTER_ERROR', finding: { cause: 'ApiUnreachable' } });
    expect(fakes.cluster.access.waits).toBe(0);
    expect(notes.some(({ text }) => text.startsWith('cleaning up'))).toBe(false);
  });
});

it('a verdict about anything else is told by the report alone', async () => {
  const fakes = goodWorld();
  fakes.cluster.on('create', 'Job', (world, object) => {
    world.startJob(object);
    world.after(5_000, () => {
      world.finishJob(object, { exitCode: 1 });
    });
  });
  fakes.results.answers = [{ ok: false, problem: { kind: 'absent' } }];
  const { verdict, notes } = await run(fakes);
  expect(verdict.class).toBe('TESTCAR_ERROR');
  expect(notes.filter(({ text }) => /^(closed|cleaning up)/.test(text))).toEqual([]);
});
