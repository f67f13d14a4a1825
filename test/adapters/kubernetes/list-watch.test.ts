import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { type WatchLimits, type WatchTarget, listAndWatch } from '../../../src/adapters/kubernetes/list-watch.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import { stringAt } from '../../../src/core/model/json.ts';
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

const target: WatchTarget = {
  path: '/api/v1/namespaces/shop/pods',
  apiVersion: 'v1',
  kind: 'Pod',
  labelSelector: 'app=web',
  doing: 'watching pods',
};
const limits: WatchLimits = { watchForMs: 100_000, idleMs: 5_000, headersMs: 2_000, deniedMs: 2_000 };

let stub: ApiStub;
let connection: Connection;
let clock: InstantClock;
let stop: AbortController;
/** What the handler was told, in order: `= a b` for a list, `+a@2`, `-a`, and the states of reading. */
let told: string[];
let loop: Promise<void>;

beforeEach(async () => {
  stub = await ApiStub.start();
  connection = await stub.connect();
  clock = new InstantClock();
  stop = new AbortController();
  told = [];
});
afterEach(async () => {
  stop.abort();
  await loop;
  connection.close();
  await until(() => stub.openSockets === 0, 'all sockets are closed after abort');
  await stub.stop();
});

function start(over: { target?: Partial<WatchTarget>; limits?: Partial<WatchLimits> } = {}): void {
  const name = (object: unknown): string => `${stringAt(object, 'metadata', 'name')}`;
  const version = (object: unknown): string => `${stringAt(object, 'metadata', 'resourceVersion')}`;
  const handler = {
    replaced: (objects: readonly unknown[]) => told.push(['=', ...objects.map(name)].join(' ')),
    changed: (object: unknown) => told.push(`+${name(object)}@${version(object)}`),
    removed: (object: unknown) => told.push(`-${name(object)}`),
    read: (read: { state: string; error?: { kind: string }; sinceMs?: number }) =>
      told.push(read.state === 'failing' ? `failing ${read.error?.kind} since ${read.sinceMs}` : read.state),
  };
  const api = makeApi(connection, clock, () => 0.5, LIMITS);
  loop = listAndWatch(api, { ...target, ...over.target }, handler, stop.signal, { ...limits, ...over.limits });
}

function pod(name: string, resourceVersion: string): object {
  return { metadata: { name, resourceVersion } };
}
const list =
  (resourceVersion: string, ...names: string[]): StubHandler =>
  (_, response) =>
    answerJson(response, {
      kind: 'PodList',
      metadata: { resourceVersion },
      items: names.map((name) => pod(name, '1')),
    });
const hang: StubHandler = (_, response) => startStream(response);
const stream =
  (...events: string[]): StubHandler =>
  (_, response) =>
    startStream(response, ...events);
const closing =
  (...events: string[]): StubHandler =>
  (_, response) => {
    startStream(response, ...events);
    response.end();
  };
const cutting =
  (...chunks: (string | Buffer)[]): StubHandler =>
  (_, response) => {
    startStream(response, ...chunks);
    setTimeout(() => cutOff(response), 5);
  };
const watches = (): string[] =>
  stub.requests.flatMap(({ query }) => (query['watch'] ? [query['resourceVersion'] ?? ''] : []));
const lists = (): number => stub.requests.filter(({ query }) => query['watch'] === undefined).length;
const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };

describe('list and watch', () => {
  it('lists, then watches from the version of the list', async () => {
    stub.script(
      list('10', 'a', 'b'),
      stream(watchEvent('ADDED', pod('c', '11')), watchEvent('DELETED', pod('a', '12'))),
    );
    start();
    await until(() => told.includes('-a'));
    expect(told).toEqual(['= a b', 'current', 'current', '+c@11', '-a']);
    expect(stub.requests.map(({ query }) => query)).toEqual([
      { labelSelector: 'app=web' },
      {
        labelSelector: 'app=web',
        watch: 'true',
        resourceVersion: '10',
        allowWatchBookmarks: 'true',
        timeoutSeconds: '95',
      },
    ]);
  });

  it('watches on from the last version after the server closed the watch', async () => {
    stub.script(
      list('10'),
      closing(watchEvent('ADDED', pod('a', '11'))),
      closing(watchEvent('BOOKMARK', pod('', '15'))),
      hang,
    );
    start();
    await until(() => watches().length === 3);
    expect([watches(), lists()]).toEqual([['10', '11', '15'], 1]);
    expect(told.some((what) => what.startsWith('failing'))).toBe(false);
  });

  it('pauses longer and longer when every watch is closed at once', async () => {
    stub.script(list('10'), closing(), closing(), closing(), hang);
    start();
    await until(() => watches().length === 4);
    expect(clock.slept).toEqual([75, 150, 300]);
  });

  it('puts events together that are cut anywhere, also within a character', async () => {
    const bytes = Buffer.from(watchEvent('ADDED', pod('ä🚗', '11')));
    stub.script(list('10'), (_, response) => {
      startStream(response);
      let at = 0;
      const more = (): void => {
        if (at >= bytes.byteLength) return;
        response.write(bytes.subarray(at, ++at));
        setImmediate(more);
      };
      more();
    });
    start();
    await until(() => told.includes('+ä🚗@11'));
  });

  it('lists again after 410 as an event; what is missing then is gone', async () => {
    stub.script(list('10', 'a', 'b'), stream(watchEvent('ERROR', gone)), list('90', 'b'), hang);
    start();
    await until(() => told.length === 6);
    expect(told).toEqual(['= a b', 'current', 'current', '= b', 'current', 'current']);
    expect(watches()).toEqual(['10', '90']);
    expect(clock.slept).toEqual([]);
  });

  it('lists again after 410 as an answer', async () => {
    stub.script(list('10'), (_, response) => answerStatus(response, 410, 'Expired', 'too old'), list('90', 'b'), hang);
    start();
    await until(() => told.length === 5);
    expect(told).toEqual(['=', 'current', '= b', 'current', 'current']);
  });

  it('is failing when even fresh lists expire', async () => {
    const expired: StubHandler = (_, response) => answerStatus(response, 410, 'Expired', 'too old');
    stub.script(list('10'), expired, list('11'), expired, list('12'), hang);
    start();
    await until(() => watches().length === 3);
    expect(told.filter((what) => what.startsWith('failing'))).toEqual(['failing expired since 1000000']);
  });

  it.each<[string, StubHandler, string]>([
    ['a reset', cutting(), 'unreachable'],
    ['a reset within an event', cutting('{"type":"ADDED","object":{"meta'), 'unreachable'],
    ['an end within an event', closing('{"type":"ADDED","object":{"meta'), 'unreachable'],
    ['a line that is no JSON', stream('<html>\n'), 'not-kubernetes'],
    ['JSON that is no event', stream('{"a":1}\n'), 'not-kubernetes'],
    ['an unknown event', stream(watchEvent('SURPRISE', pod('a', '11'))), 'not-kubernetes'],
    ['an ERROR event', stream(watchEvent('ERROR', { kind: 'Status', code: 500, message: 'x' })), 'server-error'],
  ])('is failing after %s, and current again with the next watch', async (_, trouble, kind) => {
    stub.script(list('10'), trouble, hang);
    start();
    await until(() => watches().length === 2 && told.at(-1) === 'current');
    expect(told).toEqual(['=', 'current', 'current', `failing ${kind} since 1000000`, 'current']);
    expect(watches()).toEqual(['10', '10']);
  });

  it('keeps the time of the first failure and backs off to two seconds', async () => {
    const reset: StubHandler = (_, response) => cutOff(response);
    stub.script(list('10'), ...Array.from({ length: 8 }, () => reset), hang);
    start();
    await until(() => told.at(-1) === 'current' && watches().length === 9);
    const failing = told.filter((what) => what.startsWith('failing'));
    expect(new Set(failing)).toEqual(new Set(['failing unreachable since 1000000']));
    expect(clock.slept).toEqual([75, 150, 300, 600, 1200, 1500, 1500, 1500]);
  });

  it.each([
    [403, 'Forbidden', 'forbidden'],
    [401, 'Unauthorized', 'unauthorized'],
  ])('asks again only every two seconds after %i', async (code, reason, kind) => {
    let refused = 0;
    stub.handle((request, response) => {
      // A 401 is tried twice by the connection itself, with fresh credentials.
      if (refused++ < 4) return answerStatus(response, code, reason, 'no');
      return request.query['watch'] ? hang(request, response) : list('10')(request, response);
    });
    start();
    await until(() => told.includes('current'));
    expect(told[0]).toBe(`failing ${kind} since 1000000`);
    expect(new Set(clock.slept)).toEqual(new Set([2_000]));
  });

  it('waits as long as Retry-After says', async () => {
    stub.script(
      (_, response) => answerStatus(response, 429, 'TooManyRequests', 'x', { 'retry-after': '7' }),
      list('1'),
      hang,
    );
    start();
    await until(() => watches().length === 1);
    expect(clock.slept).toEqual([7_000]);
  });

  it('opens a silent watch again, and is more patient each time', async () => {
    stub.script(list('10'), hang, hang, hang);
    start({ limits: { idleMs: 20 } });
    await until(() => watches().length === 3 && told.length === 5);
    expect(told).toEqual(['=', 'current', 'current', 'current', 'current']);
  });

  it('is not impatient where there are no bookmarks', async () => {
    stub.script(list('10'), hang);
    start({ limits: { idleMs: 1 }, target: { withoutBookmarks: true } });
    await until(() => watches().length === 1 && stub.openSockets > 0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(watches()).toHaveLength(1);
  });

  it('takes repeated events as they come', async () => {
    const added = watchEvent('ADDED', pod('a', '11'));
    stub.script(list('10', 'a'), stream(added, added, watchEvent('MODIFIED', pod('a', '12'))));
    start();
    await until(() => told.includes('+a@12'));
    expect(told.slice(3)).toEqual(['+a@11', '+a@11', '+a@12']);
  });

  it('refuses a list without a version', async () => {
    stub.script((_, response) => answerJson(response, { kind: 'PodList', items: [] }), list('10'), hang);
    start();
    await until(() => watches().length === 1);
    expect(told[0]).toBe('failing not-kubernetes since 1000000');
  });

  it('ends when aborted while the list is on its way', async () => {
    stub.handle(() => stop.abort());
    start();
    await loop;
    expect(told).toEqual([]);
  });
});
