import { LEAST_FILE_BYTES, LEAST_ROTATION_MS } from './log-files.ts';
import type { LogSoFar } from './log-so-far.ts';
import { type Stamp, StampReader, compareStamps } from './log-stamp.ts';
import { BROKEN, REPEATED, UNDATED } from './log-window.ts';

/** The reader of the lines failed: a bug, which must not look like trouble with the cluster. */
export class ReaderFault extends Error {}

/** The lines of one stream, on their way to the reader. */
export class Lines {
  readonly #log: LogSoFar;
  readonly #nextHead: () => Stamp | undefined;
  readonly #stamps = new StampReader();
  isBroken = false;
  /** A line came that is in the next file, which is read from its beginning instead. */
  isPassed = false;
  /** Time that passed before the next line came; 0 for a line that came together with another. */
  waitedMs = Infinity;
  #waiting: string[] = [];
  #undated: string | undefined;
  #headless: string | undefined;
  #hasDated = false;

  constructor(log: LogSoFar, nextHead: () => Stamp | undefined = () => undefined) {
    this.#log = log;
    this.#nextHead = nextHead;
  }

  /** `bytes`: length of the line in UTF-8. */
  add(line: string, isCut: boolean, bytes: number): void {
    if (this.isBroken || this.isPassed) return;
    if (this.#isOfNextFile(line)) {
      this.isPassed = true;
      return;
    }
    const { window, tally } = this.#log;
    const before = window.lastMs;
    const wasAwaiting = window.isAwaiting;
    const text = window.take(line);
    if (text === UNDATED) {
      // Of a long line whose beginning is older than `sinceTime` the kubelet gives the rest, without a stamp.
      if (wasAwaiting && !this.#hasDated) this.#headless ??= line;
      else this.#noteUndated(line);
      return;
    }
    this.#hasDated = true;
    if (text === REPEATED) {
      // The newest file holds it: what follows in this stream follows in that file.
      this.waitedMs = Infinity;
      return;
    }
    if (text === BROKEN) {
      this.isBroken = true;
      return;
    }
    const atMs = window.lastMs ?? 0;
    if (before !== undefined) {
      if (wasAwaiting) tally.gap(before, atMs, 'rotated');
      else this.#noteJump(before, atMs);
    }
    if (isCut) tally.cutLines += 1;
    // What stands before the text is ASCII.
    tally.line(bytes - (line.length - text.length) + 1, atMs);
    this.#waiting.push(text);
    this.waitedMs = 0;
  }

  async give(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const given = this.#waiting;
    this.#waiting = [];
    try {
      await settledOrAborted(this.#log.take(given), this.#log.signal);
    } catch (error) {
      throw new ReaderFault('the reader of a log failed', { cause: error });
    }
  }

  /** What no container wrote, if anything. */
  end(): string | undefined {
    if (this.#headless !== undefined && !this.#hasDated) this.#noteUndated(this.#headless);
    return this.#undated;
  }

  #isOfNextFile(line: string): boolean {
    const head = this.#nextHead();
    if (head === undefined) return false;
    const stamp = this.#stamps.read(line.split(' ', 1)[0] ?? '');
    return stamp !== undefined && compareStamps(stamp, head) >= 0;
  }

  #noteUndated(line: string): void {
    this.#undated ??= line;
    this.#log.tally.undated(line);
  }

  /**
   * Two lines that were written far apart came close together: the reader was behind. The node may then have gone from one
   * log file to the newest, past those between, without a sign in the stream (kubelet, ReadLogs reopens by name).
   */
  #noteJump(fromMs: number, toMs: number): void {
    const { tally } = this.#log;
    const spanMs = toMs - fromMs;
    if (tally.nodeBytes < LEAST_FILE_BYTES || spanMs < LEAST_ROTATION_MS || this.waitedMs >= spanMs / 2) return;
    tally.gap(fromMs, toMs, 'slow-reader');
  }
}

async function settledOrAborted(work: Promise<void> | undefined | void, signal: AbortSignal): Promise<void> {
  if (work === undefined || signal.aborted) return;
  let stop: (() => void) | undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
