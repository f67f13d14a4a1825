import { describe, expect, it } from 'vitest';
import type { ClockOffset } from '../../../src/core/model/clock-offset.ts';
import type { Observation } from '../../../src/core/model/seen.ts';
import { nodeClocks, serverClockInWords } from '../../../src/core/report/clock-words.ts';
import {
  aContainer,
  aLease,
  aPod,
  aTestcarPod,
  anObservation,
  exited,
  running,
  waiting,
} from '../../fakes/builders.ts';

const NOW_MS = 1_000_000;
const EXACT: ClockOffset = { leastMs: 0, mostMs: 0 };

describe("the API server's clock", () => {
  it.each<[string, ClockOffset]>([
    ['is as the own one', EXACT],
    ['is 30 s ahead', { leastMs: 30_000, mostMs: 31_000 }],
    ['is 30 s behind', { leastMs: -31_000, mostMs: -30_000 }],
    ['may be far off, or not: the answer took too long', { leastMs: -90_000, mostMs: 90_000 }],
    ['is at least a little ahead', { leastMs: 29_999, mostMs: 500_000 }],
  ])('is not told when it %s', (_, offset) => {
    expect(serverClockInWords(offset)).toBeUndefined();
  });

  it.each<[ClockOffset, string]>([
    [
      { leastMs: 30_001, mostMs: 31_001 },
      'that of the API server is about 31 s ahead of the one of the machine that runs the gate.',
    ],
    [
      { leastMs: -31_001, mostMs: -30_001 },
      'that of the API server is about 31 s behind the one of the machine that runs the gate.',
    ],
    [{ leastMs: 3_599_000, mostMs: 3_601_000 }, 'about 1 h ahead of'],
  ])('is told: %o', (offset, words) => {
    expect(serverClockInWords(offset)).toContain(words);
    expect(serverClockInWords(offset)).toContain("durations in the gate's log and timeline are by its own clock");
  });
});

describe('the clock of a node', () => {
  const madeMs = NOW_MS - 100_000;
  const pod = (startedAtMs: number): Partial<Observation> => ({
    sutPods: [
      aPod({ meta: { creationTimestampMs: madeMs }, containers: [aContainer({ state: running(startedAtMs) })] }),
    ],
  });
  const told = (over: Partial<Observation>, server?: ClockOffset): readonly string[] =>
    nodeClocks(anObservation({ atMs: NOW_MS, ...over }), server).map(({ text }) => text.split('. ', 1)[0] ?? '');
  const leases = (...all: readonly ReturnType<typeof aLease>[]): Partial<Observation> => ({
    around: { ...anObservation().around, leases: all },
  });

  it.each<[string, Partial<Observation>, ClockOffset | undefined]>([
    ['a container started after its pod was made', pod(madeMs + 1_000), EXACT],
    ['a container started 30 s before its pod, and whole seconds', pod(madeMs - 31_000), EXACT],
    ['a container started 30 s from now', pod(NOW_MS + 30_000), EXACT],
    [
      'a container started far from now by the own clock, and now by that of the server',
      pod(NOW_MS + 90_000),
      { leastMs: 89_000, mostMs: 90_000 },
    ],
    ["a container started far from now, and the server's clock is not known", pod(NOW_MS + 90_000), undefined],
    ['a container has not started', { sutPods: [aPod({ containers: [aContainer({ state: waiting('x') })] })] }, EXACT],
    ['the heartbeat is old', leases(aLease({ renewTimeMs: 1 })), EXACT],
    ['there is nothing to see', {}, EXACT],
  ])('is not told when %s', (_, over, server) => {
    expect(told(over, server)).toEqual([]);
  });

  it.each<[string, Partial<Observation>, ClockOffset | undefined, string]>([
    ['behind', pod(madeMs - 31_001), undefined, 'node-1 is at least 30 s behind'],
    ['ahead', pod(NOW_MS + 120_000), { leastMs: 9_000, mostMs: 10_000 }, 'node-1 is at least 1 min 50 s ahead of'],
    [
      'ahead of a server that is behind',
      pod(NOW_MS),
      { leastMs: -61_000, mostMs: -60_000 },
      'node-1 is at least 1 min ahead of',
    ],
    [
      'ahead by its heartbeat',
      leases(aLease({ name: 'node-7', renewTimeMs: NOW_MS + 40_000 })),
      EXACT,
      'node-7 is at least 40 s ahead of',
    ],
  ])('is told when it is %s', (_, over, server, words) => {
    expect(told(over, server)).toEqual([`clocks differ: that of node ${words} the API server's`]);
  });

  it('is told once for each node, from ended containers and those of testcar too', () => {
    const lastState = exited(1, { startedAtMs: 1 });
    const made = { meta: { creationTimestampMs: madeMs } };
    const ended = aPod({ ...made, containers: [aContainer({ lastState, state: waiting('CrashLoopBackOff') })] });
    const other = { ...aTestcarPod({ ...made, state: running(1) }), nodeName: 'node-2' };
    expect(told({ sutPods: [ended], testcarPods: [other] })).toEqual([
      expect.stringContaining('node node-1 is at least'),
      expect.stringContaining('node node-2 is at least'),
    ]);
  });
});
