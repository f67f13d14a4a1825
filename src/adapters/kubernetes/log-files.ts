import { HEAD_BYTES, type Stamp, compareStamps, firstStamp, stampMs } from './log-stamp.ts';
import type { LogSoFar } from './log-so-far.ts';
import { readBody } from './transport.ts';

/**
 * The kubelet looks at the size of a log no more often (KubeletConfiguration, containerLogMonitorInterval, at least 3 s),
 * so between two lines that are nearer to each other it changed files at most once.
 */
export const LEAST_ROTATION_MS = 3_000;
/** A log smaller than this is in one file; containerLogMaxSize is 10 MiB by default. */
export const LEAST_FILE_BYTES = 256 * 1024;
/** How much is read between two questions for the newest file. */
const LOOK_BYTES = 1024 * 1024;
/** Times of a pod's status are whole seconds, as are those of HTTP. */
const SECOND_MS = 1_000;
const ANSWER_MS = 5_000;

/**
 * Which files of the node a log came from. A kubelet that follows goes from one file to the next by itself and without a
 * sign, and can lose lines in doing so: those that the runtime still writes into the old file when the new one is there,
 * and whole files when it is behind. What the first line of the newest file tells: as long as it is the one that was
 * known, all that was read came from one file, and nothing is missing. After a change, what was read since the
 * last such look may have a gap, and it cannot be said where.
 */
export class NodeFiles {
  readonly #log: LogSoFar;
  #head: Stamp | undefined;
  /** Up to this line nothing is missing behind the head. */
  #sureTo: Stamp | undefined;
  #lookedAtBytes = 0;
  #lookedAtMs = -Infinity;
  #fastMs: number | undefined;

  constructor(log: LogSoFar) {
    this.#log = log;
  }

  /** After lines were read: looks when a file may have been filled since. Best effort. */
  async look(): Promise<void> {
    const { api, tally, window } = this.#log;
    const { first, last } = window;
    if (first === undefined || last === undefined) return;
    this.#head ??= first;
    if (tally.nodeBytes >= LOOK_BYTES) this.#fastMs ??= stampMs(last) - stampMs(first);
    if (tally.nodeBytes - this.#lookedAtBytes < LOOK_BYTES) return;
    if (api.clock.nowMs() - this.#lookedAtMs < LEAST_ROTATION_MS) return;
    this.#lookedAtBytes = tally.nodeBytes;
    this.#lookedAtMs = api.clock.nowMs();
    const head = await this.newestHead(false);
    if (head !== undefined && head !== 'empty') this.#noted(head, last);
  }

  /** All of it was read: was it all there is? False when the node did not say. */
  async atEnd(isPrevious: boolean): Promise<boolean> {
    const { tally, window } = this.#log;
    const { first, last } = window;
    if (first === undefined || last === undefined) return true;
    this.#head ??= first;
    this.#noteBefore(stampMs(first));
    if (tally.nodeBytes >= LEAST_FILE_BYTES) {
      const head = await this.newestHead(isPrevious);
      if (head === undefined) return false;
      if (head === 'empty') tally.gap(stampMs(this.#sureTo ?? first), undefined, 'rotated');
      else this.#noted(head, last);
    }
    return true;
  }

  #noted(head: Stamp, last: Stamp): void {
    const { tally } = this.#log;
    const known = this.#head ?? head;
    if (compareStamps(head, known) <= 0) {
      this.#sureTo = last;
    } else {
      tally.gap(stampMs(this.#sureTo ?? known), stampMs(head), 'rotated');
      this.#head = head;
      this.#sureTo = compareStamps(last, head) > 0 ? last : head;
    }
    tally.oneFile(stampMs(this.#head ?? head), stampMs(last));
  }

  /**
   * Lines from before the first open. A quiet start is normal; but a log that was opened late, or one that is written so
   * fast that a file can have been full before its first line, may have lost its beginning.
   */
  #noteBefore(firstMs: number): void {
    const { source, openedAtMs, tally } = this.#log;
    const { startedAtMs } = source;
    if (startedAtMs === undefined || startedAtMs <= 0) return;
    const quietMs = firstMs - startedAtMs;
    const lateMs = (openedAtMs ?? Infinity) - startedAtMs;
    const isLate = lateMs >= LEAST_ROTATION_MS + SECOND_MS && quietMs >= LEAST_ROTATION_MS;
    if (!isLate && (this.#fastMs === undefined || quietMs < this.#fastMs)) return;
    tally.gap(startedAtMs, firstMs, 'rotated');
  }

  /** Stamp of the first line of the newest file. */
  async newestHead(isPrevious: boolean): Promise<Stamp | 'empty' | undefined> {
    const { api, source, path, signal } = this.#log;
    const query = {
      container: source.container,
      timestamps: 'true',
      limitBytes: String(HEAD_BYTES),
      previous: isPrevious ? 'true' : undefined,
    };
    const doing = `reading the first line of ${path}`;
    const opened = await api.stream({ method: 'GET', path, query, doing, signal }, ANSWER_MS);
    if (!opened.ok) return undefined;
    const text = await readBody(opened.value, 2 * HEAD_BYTES, ANSWER_MS).catch(() => undefined);
    if (text === '') return 'empty';
    return text === undefined ? undefined : firstStamp(text);
  }
}
