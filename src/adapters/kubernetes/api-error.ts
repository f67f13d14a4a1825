import { isObject, numberAt, stringAt } from '../../core/model/json.ts';
import { cutTo } from '../../core/report/cut.ts';
import type { ApiError, ApiErrorKind } from '../../core/model/api-error.ts';

const MAX_MESSAGE = 600;

/** What each transport code means to a person. Codes: https://nodejs.org/api/errors.html#common-system-errors */
const TRANSPORT_WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'the name server did not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network to it',
};

/** OpenSSL's verification codes as Node reports them: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
  'PATH_LENGTH_EXCEEDED',
]);

export function apiError(kind: ApiErrorKind, message: string, over: Partial<ApiError> = {}): ApiError {
  const none = { httpStatus: undefined, reason: undefined, code: undefined, retryAfterMs: undefined };
  return { kind, ...none, ...over, message: oneLine(message) };
}

/** A request that got no HTTP answer. `server` is shown, so it must not hold credentials. */
export function fromTransport(error: unknown, doing: string, server: string): ApiError {
  const code = codeOf(error);
  if (nameOf(error) === 'AbortError') return apiError('aborted', `${doing}: stopped by the gate`);
  const kind = transportKind(code);
  const words = (code !== undefined && TRANSPORT_WORDS[code]) ?? 'the connection failed';
  const shown = code === undefined ? '' : ` (${code})`;
  const text = {
    tls: `${doing}: no trusted TLS connection to ${server}${shown}; check its certificate, the CA in the kubeconfig and the clock`,
    credentials: `${doing}: the client certificate or key of the kubeconfig cannot be used${shown}`,
    'not-kubernetes': `${doing}: ${server} does not speak HTTP${shown}`,
    unreachable: `${doing}: no answer from ${server}: ${words}${shown}`,
  };
  return apiError(kind, text[kind], { code });
}

function transportKind(code: string | undefined): 'tls' | 'credentials' | 'not-kubernetes' | 'unreachable' {
  if (code === undefined || code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'unreachable';
  if (code.startsWith('HPE_')) return 'not-kubernetes';
  if (code.startsWith('ERR_OSSL_')) return 'credentials';
  if (CERTIFICATE_CODES.has(code) || code === 'EPROTO' || /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_)/.test(code))
    return 'tls';
  return 'unreachable';
}

/** An HTTP answer that is not 2xx. `body` may be cut; it is only used where it is a Kubernetes Status. */
export function fromAnswer(
  doing: string,
  answer: { httpStatus: number; contentType: string; retryAfter: string | undefined; body: string },
  nowMs: number,
): ApiError {
  const { httpStatus } = answer;
  const status = statusOf(answer.body);
  const retryAfterMs = retryAfter(answer.retryAfter, status, nowMs);
  if (status === undefined) {
    const kind = foreignKind(httpStatus, answer.contentType);
    const what = answer.contentType === '' ? 'an empty answer' : `an answer of type ${answer.contentType}`;
    const words =
      kind === 'not-kubernetes' ? `HTTP ${httpStatus} with ${what} that no API server gives` : `HTTP ${httpStatus}`;
    return apiError(kind, `${doing}: ${words}`, { httpStatus, retryAfterMs });
  }
  return fromStatus(doing, status, httpStatus, retryAfterMs);
}

/** A Status object: the body of an error, or the object of a watch's ERROR event. */
export function fromStatus(doing: string, status: unknown, httpStatus?: number, retryAfterMs?: number): ApiError {
  const code = numberAt(status, 'code') ?? httpStatus;
  const reason = stringAt(status, 'reason');
  const message = stringAt(status, 'message') ?? 'no message';
  const head = [code === undefined ? undefined : `HTTP ${code}`, reason].filter((part) => part !== undefined).join(' ');
  const kind = isRefusedPatch(code, reason, message) ? 'invalid' : statusKind(code ?? 0, reason);
  return apiError(kind, `${doing}: ${head}: ${message}`, {
    httpStatus: code,
    reason,
    retryAfterMs,
  });
}

/**
 * The one refusal that only its text tells: server-side apply answers an unknown field with 500 and no reason, because
 * its error never becomes a Status (https://github.com/kubernetes/kubernetes/issues/139253). Taken for trouble of the
 * server it would be tried again and blamed on the cluster.
 */
function isRefusedPatch(code: number | undefined, reason: string | undefined, message: string): boolean {
  return code === 500 && (reason ?? '') === '' && message.startsWith('failed to create typed patch object');
}

/** Reasons: https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go (StatusReason). */
function statusKind(code: number, reason: string | undefined): ApiErrorKind {
  if (reason === 'Expired' || reason === 'Gone' || code === 410) return 'expired';
  if (reason === 'AlreadyExists') return 'already-exists';
  if (code === 400 || code === 422) return 'invalid';
  if (code === 401) return 'unauthorized';
  if (code === 403) return 'forbidden';
  if (code === 404) return 'not-found';
  if (code === 409) return 'conflict';
  if (code === 429) return 'too-many-requests';
  if (code >= 500) return 'server-error';
  return code >= 400 ? 'invalid' : 'not-kubernetes';
}

/**
 * Some answers of a real API server are plain text: 404 of an unknown path, 429 of the overload filter, 5xx of its own
 * proxy to a kubelet. HTML, redirects and foreign JSON come from something in between.
 */
function foreignKind(httpStatus: number, contentType: string): ApiErrorKind {
  if (contentType.includes('html')) return 'not-kubernetes';
  if (httpStatus === 401) return 'unauthorized';
  const plain = contentType === '' || contentType.startsWith('text/plain');
  if (!plain || httpStatus < 400 || httpStatus === 407) return 'not-kubernetes';
  return statusKind(httpStatus, undefined);
}

function statusOf(body: string): unknown {
  const parsed = parseJson(body);
  return isObject(parsed) && parsed['kind'] === 'Status' && parsed['apiVersion'] === 'v1' ? parsed : undefined;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3); the Status may carry it too. */
function retryAfter(header: string | undefined, status: unknown, nowMs: number): number | undefined {
  if (header !== undefined && /^\d{1,6}$/.test(header.trim())) return Number.parseInt(header, 10) * 1000;
  const dateMs = header === undefined ? Number.NaN : Date.parse(header);
  if (!Number.isNaN(dateMs)) return Math.max(0, dateMs - nowMs);
  const seconds = numberAt(status, 'details', 'retryAfterSeconds');
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}

export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

/** Control characters and line ends become spaces: a message is one line, whoever wrote it. */
export function oneLine(text: string): string {
  const flat = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return cutTo(flat, MAX_MESSAGE);
}
