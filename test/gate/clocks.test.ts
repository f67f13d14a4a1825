import { describe, expect, it } from 'vitest';
import type { ClockOffset } from '../../src/core/model/clock-offset.ts';
import { ClockNotes } from '../../src/gate/clock-notes.ts';
import { RunLog } from '../../src/gate/run-log.ts';
import { aContainer, aPod, anObservation, running } from '../fakes/builders.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import { goodWorld, run, testsPass } from './gate-world.ts';

async function told(clock: ClockOffset | undefined): Promise<{ verdict: string; notes: readonly string[] }> {
  const fakes = goodWorld();
  testsPass(fakes);
  fakes.cluster.access.clock = clock;
  const { verdict, notes } = await run(fakes);
  return { verdict: verdict.class, notes: notes.flatMap(({ text }) => (text.startsWith('clocks') ? text : [])) };
}

describe('a clock that differs', () => {
  it('is one note, and changes no verdict', async () => {
    expect(await told({ leastMs: 300_000, mostMs: 301_000 })).toEqual({
      verdict: 'PASSED',
      notes: [expect.stringContaining('that of the API server is about 5 min 1 s ahead')],
    });
  });

  it('is no note when it does not differ, or is not known', async () => {
    expect(await told({ leastMs: -500, mostMs: 600 })).toEqual({ verdict: 'PASSED', notes: [] });
    expect(await told(undefined)).toEqual({ verdict: 'PASSED', notes: [] });
  });

  it('of nodes is told once for each, of three at most', () => {
    const log = new RunLog(new FakeClock(), new FakeHost());
    const notes = new ClockNotes(log);
    const pods = ['a', 'b', 'c', 'd'].map((nodeName) =>
      aPod({
        name: nodeName,
        nodeName,
        meta: { creationTimestampMs: 100_000 },
        containers: [aContainer({ state: running(1_000) })],
      }),
    );
    notes.look(anObservation({ sutPods: pods.slice(0, 1) }));
    notes.look(anObservation({ sutPods: pods }));
    notes.look(anObservation({ sutPods: pods }));
    expect(log.notes.map(({ text }) => /that of (node .)/.exec(text)?.[1])).toEqual(['node a', 'node b', 'node c']);
  });
});
