/**
 * Why a call on the API server did not do what was asked. `kind` is decided from transport code, HTTP status and
 * Status reason, never from message text.
 */
export const API_ERROR_KINDS = [
  /** No HTTP answer: DNS, refused, reset, timeout. */
  'unreachable',
  /** The server's certificate is not trusted, or it does not speak TLS. */
  'tls',
  /** An HTTP answer that no API server gave (proxy, captive portal, HTML). */
  'not-kubernetes',
  /** The kubeconfig's credential plugin or token file failed before any request. */
  'credentials',
  'unauthorized',
  'forbidden',
  'not-found',
  'already-exists',
  'conflict',
  /** 400 or 422: the object or the request is wrong. */
  'invalid',
  /** 410: resourceVersion or continue token too old. */
  'expired',
  /** 429. */
  'too-many-requests',
  /** 5xx. */
  'server-error',
  /** The gate's own AbortSignal. */
  'aborted',
] as const;
export type ApiErrorKind = (typeof API_ERROR_KINDS)[number];

export type ApiError = {
  kind: ApiErrorKind;
  /** One line for a person: what was asked and what came back. No header, no credential. */
  message: string;
  httpStatus: number | undefined;
  /** `reason` of the Kubernetes Status body. */
  reason: string | undefined;
  /** Transport code such as ECONNREFUSED. */
  code: string | undefined;
  retryAfterMs: number | undefined;
};

export type Result<T> = { ok: true; value: T } | { ok: false; error: ApiError };
