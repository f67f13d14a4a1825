import type { Clock } from '../../src/ports.ts';

/** Sleeps take no time but move the clock, and are recorded; for code whose waiting partner is a real socket. */
export class InstantClock implements Clock {
  readonly slept: number[] = [];
  #nowMs = 1_000_000;

  nowMs(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.slept.push(ms);
    this.#nowMs += ms;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
