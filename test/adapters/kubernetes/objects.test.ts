import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { kubernetesObjects } from '../../../src/adapters/kubernetes/objects.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import { untilGone } from '../../../src/adapters/kubernetes/until-gone.ts';
import type { Objects } from '../../../src/ports.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import {
  ApiStub,
  type StubHandler,
  answerJson,
  answerStatus,
  cutOff,
  startStream,
  until,
  watchEvent,
} from './api-stub.ts';

const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', namespace: 'shop' }, spec: {} };
const ref = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'j' };
const jobs = '/apis/batch/v1/namespaces/shop/jobs';

let stub: ApiStub;
let connection: Connection;
let objects: Objects;
let clock: InstantClock;
beforeEach(async () => {
  stub = await ApiStub.start((_, response) => answerJson(response, job));
  connection = await stub.connect();
  clock = new InstantClock();
  objects = kubernetesObjects(makeApi(connection, clock, () => 0.5, LIMITS));
});
afterEach(async () => {
  connection.close();
  await until(() => stub.openSockets === 0, 'all sockets are closed');
  await stub.stop();
});

function asked(): unknown[] {
  return stub.requests.map(({ method, path, query, headers, body }) => ({
    call: `${method} ${path}`,
    query,
    ...(body !== '' && { type: headers['content-type'], body: JSON.parse(body) as unknown }),
  }));
}
const untilAborted = (_ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
const strict = { fieldManager: 'testcar-gate', fieldValidation: 'Strict' };

describe('what is asked of the server', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    ['get', () => objects.get(ref), { call: `GET ${jobs}/j`, query: {} }],
    [
      'list',
      () => objects.list({ ...ref, labelSelector: 'a in (b,c)' }),
      { call: `GET ${jobs}`, query: { labelSelector: 'a in (b,c)' } },
    ],
    [
      'create',
      () => objects.create(job, { dryRun: false }),
      { call: `POST ${jobs}`, query: strict, type: 'application/json', body: job },
    ],
    [
      'create, dry run',
      () => objects.create(job, { dryRun: true }),
      { call: `POST ${jobs}`, query: { ...strict, dryRun: 'All' }, type: 'application/json', body: job },
    ],
    [
      'apply',
      () => objects.apply(job, { dryRun: false }),
      {
        call: `PATCH ${jobs}/j`,
        query: { ...strict, force: 'true' },
        type: 'application/apply-patch+yaml',
        body: job,
      },
    ],
    [
      'merge patch',
      () => objects.patch(ref, { metadata: { labels: { a: null } } }),
      {
        call: `PATCH ${jobs}/j`,
        query: strict,
        type: 'application/merge-patch+json',
        body: { metadata: { labels: { a: null } } },
      },
    ],
    [
      'JSON patch',
      () => objects.patch(ref, [{ op: 'remove', path: '/a' }]),
      {
        call: `PATCH ${jobs}/j`,
        query: strict,
        type: 'application/json-patch+json',
        body: [{ op: 'remove', path: '/a' }],
      },
    ],
    [
      'delete',
      () => objects.delete(ref, { uid: 'u-1', propagation: 'Foreground' }),
      {
        call: `DELETE ${jobs}/j`,
        query: {},
        type: 'application/json',
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Foreground',
          preconditions: { uid: 'u-1' },
        },
      },
    ],
    [
      'a name that is no path',
      () => objects.get({ ...ref, namespace: '../x', name: 'a/b?c' }),
      { call: 'GET /apis/batch/v1/namespaces/..%2Fx/jobs/a%2Fb%3Fc', query: {} },
    ],
    [
      'a cluster-scoped kind',
      () => objects.get({ apiVersion: 'v1', kind: 'Namespace', namespace: 'shop', name: 'shop' }),
      { call: 'GET /api/v1/namespaces/shop', query: {} },
    ],
  ])('%s', async (_, ask, request) => {
    await ask();
    expect(asked()).toEqual([request]);
  });
});

describe('answers', () => {
  it('gives the items of a list their kind', async () => {
    stub.handle((_, response) => answerJson(response, { kind: 'JobList', items: [{ metadata: { name: 'j' } }, 7] }));
    expect(await objects.list(ref)).toEqual({
      ok: true,
      value: [{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' } }],
    });
  });

  it('refuses JSON that no API server gave', async () => {
    stub.handle((_, response) => answerJson(response, { status: 'fine' }));
    expect(await objects.get(ref)).toMatchObject({ ok: false, error: { kind: 'not-kubernetes' } });
  });

  it('says already-exists after a create whose reply was lost', async () => {
    stub.script(
      (_, response) => cutOff(response),
      (_, response) => answerStatus(response, 409, 'AlreadyExists', 'jobs.batch "j" already exists'),
    );
    expect(await objects.create(job, { dryRun: false })).toMatchObject({
      ok: false,
      error: { kind: 'already-exists' },
    });
  });

  it('does not repeat a create under a name that the server makes up', async () => {
    stub.handle((_, response) => cutOff(response));
    const unnamed = { ...job, metadata: { generateName: 'j-', namespace: 'shop' } };
    expect(await objects.create(unnamed, { dryRun: false })).toMatchObject({ error: { kind: 'unreachable' } });
    expect(stub.requests).toHaveLength(1);
  });

  it.each([
    [404, 'NotFound', { ok: true, value: 'absent' }],
    [409, 'Conflict', { ok: false, error: { kind: 'conflict' } }],
  ])('of a delete: %i', async (code, reason, outcome) => {
    stub.handle((_, response) => answerStatus(response, code, reason, 'words'));
    expect(await objects.delete(ref, { propagation: 'Background' })).toMatchObject(outcome);
  });
});

describe('other kinds', () => {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', namespace: 'shop', name: 'w' };
  const resources = [
    { name: 'widgets', kind: 'Widget', namespaced: true },
    { name: 'widgets/status', kind: 'Widget', namespaced: true },
    { name: 'zones', kind: 'Zone', namespaced: false },
  ];
  const discovering: StubHandler = (request, response) =>
    answerJson(
      response,
      request.path === '/apis/example.com/v1' ? { kind: 'APIResourceList', resources } : { kind: 'X' },
    );

  it('are found by discovery, asked once', async () => {
    stub.handle(discovering);
    await Promise.all([objects.get(widget), objects.get({ ...widget, kind: 'Zone', name: 'z' })]);
    await objects.get(widget);
    expect(stub.paths().sort()).toEqual([
      'GET /apis/example.com/v1',
      'GET /apis/example.com/v1/namespaces/shop/widgets/w',
      'GET /apis/example.com/v1/namespaces/shop/widgets/w',
      'GET /apis/example.com/v1/zones/z',
    ]);
  });

  it.each<[string, object, StubHandler]>([
    ['the kind is unknown', { kind: 'Gadget' }, discovering],
    [
      'the group is unknown',
      {},
      (_, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found'),
    ],
    ['the apiVersion is no apiVersion', { apiVersion: '../x' }, discovering],
  ])('are not-found when %s, by name', async (_, over, handler) => {
    stub.handle(handler);
    const wanted = { ...widget, ...over };
    const answer = await objects.get(wanted);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'not-found' } });
    expect(JSON.stringify(answer)).toContain(`no kind ${wanted.kind} in ${wanted.apiVersion}`);
  });

  it('are asked for again after discovery failed', async () => {
    stub.script((_, response) => answerStatus(response, 403, 'Forbidden', 'no'), discovering);
    expect(await objects.get(widget)).toMatchObject({ error: { kind: 'forbidden' } });
    expect(await objects.get(widget)).toMatchObject({ ok: true });
  });
});

describe('waiting for a deletion', () => {
  const list =
    (...uids: string[]): StubHandler =>
    (_, response) =>
      answerJson(response, {
        kind: 'JobList',
        metadata: { resourceVersion: '5' },
        items: uids.map((uid) => ({ metadata: { name: 'j', uid, finalizers: ['example.com/held'] } })),
      });
  const stream =
    (type: string, uid: string): StubHandler =>
    (_, response) =>
      startStream(response, watchEvent(type, { metadata: { name: 'j', uid, resourceVersion: '6' } }));

  it.each<[string, StubHandler[]]>([
    ['is over at once when nothing is there', [list()]],
    ['is over at once when another object has the name', [list('second')]],
    ['ends with the deletion', [list('first'), stream('DELETED', 'first')]],
    ['ends when another object takes the name', [list('first'), stream('ADDED', 'second')]],
  ])('%s', async (_, handlers) => {
    stub.script(...handlers);
    const stuck = new InstantClock();
    stuck.sleep = untilAborted;
    const patient = kubernetesObjects(makeApi(connection, stuck, () => 0, LIMITS));
    expect(await patient.untilGone(ref, 'first')).toEqual({ ok: true, value: 'gone' });
    expect(stub.requests[0]?.query).toEqual({ fieldSelector: 'metadata.name=j' });
  });

  it('gives up after a minute and names what holds it', async () => {
    stub.script(list('first'), (_, response) => startStream(response));
    let giveUp: () => void = () => undefined;
    clock.sleep = () => new Promise((resolve) => (giveUp = resolve));
    const waiting = untilGone(
      makeApi(connection, clock, () => 0, LIMITS),
      jobs,
      'j',
      'first',
      'Job shop/j',
    );
    await until(() => stub.requests.length === 2);
    giveUp();
    expect(await waiting).toMatchObject({
      error: {
        kind: 'conflict',
        message: 'Job shop/j still exists 60 s after its deletion was asked for (finalizers: example.com/held)',
      },
    });
  });

  it('gives up at once when it may not look', async () => {
    stub.handle((_, response) => answerStatus(response, 403, 'Forbidden', 'no'));
    clock.sleep = untilAborted;
    expect(await objects.untilGone(ref, 'first')).toMatchObject({ error: { kind: 'forbidden' } });
  });
});
