import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { LOG_LIMITS, kubernetesLogs } from '../../../src/adapters/kubernetes/logs.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import type { Ledger } from '../../../src/core/model/ledger.ts';
import type { ContainerState } from '../../../src/core/model/seen.ts';
import { podJson } from '../../fakes/as-json.ts';
import { aContainer, aPod, exited, running } from '../../fakes/builders.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { ApiStub, answerJson, startStream, until } from './api-stub.ts';

/**
 * A node as a kubelet is: whoever opens the log gets the newest file, and stays with that file, also when it is renamed.
 * A test writes what a stream gives.
 */
const START = Date.parse('2026-01-01T00:00:00Z');
const line = (second: number, text: string): string => `${new Date(START + second * 1000).toISOString()} ${text}\n`;

let stub: ApiStub;
let connection: Connection;
let clock: InstantClock;
let stop: AbortController;
let got: string[];
/** What the newest file holds. */
let newest: string;
let state: ContainerState;
let follows: ServerResponse[];
let heads: number;

beforeEach(async () => {
  [got, follows, heads, newest, state] = [[], [], 0, '', running()];
  clock = new InstantClock();
  stop = new AbortController();
  stub = await ApiStub.start(({ path, query }, response) => {
    if (!path.endsWith('/log'))
      return answerJson(response, podJson(aPod({ name: 'p', containers: [aContainer({ name: 'c', state })] })));
    if (query['limitBytes'] !== undefined) {
      heads += 1;
      return void response.end(newest.slice(0, Number(query['limitBytes'])));
    }
    startStream(response, newest);
    if (query['follow'] === 'true') follows.push(response);
    else response.end();
  });
  connection = await stub.connect();
});
afterEach(async () => {
  stop.abort();
  connection.close();
  await until(() => stub.openSockets === 0, 'all sockets are closed');
  await stub.stop();
});

function follow(keepFiles: boolean, stuckMs = LOG_LIMITS.stuckMs): Promise<Ledger> {
  const api = makeApi(connection, clock, () => 0, LIMITS);
  const source = {
    namespace: 'shop',
    pod: 'p',
    container: 'c',
    restart: 0,
    ...(keepFiles && ({ keepFiles } as const)),
  };
  return kubernetesLogs(api, { ...LOG_LIMITS, stuckMs }).follow(
    source,
    (lines) => void got.push(...lines),
    stop.signal,
  );
}

const come = (text: string): Promise<void> => until(() => got.includes(text), `${text} has come`);
const streams = (count: number): Promise<void> => until(() => follows.length === count, `${count} streams are open`);

/** The node changes files, and the stream that is read gives one more line of its own file. */
async function rotate(to: string, more: string): Promise<void> {
  newest = to;
  clock.advance(1_000);
  follows[0]?.write(more);
  await streams(follows.length + 1);
}

/** Three files, of which the reader has read only the first when the node has the third. */
async function behindByTwo(): Promise<void> {
  newest = line(1, 'a1');
  await streams(1);
  await come('a1');
  await rotate(line(10, 'b1') + line(11, 'b2'), line(2, 'a2'));
  await come('a2');
  await rotate(line(20, 'c1'), line(3, 'a3'));
  await come('a3');
}

function endAll(): void {
  state = exited(0);
  for (const stream of follows) stream.end();
}

const ALL = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'];

describe('a log whose files are kept', () => {
  test('is read file by file, also when the first stream goes on with the newest', async () => {
    const ledger = follow(true);
    await behindByTwo();
    follows[0]?.write(line(20, 'c1'));
    await come('b2');
    endAll();
    await ledger;
    expect(got).toEqual(ALL);
  });

  test('is read file by file when the first stream stays silent', async () => {
    const ledger = follow(true, 50);
    await behindByTwo();
    await come('c1');
    endAll();
    await ledger;
    expect(got).toEqual(ALL);
  });

  test('is read file by file when the container ends', async () => {
    const ledger = follow(true);
    await behindByTwo();
    endAll();
    await ledger;
    expect(got).toEqual(ALL);
  });

  test('loses what is between when they are not kept', async () => {
    const ledger = follow(false);
    newest = line(1, 'a1');
    await streams(1);
    await come('a1');
    newest = line(20, 'c1');
    endAll();
    await ledger;
    expect(got).toEqual(['a1', 'c1']);
  });

  test('needs no second stream where the first is not behind', async () => {
    const ledger = follow(true);
    newest = line(1, 'a1');
    await streams(1);
    await come('a1');
    newest = line(10, 'b1');
    clock.advance(1_000);
    follows[0]?.write(line(10, 'b1'));
    await until(() => heads === 1, 'the newest file was looked at');
    follows[0]?.write(line(11, 'b2'));
    await come('b2');
    endAll();
    await ledger;
    expect({ got, streams: follows.length }).toEqual({ got: ['a1', 'b1', 'b2'], streams: 1 });
  });

  test('is not looked after in its first second: most are over by then', async () => {
    const ledger = follow(true);
    newest = line(1, 'a1');
    await streams(1);
    await come('a1');
    clock.advance(999);
    follows[0]?.write(line(2, 'a2'));
    await come('a2');
    expect(heads).toBe(0);
    endAll();
    await ledger;
  });

  test('leaves no stream open when nobody wants the rest', async () => {
    const ledger = follow(true);
    await behindByTwo();
    stop.abort();
    expect((await ledger).end).toEqual({ kind: 'stopped' });
  });
});
