import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report/report.ts';
import { RunLog } from '../../src/gate/run-log.ts';
import { Waiter } from '../../src/gate/wait.ts';
import { aPod, anObservation, waiting } from '../fakes/builders.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { goodWorld, run, testsPass } from './gate-world.ts';

function lines({ timeline = [] }: Report): readonly string[] {
  return timeline.map(({ about, text }) => `${about} ${text}`);
}

describe('timeline of a run', () => {
  it('has what happened to the SUT and to testcar, in order, and when the gate decided', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object, {
        phase: 'Pending',
        ready: false,
        state: waiting('ErrImagePull', 'rpc error: code = NotFound desc = x: not found'),
      });
    });
    const report = await run(fakes);
    const told = lines(report);
    const pull = told.findIndex((line) => line.startsWith('testcar image pull failed (ErrImagePull): rpc error'));
    expect(told.indexOf('sut ready')).toBeGreaterThan(-1);
    expect(pull).toBeGreaterThan(told.indexOf('sut ready'));
    expect(told.filter((line) => line.includes('image pull failed'))).toHaveLength(1);
    expect(report.decidedAtMs).toBeGreaterThan(report.timeline?.[pull]?.atMs ?? Infinity);
    expect(report.decidedAtMs).toBeLessThanOrEqual(report.endedAtMs);
    expect(report.liveChanged).toBe(false);
  });

  it('has no decision to close in a pass, and does not take the preview for gone when the live one is watched', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    const report = await run(fakes);
    expect(report.verdict.kind).toBe('passed');
    expect(report.decidedAtMs).toBeUndefined();
    expect(report.liveChanged).toBe(true);
    expect(lines(report)).not.toContain('sut is gone');
  });
});

it('what changed after the last wait is seen too', async () => {
  const clock = new FakeClock();
  const log = new RunLog(clock, new FakeHost());
  const waiter = new Waiter(clock, log, new AbortController().signal);
  let seen = anObservation({ sutPods: [aPod()] });
  const feed = { current: () => seen, changed: () => Promise.resolve(), synced: () => Promise.resolve() };
  waiter.lookAgain();
  expect(log.timeline()).toEqual([]);
  await waiter.until(feed, () => ({ kind: 'done', value: undefined }));
  seen = anObservation({ atMs: 9 });
  waiter.lookAgain();
  waiter.lookAgain();
  expect(log.timeline().map(({ atMs, text }) => `${atMs} ${text}`)).toEqual([
    '0 exists, on node node-1',
    '0 started',
    '0 ready',
    '9 is gone',
  ]);
});

it('a cluster that changes without end fills no memory: how it began and how it ended stays', () => {
  const log = new RunLog(new FakeClock(), new FakeHost());
  for (let i = 0; i < 2_000; i++) log.happened([{ atMs: i, about: 'sut', object: 'pod/x', text: `change ${i}` }]);
  const kept = log.timeline();
  expect(kept).toHaveLength(501);
  expect(kept[99]?.text).toBe('change 99');
  expect(kept[100]).toEqual({ atMs: 1_600, about: 'cluster', object: 'timeline', text: '1500 left out' });
  expect(kept.at(-1)?.text).toBe('change 1999');
});
