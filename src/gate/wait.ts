import type { Observation } from '../core/model/seen.ts';
import type { Judgement } from '../core/judge/judgement.ts';
import { type Memory, emptyMemory, remember } from '../core/judge/memory.ts';
import { recordChanges } from '../core/report/timeline.ts';
import type { Clock, Feed } from '../ports.ts';
import type { RunLog } from './run-log.ts';
import { type Step, closed, done } from './step.ts';

/** One moment as the judges get it. */
export type Moment = { seen: Observation; memory: Memory; nowMs: number; phaseStartedAtMs: number };

/**
 * Hides a Deployment that the watch still shows as it was before our own change: its old status would read as a
 * finished roll-out of the new revision.
 */
export function sinceGeneration(seen: Observation, minGeneration: number): Observation {
  return (seen.deployment?.meta.generation ?? 0) < minGeneration ? { ...seen, deployment: undefined } : seen;
}

/**
 * The gate's only loop: judge what is seen, then sleep until something changes or until the earliest moment at which
 * time alone would change the judgement. It never polls: both wake-ups are known in advance.
 */
export class Waiter {
  #memory: Memory = emptyMemory;
  /** Changes are told between observations of one feed: another feed watches other objects. */
  #last: { feed: Feed; seen: Observation } | undefined;
  readonly #clock: Clock;
  readonly #log: RunLog;
  readonly #signal: AbortSignal;
  readonly #looks: ((seen: Observation) => void)[] = [];

  constructor(clock: Clock, log: RunLog, signal: AbortSignal) {
    this.#clock = clock;
    this.#log = log;
    this.#signal = signal;
  }

  /** `look` sees every moment of every wait from now on. */
  also(look: (seen: Observation) => void): void {
    this.#looks.push(look);
  }

  get memory(): Memory {
    return this.#memory;
  }

  /** Waits until `judge` has decided. `look` sees every moment first, for work that starts with an observation. */
  async until<T>(
    feed: Feed,
    judge: (moment: Moment) => Judgement<T>,
    look?: (seen: Observation) => void,
  ): Promise<Step<T>> {
    const phaseStartedAtMs = this.#clock.nowMs();
    for (;;) {
      this.#signal.throwIfAborted();
      const seen = feed.current();
      const nowMs = this.#clock.nowMs();
      this.#memory = remember(this.#memory, seen);
      this.#record(feed, seen);
      for (const each of this.#looks) each(seen);
      look?.(seen);
      const judgement = judge({ seen, memory: this.#memory, nowMs, phaseStartedAtMs });
      if (judgement.kind === 'done') return done(judgement.value);
      if (judgement.kind === 'failed') return closed(judgement.finding, judgement.others);
      const remindAtMs = this.#log.waiting(judgement.forWhat);
      await this.#changeOr(feed, Math.min(judgement.nextAtMs ?? Infinity, remindAtMs) - nowMs);
    }
  }

  /** Tells the log what changed after the last wait, for example while results were read. */
  lookAgain(): void {
    if (this.#last) this.#record(this.#last.feed, this.#last.feed.current());
  }

  #record(feed: Feed, seen: Observation): void {
    this.#log.happened(recordChanges(this.#last?.feed === feed ? this.#last.seen : undefined, seen));
    this.#last = { feed, seen };
  }

  async #changeOr(feed: Feed, ms: number): Promise<void> {
    const wake = new AbortController();
    const signal = AbortSignal.any([this.#signal, wake.signal]);
    try {
      await Promise.race([
        feed.changed(),
        this.#clock.sleep(Math.max(0, ms), signal).catch((error: unknown) => {
          if (!wake.signal.aborted) throw error;
        }),
      ]);
    } finally {
      wake.abort();
    }
  }
}
