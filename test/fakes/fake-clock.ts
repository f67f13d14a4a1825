import type { Clock } from '../../src/ports.ts';

type Timer = { dueMs: number; order: number; run: () => void };

/**
 * A clock that moves only when the test says so. Timers of the same moment run in the order in which they were set.
 * `run(promise)` is the "until idle" mode: it jumps from timer to timer until the promise has settled.
 */
export class FakeClock implements Clock {
  #nowMs: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(asError(signal.reason));
      const onAbort = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(asError(signal.reason));
      };
      const timer = this.#set(this.#nowMs + Math.max(0, ms), () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Runs `action` when the clock reaches `atMs`; a moment that has passed already runs at the next advance. */
  at(atMs: number, action: () => void): void {
    this.#set(Math.max(atMs, this.#nowMs), action);
  }

  after(ms: number, action: () => void): void {
    this.at(this.#nowMs + ms, action);
  }

  /** Sleepers and scripted moments still ahead. Zero after a run shows that nothing was left waiting. */
  pending(): number {
    return this.#timers.length;
  }

  /** Moves to `atMs`, running every timer due on the way at its own moment, and lets promises settle after each. */
  async advanceTo(atMs: number): Promise<void> {
    await settlePromises();
    for (let next = this.#next(); next !== undefined && next.dueMs <= atMs; next = this.#next()) {
      await this.#fire(next);
    }
    this.#nowMs = Math.max(this.#nowMs, atMs);
    await settlePromises();
  }

  async advanceBy(ms: number): Promise<void> {
    await this.advanceTo(this.#nowMs + ms);
  }

  /**
   * Jumps from timer to timer until `work` has settled, and returns its outcome. Throws when nothing is scheduled any
   * more (the work would wait for ever) or when the fake time passes `untilMs`.
   */
  async run<T>(work: Promise<T>, untilMs = this.#nowMs + 24 * 3_600_000): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    work.then(done, done);
    for (;;) {
      await settlePromises();
      if (settled) return work;
      const next = this.#next();
      if (next === undefined) throw new Error(`idle at ${this.#nowMs} ms: no timer is set and the work has not ended`);
      if (next.dueMs > untilMs) throw new Error(`the work has not ended at ${untilMs} ms of fake time`);
      await this.#fire(next);
    }
  }

  #set(dueMs: number, run: () => void): Timer {
    const timer = { dueMs, order: this.#order++, run };
    this.#timers.push(timer);
    this.#timers.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
    return timer;
  }

  #next(): Timer | undefined {
    return this.#timers[0];
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.run();
    await settlePromises();
  }
}

/** Several turns of the event loop: enough for chains of promises; real I/O in the code under test is not waited for. */
export async function settlePromises(turns = 4): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
