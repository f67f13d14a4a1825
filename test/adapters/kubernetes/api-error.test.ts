import { describe, expect, it } from 'vitest';
import { fromAnswer, fromStatus, fromTransport, oneLine } from '../../../src/adapters/kubernetes/api-error.ts';

const json = 'application/json';

function status(code: number, reason: string, more: object = {}): string {
  return JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'words',
    code,
    reason,
    ...more,
  });
}

/** What a 1.34 API server says to a server-side apply with a misspelt field. */
const UNKNOWN_FIELD =
  'failed to create typed patch object (a/b; apps/v1, Kind=Deployment): .spec.replicass: field not declared in schema';

describe('an HTTP answer', () => {
  it.each([
    [400, json, status(400, 'BadRequest'), 'invalid', 'BadRequest'],
    [401, json, status(401, 'Unauthorized'), 'unauthorized', 'Unauthorized'],
    [403, json, status(403, 'Forbidden'), 'forbidden', 'Forbidden'],
    [404, json, status(404, 'NotFound'), 'not-found', 'NotFound'],
    [409, json, status(409, 'AlreadyExists'), 'already-exists', 'AlreadyExists'],
    [409, json, status(409, 'Conflict'), 'conflict', 'Conflict'],
    [410, json, status(410, 'Expired'), 'expired', 'Expired'],
    [410, json, status(410, 'Gone'), 'expired', 'Gone'],
    [422, json, status(422, 'Invalid'), 'invalid', 'Invalid'],
    [429, json, status(429, 'TooManyRequests'), 'too-many-requests', 'TooManyRequests'],
    [500, json, status(500, 'InternalError'), 'server-error', 'InternalError'],
    [500, json, status(500, ''), 'server-error', ''],
    [500, json, status(500, '', { message: UNKNOWN_FIELD }), 'invalid', ''],
    [500, json, status(500, 'InternalError', { message: UNKNOWN_FIELD }), 'server-error', 'InternalError'],
    [503, json, status(503, 'ServiceUnavailable'), 'server-error', 'ServiceUnavailable'],
    [504, json, status(504, 'Timeout'), 'server-error', 'Timeout'],
    [404, 'text/plain', '404 page not found', 'not-found', undefined],
    [429, 'text/plain', 'Too many requests', 'too-many-requests', undefined],
    [502, 'text/plain', 'bad gateway', 'server-error', undefined],
    [502, '', '', 'server-error', undefined],
    [502, 'text/html', '<html>', 'not-kubernetes', undefined],
    [503, 'text/html', '<html>', 'not-kubernetes', undefined],
    [403, 'text/html', '<html>', 'not-kubernetes', undefined],
    [401, 'text/html', '<html>', 'not-kubernetes', undefined],
    [407, 'text/plain', '', 'not-kubernetes', undefined],
    [302, '', '', 'not-kubernetes', undefined],
    [403, json, '{"statusCode":403}', 'not-kubernetes', undefined],
    [401, json, '{"type":"error"}', 'unauthorized', undefined],
    [403, json, '{"kind":"Status","apiVersion":"other/v1"}', 'not-kubernetes', undefined],
  ])('%i %s %s is %s', (httpStatus, contentType, body, kind, reason) => {
    const error = fromAnswer('reading x', { httpStatus, contentType, retryAfter: undefined, body }, 0);
    expect(error).toMatchObject({ kind, httpStatus, reason });
  });

  it('is the fault of the object when server-side apply cannot read it, although the server says 500', () => {
    const message =
      'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.nope: field not declared';
    const answer = { httpStatus: 500, contentType: json, retryAfter: undefined };
    expect(fromAnswer('applying x', { ...answer, body: status(500, '', { message }) }, 0).kind).toBe('invalid');
    expect(fromAnswer('applying x', { ...answer, body: status(500, 'InternalError', { message }) }, 0).kind).toBe(
      'server-error',
    );
  });

  it('is worded with what was done, code, reason and message', () => {
    const body = status(403, 'Forbidden');
    const error = fromAnswer('reading Job a/b', { httpStatus: 403, contentType: json, retryAfter: undefined, body }, 0);
    expect(error.message).toBe('reading Job a/b: HTTP 403 Forbidden: words');
  });

  it.each([
    ['7', status(429, 'TooManyRequests'), 7_000],
    ['Thu, 01 Jan 1970 00:01:40 GMT', status(429, 'TooManyRequests'), 40_000],
    ['Thu, 01 Jan 1970 00:00:40 GMT', status(429, 'TooManyRequests'), 0],
    [undefined, status(429, 'TooManyRequests', { details: { retryAfterSeconds: 3 } }), 3_000],
    ['soon', status(429, 'TooManyRequests'), undefined],
    ['', status(429, 'TooManyRequests'), undefined],
  ])('reads Retry-After %s', (retryAfter, body, expected) => {
    const error = fromAnswer('x', { httpStatus: 429, contentType: json, retryAfter, body }, 60_000);
    expect(error.retryAfterMs).toBe(expected);
  });
});

describe('no answer', () => {
  it.each([
    ['ENOTFOUND', 'unreachable', 'its host name does not resolve'],
    ['EAI_AGAIN', 'unreachable', 'the name server did not answer'],
    ['ECONNREFUSED', 'unreachable', 'the connection was refused'],
    ['ECONNRESET', 'unreachable', 'the connection was reset'],
    ['ETIMEDOUT', 'unreachable', 'no answer in time'],
    ['EHOSTUNREACH', 'unreachable', 'there is no route to it'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'unreachable', 'the connection failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'no trusted TLS connection'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'no trusted TLS connection'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'no trusted TLS connection'],
    ['CERT_HAS_EXPIRED', 'tls', 'no trusted TLS connection'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'no trusted TLS connection'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'no trusted TLS connection'],
    ['EPROTO', 'tls', 'no trusted TLS connection'],
    ['ERR_OSSL_PEM_NO_START_LINE', 'credentials', 'client certificate'],
    ['HPE_INVALID_CONSTANT', 'not-kubernetes', 'does not speak HTTP'],
  ])('%s is %s', (code, kind, words) => {
    const error = fromTransport(Object.assign(new Error('hidden'), { code }), 'reading x', 'https://api');
    expect(error).toMatchObject({ kind, code, httpStatus: undefined });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('hidden');
  });

  it('tells an abort apart', () => {
    expect(fromTransport(new DOMException('x', 'AbortError'), 'reading x', 'https://api').kind).toBe('aborted');
  });
});

it('reads the Status of an ERROR event', () => {
  const event = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
  expect(fromStatus('watching x', event)).toMatchObject({ kind: 'expired', httpStatus: 410 });
});

it('makes a message one bounded line', () => {
  expect(oneLine('a\r\nb\u001b[31m\u2028c')).toBe('a b [31m c');
  expect(oneLine('x'.repeat(5000))).toBe(`${'x'.repeat(593)}… (cut)`);
});
