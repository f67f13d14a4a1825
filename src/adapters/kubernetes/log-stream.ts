import type { ApiError } from '../../core/model/api-error.ts';
import type { LogInstance, TakeLines } from '../../ports.ts';
import { fromTransport, oneLine } from './api-error.ts';
import { LineSplitter } from './lines.ts';
import { LEAST_FILE_BYTES, LEAST_ROTATION_MS, type NodeFiles } from './log-files.ts';
import type { Tally } from './log-tally.ts';
import { BROKEN, type LogWindow, REPEATED, UNDATED } from './log-window.ts';
import type { Api } from './request.ts';
import { chunksOf } from './transport.ts';

/** `silenceMs` may change while the stream is read. */
export type StreamLimits = { silenceMs: () => number; headersMs: number; maxLineBytes: number };

/** How one stream ended. `broken`: it goes on behind lines that it should have repeated. */
export type StreamEnd =
  | { kind: 'eof' }
  | { kind: 'idle' }
  | { kind: 'broken' }
  | { kind: 'stopped' }
  | { kind: 'error'; error: ApiError }
  | { kind: 'undated'; text: string };

/** `acceptBreak`: what the stream should repeat is known to be gone. `isLast`: the container has ended. */
export type StreamCall = {
  query: Readonly<Record<string, string | undefined>>;
  doing: string;
  acceptBreak: boolean;
  isLast: boolean;
};

/** What belongs to one log and outlives its streams. */
export type LogSoFar = {
  readonly api: Api;
  readonly source: LogInstance;
  /** Of its log in the API. */
  readonly path: string;
  readonly take: TakeLines;
  readonly signal: AbortSignal;
  readonly window: LogWindow;
  readonly tally: Tally;
  opens: number;
  /** When it was first opened, by the cluster's clock. */
  openedAtMs: number | undefined;
};

/** The reader of the lines failed: a bug, which must not look like trouble with the cluster. */
export class ReaderFault extends Error {}

const CUT_MARK = ' … (line cut by the gate)';

/**
 * Reads one stream to its end and gives its lines. The next bytes are taken from the connection only when the reader has
 * taken the lines before: a slow console slows the node down, and fills no memory.
 */
export async function readStream(
  log: LogSoFar,
  files: NodeFiles,
  { query, doing, acceptBreak, isLast }: StreamCall,
  { silenceMs, headersMs, maxLineBytes }: StreamLimits,
): Promise<StreamEnd> {
  const { api, path, signal, window } = log;
  const askedMs = api.clock.nowMs();
  const opened = await api.stream({ method: 'GET', path, query, doing, signal }, headersMs);
  if (!opened.ok) return signal.aborted ? { kind: 'stopped' } : { kind: 'error', error: opened.error };
  const response = opened.value;
  log.openedAtMs ??= clusterTime(response.headers.date, api.clock.nowMs() - askedMs);
  log.opens += 1;
  window.reopened(acceptBreak);
  const lines = new Lines(log);
  const splitter = new LineSplitter(maxLineBytes, CUT_MARK, (line, isCut) => {
    lines.add(line, isCut);
  });

  let isIdle = false;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const watch = (): void => {
    watchdog = setTimeout(() => {
      isIdle = true;
      response.destroy();
    }, silenceMs());
  };
  try {
    watch();
    let waitsSinceMs = api.clock.nowMs();
    for await (const chunk of chunksOf(response)) {
      // The reader's time is not the stream's silence.
      clearTimeout(watchdog);
      lines.waitedMs = api.clock.nowMs() - waitsSinceMs;
      splitter.push(chunk);
      await lines.give();
      if (signal.aborted || lines.isBroken) break;
      await files.look();
      watch();
      waitsSinceMs = api.clock.nowMs();
    }
    clearTimeout(watchdog);
    // Before the end, a line without its line end is cut off and comes again; after it, it is the last line.
    const rest = splitter.rest();
    if (rest !== '' && isLast && !signal.aborted) lines.add(rest, false);
    await lines.give();
  } catch (error) {
    if (error instanceof ReaderFault) throw error;
    if (signal.aborted) return { kind: 'stopped' };
    if (isIdle) return { kind: 'idle' };
    return { kind: 'error', error: fromTransport(error, doing, api.connection.server) };
  } finally {
    clearTimeout(watchdog);
    response.destroy();
  }
  if (signal.aborted) return { kind: 'stopped' };
  if (lines.isBroken) return { kind: 'broken' };
  const undated = lines.end();
  return undated === undefined ? { kind: 'eof' } : { kind: 'undated', text: oneLine(`${doing}: ${undated}`) };
}

/** The lines of one stream, on their way to the reader. */
class Lines {
  readonly #log: LogSoFar;
  isBroken = false;
  /** Time that passed before the next line came; 0 for a line that came together with another. */
  waitedMs = Infinity;
  #waiting: string[] = [];
  #undated: string | undefined;
  #headless: string | undefined;
  #hasDated = false;

  constructor(log: LogSoFar) {
    this.#log = log;
  }

  add(line: string, isCut: boolean): void {
    if (this.isBroken) return;
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
    tally.line(Buffer.byteLength(text) + 1, atMs);
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

/** When the request was sent, by the clock of the server that answered. */
function clusterTime(date: string | undefined, tookMs: number): number | undefined {
  const answeredMs = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(answeredMs) ? undefined : answeredMs - tookMs;
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
