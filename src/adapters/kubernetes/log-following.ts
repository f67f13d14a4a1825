import type { ApiError } from '../../core/model/api-error.ts';
import type { Ledger, LogEnding } from '../../core/model/ledger.ts';
import type { LogInstance, LogSource, TakeLines } from '../../ports.ts';
import { type InstanceState, instanceStateOf } from './container-state.ts';
import { NodeFiles } from './log-files.ts';
import { NextFiles } from './log-next-files.ts';
import { type LogLimits, Patience } from './log-patience.ts';
import type { LogSoFar } from './log-so-far.ts';
import { type StreamCall, type StreamEnd, giveRest, readStream } from './log-stream.ts';
import { Tally } from './log-tally.ts';
import { LogWindow } from './log-window.ts';
import { type Api, backoffMs } from './request.ts';

/** How often a 400 is accepted from a container that is not waiting: it names something that will not change. */
const MAX_REFUSALS = 5;
/** How often the node may say of a container that has ended that it has no log of it. */
const MAX_LOST = 3;

/** How often the last line may be missing before it is taken for gone. */
const ACCEPTED_BREAKS = 2;

/** The log of one instance of a container, from its start to its end, over as many streams as it takes. */
export class Following {
  readonly #log: LogSoFar;
  readonly #files: NodeFiles;
  readonly #next: NextFiles | undefined;
  readonly #limits: LogLimits;
  #state: InstanceState;
  #endedAtMs: number | undefined;
  #refusals = 0;
  #lost = 0;
  #pauses = 0;
  readonly #patience: Patience;
  #breaks = 0;

  constructor(api: Api, source: LogInstance, take: TakeLines, signal: AbortSignal, limits: LogLimits) {
    const path = `${podPath(source)}/log`;
    const { seen = 'running' } = source;
    const [window, tally] = [new LogWindow(), new Tally()];
    this.#log = { api, source, path, take, signal, window, tally, opens: 0, openedAtMs: undefined, rest: '' };
    this.#files = new NodeFiles(this.#log);
    this.#next = source.keepFiles === true ? new NextFiles(this.#log, this.#files) : undefined;
    this.#limits = limits;
    this.#patience = new Patience(limits, this.#log.tally);
    this.#state = seen;
    if (seen !== 'running') this.#endedAtMs = api.clock.nowMs();
  }

  /** The end of a stream says nothing; only a container that has ended and a further read without news do. */
  async run(): Promise<Ledger> {
    const { source, tally } = this.#log;
    try {
      for (;;) {
        const ending = await this.#stream();
        if (ending !== undefined) return tally.ledger(source, this.#log.signal.aborted ? { kind: 'stopped' } : ending);
      }
    } finally {
      this.#next?.close();
    }
  }

  async #stream(): Promise<LogEnding | undefined> {
    const { signal, tally, window } = this.#log;
    const linesBefore = tally.lines;
    const hasEnded = this.#hasEnded;
    const isFirst = this.#log.opens === 0;
    const end = await readStream(this.#log, this.#files, this.#next, this.#call(), {
      silenceMs: () => (this.#next?.head === undefined ? this.#patience.ms() : this.#limits.stuckMs),
      // A silent container's headers come with its first line, so only the idle limit applies to them.
      headersMs: hasEnded ? this.#limits.drainMs : this.#limits.idleMs,
      maxLineBytes: this.#limits.maxLineBytes,
    });
    if (signal.aborted) return { kind: 'stopped' };
    const hasNews = tally.lines > linesBefore;
    if (hasNews && !hasEnded && !isFirst) tally.reopens += 1;
    if (hasNews) this.#pauses = 0;
    if (end.kind === 'passed' || this.#next?.head !== undefined) return undefined;
    if (end.kind !== 'broken') this.#breaks = 0;
    if (hasEnded && end.kind === 'eof' && (!hasNews || isFirst)) {
      // The newest file no longer holds the last line, and nothing that was written after it.
      if (window.isAwaiting && window.lastMs !== undefined) tally.gap(window.lastMs, undefined, 'rotated');
      if (await this.#files.atEnd(this.#state === 'replaced')) return { kind: 'read-to-end' };
      if (++this.#lost >= MAX_LOST)
        return { kind: 'unreachable', detail: 'its newest file did not show its beginning' };
    }
    if (end.kind === 'idle') {
      this.#patience.wasTried();
      return undefined;
    }
    return this.#after(end);
  }

  /** Asks for the pod, and waits where that is called for. */
  async #after(end: StreamEnd): Promise<LogEnding | undefined> {
    const hadEnded = this.#hasEnded;
    const detail = end.kind === 'error' ? end.error.message : end.kind === 'undated' ? end.text : undefined;
    if (end.kind === 'error' && isFinal(end.error)) return endingOf(end.error);
    const wasReplaced = this.#state === 'replaced';
    const ending = await this.#look(end, detail);
    if (ending !== undefined || this.#log.signal.aborted) return ending ?? { kind: 'stopped' };
    if (end.kind === 'broken') await this.#noteBreak(wasReplaced);
    const justEnded = !hadEnded && this.#hasEnded && detail === undefined;
    if (!justEnded) await this.#pause();
    return undefined;
  }

  /**
   * Behind the last line of an instance come those of the next one, which the node can know before the API does; when that
   * is not so at a second look, the node has changed files.
   */
  async #noteBreak(wasReplaced: boolean): Promise<void> {
    const { tally, window } = this.#log;
    const { lastMs, brokenAtMs } = window;
    // What looked like a repetition may have been a clock that was set back, with new lines.
    if (window.wasRewound && lastMs !== undefined) tally.gap(lastMs, brokenAtMs, 'rotated');
    this.#breaks = this.#state === 'replaced' && !wasReplaced ? 0 : this.#breaks + 1;
    if (this.#breaks === ACCEPTED_BREAKS) await giveRest(this.#log);
  }

  async #look(end: StreamEnd, detail: string | undefined): Promise<LogEnding | undefined> {
    const { api, source, signal } = this.#log;
    const doing = `reading Pod ${source.namespace}/${source.pod}`;
    const pod = await api.json({ method: 'GET', path: podPath(source), doing, signal, repeatable: false });
    if (!pod.ok) {
      if (pod.error.kind === 'not-found') return { kind: 'pod-gone' };
      return isFinal(pod.error) ? endingOf(pod.error) : this.#drained(detail ?? pod.error.message);
    }
    this.#state = instanceStateOf(pod.value, source.container, source.restart);
    if (this.#state === 'never-started') return { kind: 'never-started' };
    if (this.#state === 'gone') return { kind: 'instance-gone' };
    if (this.#hasEnded) this.#endedAtMs ??= api.clock.nowMs();
    else this.#endedAtMs = undefined;
    if (detail === undefined) return undefined;
    const isRefused = end.kind === 'error' && end.error.httpStatus === 400 && this.#state !== 'waiting';
    if (isRefused && ++this.#refusals >= MAX_REFUSALS)
      return { kind: this.#state === 'replaced' ? 'instance-gone' : 'refused', detail };
    if (end.kind === 'undated' && this.#hasEnded && ++this.#lost >= MAX_LOST) return { kind: 'log-gone', detail };
    return this.#drained(detail);
  }

  get #hasEnded(): boolean {
    return this.#state === 'ended' || this.#state === 'replaced';
  }

  /** Trouble after the container's end is waited out only for so long. */
  #drained(detail: string): LogEnding | undefined {
    if (this.#endedAtMs === undefined) return undefined;
    const isOver = this.#log.api.clock.nowMs() - this.#endedAtMs > this.#limits.drainMs;
    return isOver ? { kind: 'unreachable', detail } : undefined;
  }

  #call(): StreamCall {
    const { source, window } = this.#log;
    const query = {
      container: source.container,
      timestamps: 'true',
      follow: this.#hasEnded ? undefined : 'true',
      previous: this.#state === 'replaced' ? 'true' : undefined,
      sinceTime: window.sinceTime(),
    };
    const doing = `reading the log of ${named(source)}`;
    return { query, doing, acceptBreak: this.#breaks >= ACCEPTED_BREAKS, isLast: this.#hasEnded };
  }

  async #pause(): Promise<void> {
    const { api, signal } = this.#log;
    await api.clock.sleep(backoffMs(this.#pauses++, api.random), signal).catch(() => undefined);
  }
}

/** Not worth another try: permission and credentials do not come back while a log is drained. */
function isFinal(error: ApiError): boolean {
  return ['forbidden', 'unauthorized', 'credentials', 'tls', 'aborted'].includes(error.kind);
}

function endingOf({ kind, message }: ApiError): LogEnding {
  return { kind: kind === 'tls' ? 'unreachable' : 'refused', detail: message };
}

export function podPath({ namespace, pod }: LogSource): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
}

export function named({ namespace, pod, container }: LogSource): string {
  return `container ${container} of Pod ${namespace}/${pod}`;
}
