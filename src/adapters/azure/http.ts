import { stringAt } from '../../core/model/json.ts';
import type { ApiError, ApiErrorKind, Result } from '../../core/model/api-error.ts';

export type HttpRequest = {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
};
export type HttpAnswer = { status: number; retryAfterMs: number | undefined; body: unknown };
/** One exchange; rejects only when no HTTP answer came. */
export type SendHttp = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

const REQUEST_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Entra ID and Resource Manager throttle and fail over; three tries within about ten seconds ride over that. */
const RETRY_AFTER_MS = [1_000, 3_000] as const;
const MAX_RETRY_WAIT_MS = 10_000;

/** What comes back is JSON of unknown shape; every other outcome is an error without header, body or credential. */
export async function askWithRetries(
  send: SendHttp,
  sleep: Sleep,
  what: string,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Result<unknown>> {
  for (const pauseMs of [...RETRY_AFTER_MS, undefined]) {
    const answer = await once(send, what, request, signal);
    if (answer.ok || pauseMs === undefined || !WORTH_A_RETRY.includes(answer.error.kind)) return answer;
    await sleep(Math.min(answer.error.retryAfterMs ?? pauseMs, MAX_RETRY_WAIT_MS), signal);
  }
  throw new Error('unreachable: the last round returns');
}

const WORTH_A_RETRY: readonly ApiErrorKind[] = ['unreachable', 'server-error', 'too-many-requests'];

async function once(send: SendHttp, what: string, request: HttpRequest, signal: AbortSignal): Promise<Result<unknown>> {
  const host = new URL(request.url).host;
  try {
    const answer = await send(request, signal);
    if (answer.status >= 200 && answer.status < 300) return { ok: true, value: answer.body };
    const entraCode = entraErrorCode(answer.body);
    return {
      ok: false,
      error: {
        kind: kindOfStatus(answer.status),
        message: `could not get ${what}: ${host} answered HTTP ${answer.status}${entraCode === undefined ? '' : ` (${entraCode})`}`,
        httpStatus: answer.status,
        reason: entraCode,
        code: undefined,
        retryAfterMs: answer.retryAfterMs,
      },
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const code = codeOf(error);
    return {
      ok: false,
      error: failure('unreachable', `could not get ${what}: no answer from ${host} (${code})`, code),
    };
  }
}

export function textOf(
  answer: Result<unknown>,
  what: string,
  pick: (body: unknown) => string | undefined,
): Result<string> {
  if (!answer.ok) return answer;
  const value = pick(answer.value);
  if (value !== undefined && value !== '') return { ok: true, value };
  return { ok: false, error: failure('server-error', `could not get ${what}: the answer does not hold it`, undefined) };
}

function failure(kind: ApiErrorKind, message: string, code: string | undefined): ApiError {
  return { kind, message, httpStatus: undefined, reason: undefined, code, retryAfterMs: undefined };
}

/** 400 and 401 of the token endpoint both mean that the connection's secret, tenant or federation is wrong. */
function kindOfStatus(status: number): ApiErrorKind {
  if (status === 400 || status === 401) return 'credentials';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 429) return 'too-many-requests';
  // A redirect is never followed: it would carry the credential to another host.
  return status >= 500 ? 'server-error' : 'invalid';
}

/** Only the code, never the sentence: descriptions name tenants, applications and trace ids. */
function entraErrorCode(body: unknown): string | undefined {
  const text = stringAt(body, 'error_description') ?? stringAt(body, 'error', 'code') ?? stringAt(body, 'error') ?? '';
  return /\bAADSTS\d+\b/.exec(text)?.[0] ?? /^[A-Za-z_]{3,60}$/.exec(text)?.[0];
}

/** Transport errors of Node carry `code`; text of others may quote the request and is not used. */
function codeOf(error: unknown): string {
  return stringAt(error, 'code') ?? stringAt(error, 'cause', 'code') ?? 'no connection';
}

/** HTTP by axios, which knows the agent's proxy variables. Loaded only for an Azure Resource Manager connection. */
export async function axiosSend(): Promise<SendHttp> {
  const { default: axios } = await import('axios');
  return async (request, signal) => {
    const answer = await axios.request<unknown>({
      method: request.method,
      url: request.url,
      headers: { ...request.headers, accept: 'application/json' },
      data: request.body,
      signal,
      timeout: REQUEST_TIMEOUT_MS,
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      responseType: 'json',
      validateStatus: () => true,
    });
    return { status: answer.status, retryAfterMs: retryAfterMs(answer.headers['retry-after']), body: answer.data };
  };
}

/** Seconds only; the date form is rare, and then the normal pause is right. */
function retryAfterMs(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,4}$/.test(header) ? Number.parseInt(header, 10) * 1_000 : undefined;
}
