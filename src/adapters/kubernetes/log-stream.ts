import { CUT_MARK } from '../../core/report/cut.ts';
import type { ApiError } from '../../core/model/api-error.ts';
import { fromTransport, oneLine } from './api-error.ts';
import { LineSplitter } from './lines.ts';
import type { NodeFiles } from './log-files.ts';
import type { NextFiles } from './log-next-files.ts';
import { Lines, ReaderFault } from './log-lines.ts';
import type { LogSoFar } from './log-so-far.ts';
import { chunksOf } from './transport.ts';

/** `silenceMs` may change while the stream is read. */
export type StreamLimits = { silenceMs: () => number; headersMs: number; maxLineBytes: number };

/**
 * How one stream ended. `broken`: it goes on behind lines that it should have repeated. `passed`: it went on with a file that
 * another stream holds from its beginning.
 */
export type StreamEnd =
  | { kind: 'eof' }
  | { kind: 'idle' }
  | { kind: 'broken' }
  | { kind: 'passed' }
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

/**
 * Reads one stream to its end and gives its lines. The next bytes are taken from the connection only when the reader has
 * taken the lines before: a slow console slows the node down, and fills no memory.
 */
export async function readStream(
  log: LogSoFar,
  files: NodeFiles,
  next: NextFiles | undefined,
  { query, doing, acceptBreak, isLast }: StreamCall,
  { silenceMs, headersMs, maxLineBytes }: StreamLimits,
): Promise<StreamEnd> {
  const { api, path, signal, window } = log;
  const askedMs = api.clock.nowMs();
  const held = next?.shift();
  const opened =
    held === undefined
      ? await api.stream({ method: 'GET', path, query, doing, signal }, headersMs)
      : { ok: true as const, value: held };
  if (!opened.ok) return signal.aborted ? { kind: 'stopped' } : { kind: 'error', error: opened.error };
  const response = opened.value;
  log.openedAtMs ??= clusterTime(response.headers.date, api.clock.nowMs() - askedMs);
  log.opens += 1;
  if (held === undefined) window.reopened(acceptBreak);
  else window.goOn();
  const lines = new Lines(log, () => next?.head);
  const splitter = new LineSplitter(maxLineBytes, CUT_MARK, (line, isCut, bytes) => {
    lines.add(line, isCut, bytes);
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
      if (signal.aborted || lines.isBroken || lines.isPassed) break;
      if (next === undefined) await files.look();
      else void next.look();
      watch();
      waitsSinceMs = api.clock.nowMs();
    }
    clearTimeout(watchdog);
    // Before the end, a line without its line end is cut off and comes again; after it, it is the last line.
    const rest = lines.isPassed ? '' : splitter.rest();
    if (rest !== '' && isLast && !signal.aborted) lines.add(rest, false, Buffer.byteLength(rest));
    await lines.give();
  } catch (error) {
    if (error instanceof ReaderFault) throw error;
    if (signal.aborted) return { kind: 'stopped' };
    if (isIdle) return { kind: 'idle' };
    return { kind: 'error', error: fromTransport(error, doing, api.connection.server) };
  } finally {
    clearTimeout(watchdog);
    response.destroy();
    if (!lines.isBroken) log.rest = lines.isPassed ? '' : splitter.rest();
  }
  if (signal.aborted) return { kind: 'stopped' };
  if (lines.isBroken) return { kind: 'broken' };
  if (lines.isPassed) return { kind: 'passed' };
  const undated = lines.end();
  return undated === undefined ? { kind: 'eof' } : { kind: 'undated', text: oneLine(`${doing}: ${undated}`) };
}

/** Its end does not come: where the node changes files, the runtime ends the line, and goes on with it in the next file. */
export async function giveRest(log: LogSoFar): Promise<void> {
  const { rest } = log;
  log.rest = '';
  if (rest === '') return;
  const lines = new Lines(log);
  log.window.goOn();
  lines.add(rest, false, Buffer.byteLength(rest));
  await lines.give();
}

/** When the request was sent, by the clock of the server that answered. */
function clusterTime(date: string | undefined, tookMs: number): number | undefined {
  const answeredMs = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(answeredMs) ? undefined : answeredMs - tookMs;
}
