import type { ClockOffset } from '../model/clock-offset.ts';
import type { Observation, Pod } from '../model/seen.ts';
import { shorten } from '../causes/quote.ts';
import { duration } from './time.ts';

/**
 * No rule compares clocks of different machines, so this is for people who lay the report beside logs of the cluster.
 * Less than this is what clocks differ by that are kept by NTP in bad times.
 */
const WORTH_TELLING_MS = 30_000;
/** Times of a pod are whole seconds, rounded down. */
const STATUS_STEP_MS = 1_000;

/** What to say of the API server's clock; undefined when it is not known to be far off. */
export function serverClockInWords({ leastMs, mostMs }: ClockOffset): string | undefined {
  if (leastMs <= WORTH_TELLING_MS && mostMs >= -WORTH_TELLING_MS) return undefined;
  const middleMs = (leastMs + mostMs) / 2;
  const where = middleMs > 0 ? 'ahead of' : 'behind';
  return `clocks differ: that of the API server is about ${duration(Math.abs(middleMs))} ${where} the one of the machine that runs the gate. ${OWN} Set the wrong one (NTP): credentials and certificates go by it too`;
}

const OWN =
  "Times and durations in the gate's log and timeline are by its own clock, time stamps inside log lines by that of the node.";

export type NodeClock = { node: string; text: string };

/**
 * Nodes whose clock is far off the API server's. A container cannot have started before the API server had made its pod,
 * and neither it nor the node's heartbeat can be later than now. `server` is the offset of the API server's clock.
 */
export function nodeClocks(seen: Observation, server: ClockOffset | undefined): readonly NodeClock[] {
  const pods = [...seen.sutPods, ...seen.testcarPods];
  const found = new Map<string, NodeClock>();
  const tell = (node: string | undefined, ms: number, where: string): void => {
    if (node === undefined || ms <= WORTH_TELLING_MS || found.has(node)) return;
    const text = `clocks differ: that of node ${shorten(node, 253)} is at least ${duration(ms)} ${where} the API server's. ${OWN}`;
    found.set(node, { node, text });
  };
  for (const pod of pods) {
    const madeMs = pod.meta.creationTimestampMs;
    for (const startedMs of startsOf(pod)) {
      if (madeMs !== undefined) tell(pod.nodeName, madeMs - startedMs - STATUS_STEP_MS, 'behind');
      if (server !== undefined) tell(pod.nodeName, startedMs - seen.atMs - server.mostMs, 'ahead of');
    }
  }
  for (const { meta, renewTimeMs } of seen.around.leases) {
    if (server !== undefined && renewTimeMs !== undefined)
      tell(meta.name, renewTimeMs - seen.atMs - server.mostMs, 'ahead of');
  }
  return [...found.values()];
}

function startsOf({ containers }: Pod): readonly number[] {
  return containers.flatMap(({ state, lastState }) =>
    [state, lastState].flatMap((one) =>
      (one.kind === 'running' || one.kind === 'terminated') && one.startedAtMs !== undefined ? one.startedAtMs : [],
    ),
  );
}
