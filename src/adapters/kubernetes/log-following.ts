import type { ApiError } from '../../core/model/api-error.ts';
import type { LogEnd, LogSource } from '../../ports.ts';
import { fromTransport, oneLine } from './api-error.ts';
import { type LogState, logStateOf } from './container-state.ts';
import { LineSplitter } from './lines.ts';
import { LogWindow } from './log-window.ts';
import { type Api, backoffMs } from './request.ts';
import { chunksOf } from './transport.ts';

/** In ms and bytes; tests shorten them. */
export type LogLimits = { idleMs: number; drainMs: number; maxLineBytes: number; maxReadBytes: number };
export const LOG_LIMITS: LogLimits = {
  // A silent container is normal; a connection that a load balancer dropped silently (after 4 to 5 minutes) is not.
  idleMs: 300_000,
  drainMs: 30_000,
  maxLineBytes: 64 * 1024,
  maxReadBytes: 64 * 1024 * 1024,
};
const CUT_MARK = ' … (line cut by the gate)';
/** How often a 400 is accepted from a container that is not waiting: it names something that will not change. */
const MAX_REFUSALS = 5;

type Opened =
  { kind: 'eof' } | { kind: 'idle' } | { kind: 'error'; error: ApiError } | { kind: 'undated'; text: string };

/** One container's log, from its start to its end, over as many streams as it takes. */
export class Following {
  readonly #api: Api;
  readonly #source: LogSource;
  readonly #onLine: (line: string) => void;
  readonly #signal: AbortSignal;
  readonly #limits: LogLimits;
  readonly #window = new LogWindow();
  #lines = 0;
  #bytes = 0;
  #opens = 0;
  #reopens = 0;
  #restarts = 0;
  #endedAtMs: number | undefined;
  #refusals = 0;
  #pauses = 0;
  #fault: { error: unknown } | undefined;

  constructor(api: Api, source: LogSource, onLine: (line: string) => void, signal: AbortSignal, limits: LogLimits) {
    this.#api = api;
    this.#source = source;
    this.#onLine = onLine;
    this.#signal = signal;
    this.#limits = limits;
  }

  /** The end of a stream says nothing; only a container that has ended and a further read without news do. */
  async run(): Promise<LogEnd> {
    for (;;) {
      const linesBefore = this.#lines;
      const hasEnded = this.#endedAtMs !== undefined;
      const opened = await this.#open(hasEnded);
      if (this.#signal.aborted) return this.#end(false, 'the gate stopped reading');
      const hasNews = this.#lines > linesBefore;
      if (hasNews && !hasEnded && this.#opens > 1) this.#reopens += 1;
      if (hasEnded && opened.kind === 'eof' && !hasNews) return this.#completed();
      const trouble =
        opened.kind === 'error' ? opened.error.message : opened.kind === 'undated' ? opened.text : undefined;
      if (opened.kind === 'error' && isFinal(opened.error)) return this.#end(false, opened.error.message);
      const why = await this.#look(opened, trouble);
      if (why !== undefined) return this.#end(false, why);
      if (this.#signal.aborted) return this.#end(false, 'the gate stopped reading');
      if (hasNews) this.#pauses = 0;
      const justEnded = !hasEnded && this.#endedAtMs !== undefined && trouble === undefined;
      if (!justEnded && opened.kind !== 'idle') await this.#pause();
    }
  }

  /** Asks for the pod. Returns why there is nothing more to get, if so. */
  async #look(opened: Opened, trouble: string | undefined): Promise<string | undefined> {
    const doing = `reading Pod ${this.#source.namespace}/${this.#source.pod}`;
    const call = {
      method: 'GET',
      path: podPath(this.#source),
      doing,
      signal: this.#signal,
      repeatable: false,
    } as const;
    const pod = await this.#api.json(call);
    if (!pod.ok) {
      if (pod.error.kind === 'not-found') return `pod ${this.#source.pod} was deleted`;
      return isFinal(pod.error) ? pod.error.message : this.#drained(trouble ?? pod.error.message);
    }
    const now = logStateOf(pod.value, this.#source.container);
    this.#noteState(now);
    if (now.state === 'never-started') return `container ${this.#source.container} never started`;
    const isRefused = opened.kind === 'error' && opened.error.httpStatus === 400 && now.state !== 'waiting';
    if (isRefused && ++this.#refusals >= MAX_REFUSALS) return trouble;
    return trouble === undefined ? undefined : this.#drained(trouble);
  }

  #noteState({ state, restarts }: LogState): void {
    this.#restarts = restarts;
    if (state === 'ended') this.#endedAtMs ??= this.#api.clock.nowMs();
    else this.#endedAtMs = undefined;
  }

  /** Trouble after the container's end is waited out only for so long. */
  #drained(trouble: string): string | undefined {
    if (this.#endedAtMs === undefined) return undefined;
    return this.#api.clock.nowMs() - this.#endedAtMs > this.#limits.drainMs ? trouble : undefined;
  }

  async #open(hasEnded: boolean): Promise<Opened> {
    const doing = `reading the log of ${named(this.#source)}`;
    const query = {
      container: this.#source.container,
      timestamps: 'true',
      follow: hasEnded ? undefined : 'true',
      sinceTime: this.#window.sinceTime(),
    };
    const call = { method: 'GET', path: `${podPath(this.#source)}/log`, query, doing, signal: this.#signal } as const;
    // A silent container's headers come with its first line, so only the idle limit applies to them.
    const response = await this.#api.stream(call, hasEnded ? this.#limits.drainMs : this.#limits.idleMs);
    if (!response.ok) return { kind: 'error', error: response.error };
    if (!hasEnded) this.#opens += 1;
    this.#window.reopened();
    let undated: string | undefined;
    let isIdle = false;
    const take = (line: string): void => {
      const taken = this.#window.take(line);
      if (taken.kind === 'undated') undated ??= line;
      else if (taken.kind === 'line') this.#give(taken.text);
    };
    const splitter = new LineSplitter(this.#limits.maxLineBytes, CUT_MARK, take);
    const watchdog = setTimeout(() => {
      isIdle = true;
      response.value.destroy();
    }, this.#limits.idleMs);
    try {
      for await (const chunk of chunksOf(response.value)) {
        watchdog.refresh();
        splitter.push(chunk);
        if (this.#signal.aborted) break;
      }
      // Before the end, a line without its line end is cut off and comes again; after it, it is the last line.
      const rest = splitter.rest();
      if (rest !== '' && hasEnded) take(rest);
    } catch (error) {
      if (this.#fault !== undefined) throw this.#fault.error;
      if (isIdle) return { kind: 'idle' };
      return { kind: 'error', error: fromTransport(error, doing, this.#api.connection.server) };
    } finally {
      clearTimeout(watchdog);
      response.value.destroy();
    }
    return undated === undefined ? { kind: 'eof' } : { kind: 'undated', text: oneLine(`${doing}: ${undated}`) };
  }

  #give(line: string): void {
    this.#lines += 1;
    this.#bytes += Buffer.byteLength(line) + 1;
    try {
      this.#onLine(line);
    } catch (error) {
      this.#fault = { error };
      throw error;
    }
  }

  async #pause(): Promise<void> {
    await this.#api.clock.sleep(backoffMs(this.#pauses++, this.#api.random), this.#signal).catch(() => undefined);
  }

  #completed(): LogEnd {
    if (this.#restarts === 0) return this.#end(true, 'the container has ended');
    return this.#end(
      false,
      `the container was restarted ${this.#restarts} times; earlier instances may have written more`,
    );
  }

  #end(complete: boolean, why: string): LogEnd {
    return { complete, why, lines: this.#lines, bytes: this.#bytes, reopens: this.#reopens };
  }
}

/** Not worth another try: permission and credentials do not come back while a log is drained. */
function isFinal(error: ApiError): boolean {
  return ['forbidden', 'unauthorized', 'credentials', 'tls', 'aborted'].includes(error.kind);
}

export function podPath({ namespace, pod }: LogSource): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
}

export function named({ namespace, pod, container }: LogSource): string {
  return `container ${container} of Pod ${namespace}/${pod}`;
}
