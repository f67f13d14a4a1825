import { LEAST_FILE_BYTES } from './log-files.ts';
import type { Tally } from './log-tally.ts';

/** In ms and bytes; tests shorten them. */
export type LogLimits = {
  idleMs: number;
  stuckMs: number;
  drainMs: number;
  maxLineBytes: number;
  maxReadBytes: number;
};
export const LOG_LIMITS: LogLimits = {
  // A silent container is normal; a connection that a load balancer dropped silently (after 4 to 5 minutes) is not.
  idleMs: 300_000,
  // A kubelet that follows misses the change of files when that comes before it has caught up, and then waits at the end
  // of the old file until the container ends (ReadLogs begins to watch at the first end of file). Its own look at the
  // file is every second, so two seconds of silence are not its normal slowness.
  stuckMs: 2_000,
  drainMs: 30_000,
  maxLineBytes: 64 * 1024,
  maxReadBytes: 64 * 1024 * 1024,
};
/**
 * How long a stream may be silent. Once so much was read that a file may have been full, a silent stream may be one that
 * stays with the old file: it is opened again soon, and then more and more rarely, until as much was read again.
 */
export class Patience {
  readonly #limits: LogLimits;
  readonly #tally: Tally;
  #ms: number;
  #fromBytes = 0;

  constructor(limits: LogLimits, tally: Tally) {
    this.#limits = limits;
    this.#tally = tally;
    this.#ms = limits.idleMs;
  }

  ms(): number {
    const { idleMs, stuckMs } = this.#limits;
    if (this.#tally.nodeBytes - this.#fromBytes >= LEAST_FILE_BYTES) this.#ms = Math.min(stuckMs, idleMs);
    return this.#ms;
  }

  wasTried(): void {
    this.#fromBytes = this.#tally.nodeBytes;
    this.#ms = Math.min(this.#ms * 2, this.#limits.idleMs);
  }
}
