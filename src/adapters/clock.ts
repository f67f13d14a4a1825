import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** The wall clock is read once; from then on time is monotonic, so a clock set back during a run changes no timeout. */
const originMs = Date.now();
const origin = process.hrtime();

export const systemClock: Clock = {
  nowMs: () => {
    const [seconds, nanoseconds] = process.hrtime(origin);
    return originMs + seconds * 1000 + Math.round(nanoseconds / 1e6);
  },
  sleep: async (ms, signal) => {
    signal.throwIfAborted();
    // Longer than 2^31-1 ms would fire at once (Node's setTimeout), so nothing may sleep longer than that.
    await sleep(Math.min(Math.max(0, ms), 2_147_483_647), undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  },
};
