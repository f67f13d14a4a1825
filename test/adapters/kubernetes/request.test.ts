import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { loadConnection } from '../../../src/adapters/kubernetes/connect.ts';
import { type Api, type ApiCall, LIMITS, backoffMs, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import {
  ApiStub,
  type StubHandler,
  answerJson,
  answerStatus,
  cutOff,
  startStream,
  testCertificate,
  until,
} from './api-stub.ts';

let stub: ApiStub;
let connection: Connection;
let clock: InstantClock;
let api: Api;
const get: ApiCall = { method: 'GET', path: '/api/v1/x', doing: 'reading x', repeatable: true };
const unrepeatable: ApiCall = { ...get, method: 'PATCH', repeatable: false, body: { contentType: 'a/b', content: [] } };
const good: StubHandler = (_, response) => answerJson(response, { kind: 'X' });
const reset: StubHandler = (_, response) => cutOff(response);
const status =
  (code: number, reason: string, headers?: Record<string, string>): StubHandler =>
  (_, response) =>
    answerStatus(response, code, reason, 'words', headers);

beforeEach(async () => {
  stub = await ApiStub.start();
  connection = await stub.connect();
  clock = new InstantClock();
  api = makeApi(connection, clock, () => 0.5, { ...LIMITS, headersMs: 2_000, bodyMs: 2_000, maxJsonBytes: 10_000 });
});
afterEach(async () => {
  connection.close();
  await stub.stop();
});

describe('one request', () => {
  it('sends token, path, query and body', async () => {
    stub.handle(good);
    const query = { labelSelector: 'a in (b,c)', none: undefined };
    await api.json({
      ...unrepeatable,
      query,
      body: { contentType: 'application/merge-patch+json', content: { ä: 1 } },
    });
    expect(stub.requests).toMatchObject([
      {
        method: 'PATCH',
        path: '/api/v1/x',
        query: { labelSelector: 'a in (b,c)' },
        body: '{"ä":1}',
        headers: { authorization: 'Bearer a-token', 'content-type': 'application/merge-patch+json' },
      },
    ]);
  });

  it('keeps the path of a server behind a gateway', async () => {
    stub.handle(good);
    const source = { kind: 'token', server: `${stub.url}/k8s/clusters/c-1/`, caPem: testCertificate().cert } as const;
    const outcome = await loadConnection({ ...source, token: 't', insecureSkipTlsVerify: false }, {});
    if (!outcome.ok) throw new Error(outcome.problem.message);
    await makeApi(outcome.connection, clock, () => 0).json(get);
    outcome.connection.close();
    expect(stub.paths()).toEqual(['GET /k8s/clusters/c-1/api/v1/x']);
    expect(outcome.connection.server).toBe(`${stub.url}/k8s/clusters/c-1`);
  });

  it('uses one connection for calls in turn', async () => {
    stub.handle(good);
    await api.json(get);
    await api.json(get);
    expect([stub.requests.length, stub.openSockets]).toEqual([2, 1]);
  });

  it('refuses HTML with status 200', async () => {
    stub.handle((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>'));
    expect(await api.json(get)).toMatchObject({ ok: false, error: { kind: 'not-kubernetes', httpStatus: 200 } });
    expect(stub.requests).toHaveLength(1);
  });

  it('refuses a larger answer than it may hold', async () => {
    stub.handle((_, response) => answerJson(response, { kind: 'X', data: 'x'.repeat(20_000) }));
    expect(await api.json(get)).toMatchObject({ ok: false, error: { kind: 'invalid' } });
  });

  it('stops when its signal aborts', async () => {
    const stop = new AbortController();
    stub.handle(() => stop.abort());
    expect(await api.json({ ...get, signal: stop.signal })).toMatchObject({ ok: false, error: { kind: 'aborted' } });
    await until(() => stub.openSockets === 0);
  });

  it('does not wait for ever for headers', async () => {
    stub.handle(() => undefined);
    const hasty = makeApi(connection, clock, () => 0, { ...LIMITS, headersMs: 20 });
    const answer = await hasty.json({ ...get, repeatable: false });
    expect(answer).toMatchObject({ ok: false, error: { kind: 'unreachable', code: 'ETIMEDOUT' } });
  });

  it('does not wait for ever for a body', async () => {
    stub.handle((_, response) => startStream(response, '{"kind":'));
    const hasty = makeApi(connection, clock, () => 0, { ...LIMITS, bodyMs: 20 });
    const answer = await hasty.json({ ...get, repeatable: false });
    expect(answer).toMatchObject({ ok: false, error: { kind: 'unreachable', code: 'ETIMEDOUT' } });
  });
});

describe('repetition', () => {
  it.each<[string, ApiCall, StubHandler, number]>([
    ['a reset connection', get, reset, 2],
    ['a reset connection, not repeatable', unrepeatable, reset, 1],
    ['503', get, status(503, 'ServiceUnavailable'), 2],
    ['503, not repeatable', unrepeatable, status(503, 'ServiceUnavailable'), 1],
    ['504', get, status(504, 'Timeout'), 2],
    ['500 of etcd, without reason', get, status(500, ''), 2],
    ['500 ServerTimeout', get, status(500, 'ServerTimeout'), 2],
    ['500 of a webhook', get, status(500, 'InternalError'), 1],
    ['429, even if not repeatable', unrepeatable, status(429, 'TooManyRequests'), 2],
    ['403', get, status(403, 'Forbidden'), 1],
    ['404', get, status(404, 'NotFound'), 1],
    ['409', get, status(409, 'Conflict'), 1],
    ['422', get, status(422, 'Invalid'), 1],
  ])('after %s', async (_, call, first, requests) => {
    stub.script(first, good);
    const answer = await api.json(call);
    expect([stub.requests.length, answer.ok]).toEqual([requests, requests === 2]);
  });

  it('repeats a body that was cut off', async () => {
    stub.script((_, response) => {
      startStream(response, '{"kind":');
      cutOff(response);
    }, good);
    expect(await api.json(get)).toEqual({ ok: true, value: { kind: 'X' } });
  });

  it('waits as long as Retry-After says', async () => {
    stub.script(status(429, 'TooManyRequests', { 'retry-after': '3' }), good);
    expect((await api.json(get)).ok).toBe(true);
    expect(clock.slept).toEqual([3_000]);
  });

  it('compares a date in Retry-After with the clock of the server that wrote it', async () => {
    const headers = { date: 'Sat, 21 Nov 2020 15:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2020 15:00:04 GMT' };
    stub.script(status(429, 'TooManyRequests', headers), good);
    expect((await api.json(get)).ok).toBe(true);
    expect(clock.slept).toEqual([4_000]);
  });

  it("learns from each answer what the server's clock says", async () => {
    const dated =
      (date: string): StubHandler =>
      (_, response) =>
        response.setHeader('date', date) && answerJson(response, { kind: 'X' });
    expect(api.serverClock).toBeUndefined();
    const atMs = Date.parse('Sat, 21 Nov 2020 15:00:00 GMT') - clock.nowMs();
    stub.script(dated('Sat, 21 Nov 2020 15:00:00 GMT'), dated('nonsense'), dated('Sat, 21 Nov 2020 16:00:00 GMT'));
    await api.json(get);
    expect(api.serverClock).toEqual({ leastMs: atMs, mostMs: atMs + 1_000 });
    await api.json(get);
    expect(api.serverClock).toEqual({ leastMs: atMs, mostMs: atMs + 1_000 });
    await api.json(get);
    expect(api.serverClock).toEqual({ leastMs: atMs + 3_600_000, mostMs: atMs + 3_601_000 });
  });

  it('gives up at once when Retry-After is longer than all its patience', async () => {
    stub.script(status(429, 'TooManyRequests', { 'retry-after': '60' }));
    expect(await api.json(get)).toMatchObject({ error: { kind: 'too-many-requests', retryAfterMs: 60_000 } });
    expect(clock.slept).toEqual([]);
  });

  it('gives up after ten seconds', async () => {
    stub.handle(status(503, 'ServiceUnavailable'));
    expect(await api.json(get)).toMatchObject({ error: { kind: 'server-error', httpStatus: 503 } });
    const total = clock.slept.reduce((sum, ms) => sum + ms, 0);
    expect(clock.slept.slice(0, 6)).toEqual([75, 150, 300, 600, 1200, 1500]);
    expect(total).toBeGreaterThan(8_000);
    expect(total).toBeLessThanOrEqual(10_000);
  });

  it('spreads and caps the pause', () => {
    expect([
      backoffMs(0, () => 0),
      backoffMs(0, () => 0.999),
      backoffMs(3, () => 0),
      backoffMs(99, () => 0.999),
    ]).toEqual([50, 100, 400, 1999]);
  });
});

describe('a server that cannot be spoken to', () => {
  const to = async (server: string, caPem: string | undefined): Promise<unknown> => {
    const source = { kind: 'token', server, caPem, token: 't', insecureSkipTlsVerify: false } as const;
    const outcome = await loadConnection(source, {});
    if (!outcome.ok) throw new Error(outcome.problem.message);
    const answer = await makeApi(outcome.connection, clock, () => 0).json({ ...get, repeatable: false });
    outcome.connection.close();
    return answer;
  };

  it('has a certificate that nobody vouches for', async () => {
    expect(await to(stub.url, undefined)).toMatchObject({
      error: { kind: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
  });

  it('has another name', async () => {
    const server = stub.url.replace('127.0.0.1', 'localhost');
    expect(await to(server, testCertificate().cert)).toMatchObject({
      error: { kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
  });

  it('speaks plain HTTP', async () => {
    const plain = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const server = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    expect(await to(server, undefined)).toMatchObject({ error: { kind: 'tls' } });
    plain.close();
  });

  it('is not there', async () => {
    const { url } = stub;
    await stub.stop();
    expect(await to(url, undefined)).toMatchObject({ error: { kind: 'unreachable', code: 'ECONNREFUSED' } });
    stub = await ApiStub.start();
  });
});
