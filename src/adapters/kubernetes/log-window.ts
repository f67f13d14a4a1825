import { type Stamp, StampReader, compareStamps, stampMs } from './log-stamp.ts';

/** What the window needs to know of lines given before: enough for the disorder of two pipes, whatever the log's length. */
const REMEMBERED = 256;

/** `broken`: the stream goes on behind something that it should have repeated; the line was not taken. */
export type Taken = string | typeof REPEATED | typeof UNDATED | typeof BROKEN;
export const REPEATED = Symbol('repeated');
export const UNDATED = Symbol('undated');
export const BROKEN = Symbol('broken');

/**
 * Continues a log over as many streams as it takes, without loss or repetition. A stream that is opened again repeats
 * lines, because `sinceTime` works in whole seconds; it brings them in the order of the node's file, so everything
 * behind the last line that was given is new, and everything before it is not. Where that line does not come again, the
 * node no longer has it (it serves its newest file only): something may be missing, which is said and never glossed over.
 *
 * A log file is in the order of writing, not of stamps: stdout and stderr are stamped apart from each other. So lines
 * are recognised by their stamp and its count among the last few, not by "later than".
 */
export class LogWindow {
  readonly #stamps = new StampReader();
  readonly #recent: Stamp[] = [];
  #next = 0;
  #first: Stamp | undefined;
  #last: Stamp | undefined;
  /** How many lines in a row had the stamp of the last one. */
  #lastRun = 0;
  #newestSecond = -Infinity;
  /** Lines of the last stamp that must come again before anything new; 0 = what comes is new. */
  #awaited = 0;
  #acceptsBreak = false;
  #wasRewound = false;
  #brokenAt: Stamp | undefined;

  /** Stamp of the first line that was given. */
  get first(): Stamp | undefined {
    return this.#first;
  }

  /** Stamp of the last line that was given. */
  get last(): Stamp | undefined {
    return this.#last;
  }

  get lastMs(): number | undefined {
    return this.#last === undefined ? undefined : stampMs(this.#last);
  }

  /** Whether a reopened stream has yet to show the last line again. */
  get isAwaiting(): boolean {
    return this.#awaited > 0;
  }

  /** Whether this stream began again by itself, and has not come back to where it was. */
  get wasRewound(): boolean {
    return this.#wasRewound;
  }

  /** Stamp of the line that was not taken because the stream was broken before it. */
  get brokenAtMs(): number | undefined {
    return this.#brokenAt === undefined ? undefined : stampMs(this.#brokenAt);
  }

  /** For the next open, one second early for the sake of disorder; undefined = from the start. */
  sinceTime(): string | undefined {
    if (this.#last === undefined) return undefined;
    const second = Math.min(this.#last.second, this.#newestSecond - 1);
    return new Date(second * 1000).toISOString().replace('.000Z', 'Z');
  }

  /**
   * The stream was opened (again): expect what was given before to come once more; with `acceptBreak`, what does not
   * come is known to be gone.
   */
  reopened(acceptBreak: boolean): void {
    this.#acceptsBreak = acceptBreak;
    this.#wasRewound = false;
    this.#awaitLast();
  }

  /** What comes next is behind the last line. */
  goOn(): void {
    this.#awaited = 0;
  }

  /** The line without its stamp, or why it is not to be given. */
  take(line: string): Taken {
    const space = line.indexOf(' ');
    const stamp = this.#stamps.read(line, space === -1 ? line.length : space);
    if (stamp === undefined) return UNDATED;
    if (this.#awaited === 0 && this.#isFarBehind(stamp)) {
      this.#wasRewound = true;
      this.#awaitLast();
    }
    if (this.#awaited > 0) {
      const order = this.#last === undefined ? 1 : compareStamps(stamp, this.#last);
      if (order === 0) {
        this.#awaited -= 1;
        if (this.#awaited === 0) this.#wasRewound = false;
        return REPEATED;
      }
      if (order < 0 || this.#isRecent(stamp)) return REPEATED;
      if (!this.#acceptsBreak) {
        this.#brokenAt = stamp;
        return BROKEN;
      }
      this.#awaited = 0;
    }
    this.#remember(stamp);
    return space === -1 ? '' : line.slice(space + 1);
  }

  #awaitLast(): void {
    const last = this.#last;
    if (last === undefined) return;
    const remembered = this.#recent.filter((stamp) => compareStamps(stamp, last) === 0).length;
    this.#awaited = Math.max(remembered, this.#lastRun);
  }

  /**
   * A kubelet that follows and was behind by two files opens the newest of them twice, and gives it again from its start
   * (ReadLogs reopens at each file that is created). No two pipes are in disorder by a second and 256 lines.
   */
  #isFarBehind(stamp: Stamp): boolean {
    const last = this.#last;
    if (last === undefined || last.second - stamp.second < 2) return false;
    return this.#recent.every((known) => compareStamps(stamp, known) <= 0) || this.#isRecent(stamp);
  }

  #isRecent(stamp: Stamp): boolean {
    return this.#recent.some((known) => compareStamps(known, stamp) === 0);
  }

  #remember(stamp: Stamp): void {
    this.#first ??= stamp;
    this.#lastRun = this.#last !== undefined && compareStamps(stamp, this.#last) === 0 ? this.#lastRun + 1 : 1;
    this.#last = stamp;
    if (stamp.second > this.#newestSecond) this.#newestSecond = stamp.second;
    this.#recent[this.#next] = stamp;
    this.#next = (this.#next + 1) % REMEMBERED;
  }
}
