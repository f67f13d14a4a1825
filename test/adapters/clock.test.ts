import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';

const never = new AbortController().signal;

it('tells the time of day and does not go back', () => {
  const before = Date.now();
  const times = Array.from({ length: 1_000 }, () => systemClock.nowMs());
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.abs((times[0] ?? 0) - before)).toBeLessThan(60_000);
  expect(times.every(Number.isInteger)).toBe(true);
});

it('sleeps no time at all for a moment that has passed', async () => {
  await systemClock.sleep(-5, never);
});

it('rejects with the reason of the signal, before and during a sleep', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const sleeping = systemClock.sleep(3_600_000, stop.signal);
  stop.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(systemClock.sleep(1, stop.signal)).rejects.toBe(reason);
});

it('does not fire at once when asked for longer than a timer can count', async () => {
  const stop = new AbortController();
  const sleeping = systemClock.sleep(Infinity, stop.signal);
  const first = await Promise.race([
    sleeping.then(() => 'slept'),
    systemClock.sleep(5, never).then(() => 'still asleep'),
  ]);
  stop.abort(new Error('enough'));
  await sleeping.catch(() => undefined);
  expect(first).toBe('still asleep');
});
