import type { ApiError, Result } from '../../src/core/model/api-error.ts';
import type { LogEnd, LogSource, Logs } from '../../src/ports.ts';

type Container = {
  lines: string[];
  previous: string[];
  end: { complete: boolean; why: string } | undefined;
  failure: ApiError | undefined;
  listeners: Set<() => void>;
};

/** Logs by `pod/container`. A follower waits for a container that has not written yet. */
export class FakeLogs implements Logs {
  readonly followed: string[] = [];
  readonly reads: string[] = [];
  readonly #containers = new Map<string, Container>();

  write(container: string, ...lines: string[]): void {
    this.#change(container, (log) => log.lines.push(...lines));
  }

  end(container: string, why = 'the container has ended', complete = true): void {
    this.#change(container, (log) => (log.end = { complete, why }));
  }

  /** Log of the instance before the last restart. */
  setPrevious(container: string, ...lines: string[]): void {
    this.#change(container, (log) => (log.previous = lines));
  }

  /** `read` gives this error until it is set to undefined, and `follow` gives up with it. */
  fail(container: string, error: ApiError | undefined): void {
    this.#change(container, (log) => (log.failure = error));
  }

  follow(source: LogSource, onLine: (line: string) => void, signal: AbortSignal): Promise<LogEnd> {
    const name = `${source.pod}/${source.container}`;
    this.followed.push(name);
    const log = this.#of(name);
    let lines = 0;
    let bytes = 0;
    return new Promise((resolve) => {
      const finish = (complete: boolean, why: string): void => {
        log.listeners.delete(look);
        signal.removeEventListener('abort', look);
        resolve({ complete, why, lines, bytes, reopens: 0 });
      };
      const look = (): void => {
        if (log.failure !== undefined) return finish(false, log.failure.message);
        for (let line = log.lines[lines]; line !== undefined; line = log.lines[lines]) {
          lines += 1;
          bytes += Buffer.byteLength(line) + 1;
          onLine(line);
        }
        if (log.end !== undefined) finish(log.end.complete, log.end.why);
        else if (signal.aborted) finish(false, 'aborted');
      };
      log.listeners.add(look);
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  async read(source: LogSource & { previous?: boolean; tailLines?: number }): Promise<Result<string>> {
    const name = `${source.pod}/${source.container}`;
    this.reads.push(source.previous === true ? `${name} (previous)` : name);
    const log = this.#of(name);
    if (log.failure !== undefined) return { ok: false, error: log.failure };
    const all = source.previous === true ? log.previous : log.lines;
    const lines = source.tailLines === undefined ? all : all.slice(Math.max(0, all.length - source.tailLines));
    return { ok: true, value: lines.map((line) => `${line}\n`).join('') };
  }

  #of(name: string): Container {
    const known = this.#containers.get(name);
    if (known !== undefined) return known;
    const fresh: Container = { lines: [], previous: [], end: undefined, failure: undefined, listeners: new Set() };
    this.#containers.set(name, fresh);
    return fresh;
  }

  #change(name: string, change: (log: Container) => void): void {
    const log = this.#of(name);
    change(log);
    for (const listener of [...log.listeners]) listener();
  }
}
