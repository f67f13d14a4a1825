const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

type Second = { startMs: number; prefix: string; stamps: Map<string, number> };

/**
 * Remembers the time stamps of the newest two seconds of a log, so that a reopened stream can be continued without
 * loss or repetition. `sinceTime` works in whole seconds, and stdout and stderr may be written slightly out of order;
 * so a reopened stream begins one second early and what was given already is recognised by its full stamp.
 */
export class LogWindow {
  #newest: Second | undefined;
  #before: Second | undefined;
  #toSkip = new Map<string, number>();
  #sinceMs = -Infinity;

  /** For the next open; undefined = from the start. */
  sinceTime(): string | undefined {
    if (this.#newest === undefined) return undefined;
    return new Date(this.#newest.startMs - 1000).toISOString().replace('.000Z', 'Z');
  }

  /** The stream was opened (again): expect what was given before to come once more. */
  reopened(): void {
    this.#sinceMs = this.#newest === undefined ? -Infinity : this.#newest.startMs - 1000;
    this.#toSkip = new Map([...(this.#before?.stamps ?? []), ...(this.#newest?.stamps ?? [])]);
  }

  /** Takes the stamp off. `repeated` = this line was given before; `undated` = no container wrote this line. */
  take(line: string): { kind: 'line'; text: string } | { kind: 'repeated' } | { kind: 'undated' } {
    const space = line.indexOf(' ');
    const stamp = space === -1 ? line : line.slice(0, space);
    const second = this.#secondOf(stamp);
    if (second === 'undated' || second === 'repeated') return { kind: second };
    if (this.#toSkip.size > 0 && this.#isRepeated(stamp)) return { kind: 'repeated' };
    if (second !== undefined) second.stamps.set(stamp, (second.stamps.get(stamp) ?? 0) + 1);
    return { kind: 'line', text: space === -1 ? '' : line.slice(space + 1) };
  }

  #isRepeated(stamp: string): boolean {
    const left = this.#toSkip.get(stamp);
    if (left === undefined) return false;
    if (left === 1) this.#toSkip.delete(stamp);
    else this.#toSkip.set(stamp, left - 1);
    return true;
  }

  /** The remembered second that the stamp belongs to; undefined when it is older than those. */
  #secondOf(stamp: string): Second | undefined | 'undated' | 'repeated' {
    const parts = STAMP.exec(stamp);
    if (parts === null) return 'undated';
    const [, base = '', zone = ''] = parts;
    const prefix = base + zone;
    if (prefix === this.#newest?.prefix) return this.#newest;
    if (prefix === this.#before?.prefix) return this.#before;
    const startMs = Date.parse(prefix);
    if (Number.isNaN(startMs)) return 'undated';
    if (startMs < this.#sinceMs) return 'repeated';
    if (this.#newest === undefined || startMs > this.#newest.startMs) {
      const previous = this.#newest;
      this.#before = previous !== undefined && startMs - previous.startMs <= 1000 ? previous : undefined;
      this.#newest = { startMs, prefix, stamps: new Map() };
      return this.#newest;
    }
    if (startMs === this.#newest.startMs) return this.#newest;
    if (startMs < this.#newest.startMs - 1000) return undefined;
    this.#before ??= { startMs, prefix, stamps: new Map() };
    return this.#before;
  }
}
