import type { ApiError, Result } from '../../src/core/model/api-error.ts';
import type { Ledger, LogEnding } from '../../src/core/model/ledger.ts';
import type { LogInstance, LogSource, Logs, TakeLines } from '../../src/ports.ts';
import { aLedger } from './ledgers.ts';

type Container = {
  lines: string[];
  rotatedAway: number;
  previous: string[];
  end: LogEnding | undefined;
  failure: ApiError | undefined;
  listeners: Set<() => void>;
};

/** A line a millisecond. */
const FIRST_MS = 1_000;

/** Logs by `pod/container`. A follower waits for a container that has not written yet. */
export class FakeLogs implements Logs {
  readonly followed: string[] = [];
  readonly reads: string[] = [];
  readonly #containers = new Map<string, Container>();

  write(container: string, ...lines: string[]): void {
    this.#change(container, (log) => log.lines.push(...lines));
  }

  end(container: string, end: LogEnding = { kind: 'read-to-end' }): void {
    this.#change(container, (log) => (log.end = end));
  }

  /** The node changes log files: what was written before can no longer be read. */
  rotate(container: string): void {
    this.#of(container).rotatedAway = this.#of(container).lines.length;
  }

  /** Log of the instance before the last restart. */
  setPrevious(container: string, ...lines: string[]): void {
    this.#change(container, (log) => (log.previous = lines));
  }

  /** `read` gives this error until it is set to undefined, and `follow` gives up with it. */
  fail(container: string, error: ApiError | undefined): void {
    this.#change(container, (log) => (log.failure = error));
  }

  async follow(source: LogInstance, take: TakeLines, signal: AbortSignal): Promise<Ledger> {
    const name = `${source.pod}/${source.container}`;
    this.followed.push(source.restart === 0 ? name : `${name} (restart ${source.restart})`);
    const log = this.#of(name);
    const aborted = whenAborted(signal);
    const isPrevious = source.seen === 'replaced';
    let lines = 0;
    let bytes = 0;
    const ledger = (end: LogEnding): Ledger => {
      const { pod, container, restart } = source;
      return aLedger({ pod, container, restart, lines, bytes, end, firstMs: lines === 0 ? undefined : FIRST_MS });
    };
    for (;;) {
      if (log.failure !== undefined) return ledger({ kind: 'unreachable', detail: log.failure.message });
      const fresh = (isPrevious ? log.previous : log.lines).slice(lines);
      if (fresh.length > 0) {
        lines += fresh.length;
        bytes += fresh.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
        await Promise.race([take(fresh), aborted]);
        if (signal.aborted) return ledger({ kind: 'stopped' });
      } else if (isPrevious) return ledger({ kind: 'read-to-end' });
      else if (log.end !== undefined) return ledger(log.end);
      else if (signal.aborted) return ledger({ kind: 'stopped' });
      else await Promise.race([this.#nextChange(log), aborted]);
    }
  }

  async read(source: LogSource & { previous?: boolean; tailLines?: number }): Promise<Result<string>> {
    const name = `${source.pod}/${source.container}`;
    this.reads.push(source.previous === true ? `${name} (previous)` : name);
    const log = this.#of(name);
    if (log.failure !== undefined) return { ok: false, error: log.failure };
    const all = source.previous === true ? log.previous : log.lines.slice(log.rotatedAway);
    const lines = source.tailLines === undefined ? all : all.slice(Math.max(0, all.length - source.tailLines));
    return { ok: true, value: lines.map((line) => `${line}\n`).join('') };
  }

  async beginsAtMs(source: LogSource): Promise<Result<number | undefined>> {
    const { failure, lines, rotatedAway } = this.#of(`${source.pod}/${source.container}`);
    if (failure !== undefined) return { ok: false, error: failure };
    return { ok: true, value: lines.length > rotatedAway ? FIRST_MS + rotatedAway : undefined };
  }

  #of(name: string): Container {
    const known = this.#containers.get(name);
    if (known !== undefined) return known;
    const fresh: Container = {
      lines: [],
      rotatedAway: 0,
      previous: [],
      end: undefined,
      failure: undefined,
      listeners: new Set(),
    };
    this.#containers.set(name, fresh);
    return fresh;
  }

  #nextChange(log: Container): Promise<void> {
    return new Promise((resolve) => {
      const listener = (): void => {
        log.listeners.delete(listener);
        resolve();
      };
      log.listeners.add(listener);
    });
  }

  #change(name: string, change: (log: Container) => void): void {
    const log = this.#of(name);
    change(log);
    for (const listener of [...log.listeners]) listener();
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
