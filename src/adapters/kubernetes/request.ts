import type { IncomingMessage } from 'node:http';
import { type JsonObject, isObject } from '../../core/model/json.ts';
import type { ApiError, Result } from '../../core/model/api-error.ts';
import { type ClockOffset, narrowed, offsetOf } from '../../core/model/clock-offset.ts';
import type { Clock } from '../../ports.ts';
import { apiError, fromTransport, parseJson } from './api-error.ts';
import type { Connection } from './connect.ts';
import { BodyTooLarge, type HttpRequest, readBody } from './transport.ts';

export type ApiCall = {
  method: HttpRequest['method'];
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: { contentType: string; content: unknown };
  /** What is being done, as an error message begins: "reading Job shop/x". */
  doing: string;
  signal?: AbortSignal | undefined;
  /**
   * A call that may be sent again after its answer was lost: reads, deletes, dry runs, applies, and creates under a
   * fixed name (the repetition then answers `already-exists`).
   */
  repeatable: boolean;
};

/** A port's view of a connection: JSON or text in one call, or an open stream. */
export type Api = {
  readonly connection: Connection;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  json(call: ApiCall): Promise<Result<JsonObject>>;
  text(call: ApiCall, maxBytes: number): Promise<Result<string>>;
  /** From the answers so far: how far the server's clock is ahead. */
  readonly serverClock: ClockOffset | undefined;
  /** One attempt; the body is the caller's to read. `headersTimeoutMs` 0 = wait for ever. */
  stream(call: Omit<ApiCall, 'repeatable'>, headersTimeoutMs: number): Promise<Result<IncomingMessage>>;
};

/** Time limits in ms; tests shorten them. */
export type Limits = { headersMs: number; bodyMs: number; retryForMs: number; maxJsonBytes: number };
export const LIMITS: Limits = { headersMs: 15_000, bodyMs: 30_000, retryForMs: 10_000, maxJsonBytes: 64 * 1024 * 1024 };

const neverAborted = new AbortController().signal;

export function makeApi(connection: Connection, clock: Clock, random: () => number, limits: Limits = LIMITS): Api {
  let serverClock: ClockOffset | undefined;
  const stream: Api['stream'] = async (call, headersTimeoutMs) => {
    const askedMs = clock.nowMs();
    const answer = await connection.request({
      method: call.method,
      path: call.path + queryText(call.query),
      doing: call.doing,
      signal: call.signal,
      headersTimeoutMs,
      ...(call.body !== undefined && {
        body: { contentType: call.body.contentType, text: JSON.stringify(call.body.content) },
      }),
    });
    const offset = answer.ok ? offsetOf(answer.value.headers.date, askedMs, clock.nowMs()) : undefined;
    if (offset !== undefined) serverClock = narrowed(serverClock, offset);
    return answer;
  };

  const once = async (call: ApiCall, maxBytes: number): Promise<Result<string>> => {
    const opened = await stream(call, limits.headersMs);
    if (!opened.ok) return opened;
    try {
      return { ok: true, value: await readBody(opened.value, maxBytes, limits.bodyMs) };
    } catch (error) {
      if (error instanceof BodyTooLarge)
        return { ok: false, error: apiError('invalid', `${call.doing}: ${error.message}`) };
      return { ok: false, error: fromTransport(error, call.doing, connection.server) };
    }
  };

  const text: Api['text'] = (call, maxBytes) =>
    withRetries(call, () => once(call, maxBytes), clock, random, limits.retryForMs);

  return {
    connection,
    clock,
    random,
    text,
    stream,
    get serverClock() {
      return serverClock;
    },
    json: (call) =>
      withRetries(
        call,
        async () => asObject(await once(call, limits.maxJsonBytes), call.doing),
        clock,
        random,
        limits.retryForMs,
      ),
  };
}

/** HTTP 200 with a log-in page is a thing that proxies do; only a JSON object is an answer. */
function asObject(answer: Result<string>, doing: string): Result<JsonObject> {
  if (!answer.ok) return answer;
  const parsed = parseJson(answer.value);
  if (isObject(parsed)) return { ok: true, value: parsed };
  const message = `${doing}: the answer is not JSON, so no API server gave it (a proxy or a log-in page?)`;
  return { ok: false, error: apiError('not-kubernetes', message, { httpStatus: 200 }) };
}

async function withRetries<T>(
  call: ApiCall,
  attempt: () => Promise<Result<T>>,
  clock: Clock,
  random: () => number,
  retryForMs: number,
): Promise<Result<T>> {
  const startedAtMs = clock.nowMs();
  for (let failures = 0; ; failures++) {
    const answer = await attempt();
    if (answer.ok || !mayRetry(answer.error, call.repeatable)) return answer;
    const delayMs = Math.max(answer.error.retryAfterMs ?? 0, backoffMs(failures, random));
    if (clock.nowMs() + delayMs - startedAtMs > retryForMs) return answer;
    try {
      await clock.sleep(delayMs, call.signal ?? neverAborted);
    } catch {
      return { ok: false, error: apiError('aborted', `${call.doing}: stopped by the gate`) };
    }
  }
}

/** 429 is given before the request is looked at, so it may always be repeated. */
function mayRetry(error: ApiError, repeatable: boolean): boolean {
  if (error.kind === 'too-many-requests') return true;
  if (!repeatable) return false;
  if (error.kind === 'unreachable') return true;
  if (error.kind === 'invalid') return false;
  const { httpStatus } = error;
  // A 500 of an admission webhook has reason InternalError and is an answer; etcd's own 500 has no reason
  // (https://github.com/kubernetes/kubernetes/issues/112152) and ServerTimeout asks for a repetition.
  if (httpStatus === 500) return error.reason === undefined || error.reason === '' || error.reason === 'ServerTimeout';
  return httpStatus === 502 || httpStatus === 503 || httpStatus === 504;
}

/** 100 ms doubling to 2 s, each spread over its upper half, so that many gates do not knock in step. */
export function backoffMs(failures: number, random: () => number): number {
  const full = Math.min(2_000, 100 * 2 ** Math.min(failures, 10));
  return Math.round(full / 2 + (full / 2) * random());
}

export function queryText(query: ApiCall['query']): string {
  const given: [string, string][] = [];
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) given.push([name, value]);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
