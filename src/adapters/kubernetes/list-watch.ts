import type { IncomingMessage } from 'node:http';
import { type JsonObject, isObject, stringAt } from '../../core/model/json.ts';
import type { ApiError } from '../../core/model/api-error.ts';
import type { Read } from '../../core/model/seen.ts';
import { apiError, fromStatus, fromTransport, parseJson } from './api-error.ts';
import { LineSplitter } from './lines.ts';
import { itemsOf } from './items.ts';
import { type Api, backoffMs } from './request.ts';
import { chunksOf } from './transport.ts';

export type WatchTarget = {
  /** Path of the collection. */
  path: string;
  apiVersion: string;
  kind: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** The list holds at most this many; the watch after it tells of all. */
  limit?: number;
  /** "watching pods of the SUT" */
  doing: string;
  /** Events have no watch cache, so an API server sends no bookmarks for them; their silence means nothing. */
  withoutBookmarks?: boolean;
};

export type WatchHandler = {
  /** All objects, after a list. What is not among them is gone, even if no DELETED was seen. */
  replaced(objects: readonly JsonObject[]): void;
  changed(object: JsonObject): void;
  removed(object: JsonObject): void;
  read(read: Read): void;
};

/** In ms. The server ends a watch after `watchForMs`; silence for `idleMs` means that the connection is dead. */
export type WatchLimits = { watchForMs: number; idleMs: number; headersMs: number; deniedMs: number };
export const WATCH_LIMITS: WatchLimits = {
  // Load balancers cut idle connections after 4 to 5 minutes; bookmarks come about every minute.
  watchForMs: 290_000,
  idleMs: 100_000,
  headersMs: 15_000,
  deniedMs: 2_000,
};
/** An object is at most 1.5 MiB in etcd; its JSON can be somewhat larger. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;
const GRACE_MS = 10_000;

/**
 * Keeps `handler` current until `signal` aborts: list, then watch from the list's resourceVersion, again and again. The
 * end of a watch is never an outcome, an expired resourceVersion (410, as answer or as event) means: list again.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function listAndWatch(
  api: Api,
  target: WatchTarget,
  handler: WatchHandler,
  signal: AbortSignal,
  limits: WatchLimits = WATCH_LIMITS,
): Promise<void> {
  const loop = new ListWatch(api, target, handler, signal, limits);
  while (!signal.aborted) await loop.turn();
}

class ListWatch {
  readonly #api: Api;
  readonly #target: WatchTarget;
  readonly #handler: WatchHandler;
  readonly #signal: AbortSignal;
  readonly #limits: WatchLimits;
  #resourceVersion: string | undefined;
  #failures = 0;
  #failingSinceMs: number | undefined;
  #idleMs: number;

  constructor(api: Api, target: WatchTarget, handler: WatchHandler, signal: AbortSignal, limits: WatchLimits) {
    this.#api = api;
    this.#target = target;
    this.#handler = handler;
    this.#signal = signal;
    this.#limits = limits;
    this.#idleMs = target.withoutBookmarks === true ? Infinity : limits.idleMs;
  }

  /** One list, or one watch to its end, and the pause that its outcome asks for. */
  async turn(): Promise<void> {
    const from = this.#resourceVersion;
    const error = from === undefined ? await this.#list() : await this.#watch(from);
    if (error === undefined || this.#signal.aborted) return;
    if (error.kind === 'expired') {
      this.#resourceVersion = undefined;
      // The first expiry is in the nature of watching; a server that expires fresh lists is not.
      if (this.#failures++ === 0) return;
    }
    this.#failingSinceMs ??= this.#api.clock.nowMs();
    this.#handler.read({ state: 'failing', sinceMs: this.#failingSinceMs, error });
    await this.#pause(error);
  }

  async #list(): Promise<ApiError | undefined> {
    const { path, labelSelector, fieldSelector, limit, doing, apiVersion, kind } = this.#target;
    // No resourceVersion: the list is read from etcd, so that what this run created before is in it.
    const answer = await this.#api.json({
      method: 'GET',
      path,
      query: { labelSelector, fieldSelector, limit: limit?.toString() },
      doing,
      signal: this.#signal,
      // This loop does its own, so that a failure is seen in the observation at once.
      repeatable: false,
    });
    if (!answer.ok) return answer.error;
    const version = stringAt(answer.value, 'metadata', 'resourceVersion');
    if (version === undefined) return apiError('not-kubernetes', `${doing}: the list has no resourceVersion`);
    this.#handler.replaced(itemsOf(answer.value, apiVersion, kind));
    this.#resourceVersion = version;
    this.#current();
    return undefined;
  }

  async #watch(resourceVersion: string): Promise<ApiError | undefined> {
    const { path, labelSelector, fieldSelector, doing } = this.#target;
    const forMs = this.#limits.watchForMs * (0.9 + 0.1 * this.#api.random());
    const query = {
      labelSelector,
      fieldSelector,
      watch: 'true',
      resourceVersion,
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(Math.max(1, Math.round(forMs / 1000))),
    };
    const call = { method: 'GET', path, query, doing, signal: this.#signal } as const;
    const opened = await this.#api.stream(call, this.#limits.headersMs);
    if (!opened.ok) return opened.error;
    this.#current();
    const startedAtMs = this.#api.clock.nowMs();
    const end = await this.#readEvents(opened.value, Math.min(this.#idleMs, forMs + GRACE_MS));
    const isShort = this.#api.clock.nowMs() - startedAtMs < 1_000;
    if (!isShort) this.#failures = 0;
    if (end !== 'closed') return end;
    // A peer that closes every watch at once must not be asked in a tight loop.
    if (isShort && !this.#signal.aborted) await this.#sleep(backoffMs(this.#failures++, this.#api.random));
    return undefined;
  }

  /** Reads events until the stream ends; `closed` is the normal end. */
  async #readEvents(response: IncomingMessage, idleMs: number): Promise<ApiError | 'closed'> {
    const { doing } = this.#target;
    let problem: ApiError | undefined;
    let isIdle = false;
    const splitter = new LineSplitter(MAX_EVENT_BYTES, '', (line) => {
      if (problem === undefined && line !== '') problem = this.#event(line);
    });
    const watchdog = setTimeout(() => {
      isIdle = true;
      response.destroy();
    }, idleMs);
    try {
      for await (const chunk of chunksOf(response)) {
        watchdog.refresh();
        splitter.push(chunk);
        if (problem !== undefined) return problem;
      }
      // A line without its end is an event cut off: it comes again with the next watch.
      return splitter.rest() === ''
        ? 'closed'
        : apiError('unreachable', `${doing}: the stream was cut within an event`);
    } catch (error) {
      if (!isIdle) return fromTransport(error, doing, this.#api.connection.server);
      // Perhaps only a server without bookmarks; be more patient next time.
      this.#idleMs *= 2;
      return 'closed';
    } finally {
      clearTimeout(watchdog);
      response.destroy();
    }
  }

  #event(line: string): ApiError | undefined {
    const { doing, apiVersion, kind } = this.#target;
    const event = parseJson(line);
    const type = stringAt(event, 'type');
    const found = isObject(event) ? event['object'] : undefined;
    if (type === undefined || !isObject(found)) {
      return apiError('not-kubernetes', `${doing}: the stream holds something that is no watch event`, {
        httpStatus: 200,
      });
    }
    if (type === 'ERROR') return fromStatus(doing, found);
    const object = { apiVersion, kind, ...found };
    if (type === 'ADDED' || type === 'MODIFIED') this.#handler.changed(object);
    else if (type === 'DELETED') this.#handler.removed(object);
    else if (type === 'BOOKMARK') this.#idleMs = this.#limits.idleMs;
    else return apiError('not-kubernetes', `${doing}: unknown watch event ${type}`, { httpStatus: 200 });
    this.#resourceVersion = stringAt(found, 'metadata', 'resourceVersion') ?? this.#resourceVersion;
    return undefined;
  }

  #current(): void {
    this.#failingSinceMs = undefined;
    this.#handler.read({ state: 'current' });
  }

  async #pause(error: ApiError): Promise<void> {
    const isDenied = error.kind === 'forbidden' || error.kind === 'unauthorized' || error.kind === 'credentials';
    const delayMs = isDenied ? this.#limits.deniedMs : backoffMs(this.#failures++, this.#api.random);
    await this.#sleep(Math.max(delayMs, Math.min(error.retryAfterMs ?? 0, 30_000)));
  }

  async #sleep(ms: number): Promise<void> {
    await this.#api.clock.sleep(ms, this.#signal).catch(() => undefined);
  }
}
