import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { LOG_LIMITS, type LogLimits, kubernetesLogs } from '../../../src/adapters/kubernetes/logs.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import type { ContainerState } from '../../../src/core/model/seen.ts';
import type { LogEnd, Logs } from '../../../src/ports.ts';
import { podJson } from '../../fakes/as-json.ts';
import { aContainer, aPod, exited, running, waiting } from '../../fakes/builders.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { ApiStub, type StubHandler, answerJson, answerStatus, cutOff, startStream, until } from './api-stub.ts';

const source = { namespace: 'shop', pod: 'p', container: 'testcar' };
const stamp = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}.5Z`;
const ended = exited(0);

let stub: ApiStub;
let connection: Connection;
let clock: InstantClock;
let stop: AbortController;
let lines: string[];
/** Answers of the log endpoint and states of the container, in order; the last of each stays. */
let logAnswers: StubHandler[];
let states: ContainerState[];
let restartCount: number;

beforeEach(async () => {
  lines = [];
  logAnswers = [];
  states = [ended];
  restartCount = 0;
  const asked = { log: 0, pod: 0 };
  const next = <T>(list: T[], which: 'log' | 'pod'): T | undefined => list[Math.min(asked[which]++, list.length - 1)];
  stub = await ApiStub.start((request, response) => {
    if (request.path.endsWith('/log')) return next(logAnswers, 'log')?.(request, response);
    const state = next(states, 'pod') ?? ended;
    const phase = state.kind === 'waiting' ? 'Pending' : 'Running';
    const containers = [aContainer({ name: 'testcar', state, restartCount })];
    return answerJson(response, podJson(aPod({ name: 'p', phase, containers })));
  });
  connection = await stub.connect();
  clock = new InstantClock();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  connection.close();
  await until(() => stub.openSockets === 0, 'all sockets are closed');
  await stub.stop();
});

function logs(limits: Partial<LogLimits> = {}): Logs {
  return kubernetesLogs(
    makeApi(connection, clock, () => 0, LIMITS),
    { ...LOG_LIMITS, ...limits },
  );
}

function follow(limits: Partial<LogLimits> = {}): Promise<LogEnd> {
  return logs(limits).follow(source, (line) => lines.push(line), stop.signal);
}

const says =
  (...text: string[]): StubHandler =>
  (_, response) => {
    startStream(response, ...text);
    response.end();
  };
const cut =
  (...text: string[]): StubHandler =>
  (_, response) => {
    startStream(response, ...text);
    setTimeout(() => cutOff(response), 5);
  };
const refuses =
  (code: number, reason: string, message = 'words'): StubHandler =>
  (_, response) =>
    answerStatus(response, code, reason, message);
const logQueries = (): unknown[] => stub.requests.filter(({ path }) => path.endsWith('/log')).map(({ query }) => query);

describe('following a log', () => {
  it('asks for stamps, takes them off, and reads once more after the end', async () => {
    const all = `${stamp(1)} a\n${stamp(2)} b\n`;
    logAnswers = [says(all), says(`${stamp(1)} a\n${stamp(2)} b\n`)];
    expect(await follow()).toEqual({ complete: true, why: 'the container has ended', lines: 2, bytes: 4, reopens: 0 });
    expect(lines).toEqual(['a', 'b']);
    expect(logQueries()).toEqual([
      { container: 'testcar', timestamps: 'true', follow: 'true' },
      { container: 'testcar', timestamps: 'true', sinceTime: '2026-01-01T00:00:01Z' },
    ]);
  });

  it('gets in the last read what the stream did not bring', async () => {
    logAnswers = [says(`${stamp(1)} a\n`), says(`${stamp(1)} a\n${stamp(2)} b\n${stamp(3)} no line end`)];
    expect(await follow()).toMatchObject({ complete: true, lines: 3 });
    expect(lines).toEqual(['a', 'b', 'no line end']);
  });

  it('reads on after the end for as long as there is something new', async () => {
    const [a, b, c] = [`${stamp(1)} a\n`, `${stamp(2)} b\n`, `${stamp(3)} c\n`];
    logAnswers = [says(a), says(a + b), says(b + c), says(c)];
    expect(await follow()).toMatchObject({ complete: true, lines: 3 });
    expect(logQueries()).toHaveLength(4);
  });

  it('opens again when the stream ends while the container runs, without loss or repetition', async () => {
    states = [running(), running(), ended];
    logAnswers = [
      says(`${stamp(1)} a\n${stamp(2)} b\n`),
      says(`${stamp(2)} b\n${stamp(2)} b again\n${stamp(3)} c\n`),
      says(`${stamp(3)} c\n`),
    ];
    expect(await follow()).toMatchObject({ complete: true, lines: 4, reopens: 1 });
    expect(lines).toEqual(['a', 'b', 'b again', 'c']);
  });

  it('does not give half a line when the connection is cut in it', async () => {
    states = [running(), ended];
    logAnswers = [cut(`${stamp(1)} a\n${stamp(2)} ha`), says(`${stamp(1)} a\n${stamp(2)} half\n`)];
    expect(await follow()).toMatchObject({ complete: true, lines: 2 });
    expect(lines).toEqual(['a', 'half']);
  });

  it('does not give half a line when the stream ends in it', async () => {
    states = [running(), ended];
    logAnswers = [says(`${stamp(1)} a\n${stamp(2)} ha`), says(`${stamp(1)} a\n${stamp(2)} half\n`)];
    expect(await follow()).toMatchObject({ complete: true, lines: 2 });
    expect(lines).toEqual(['a', 'half']);
  });

  it('waits for a container that is waiting to start', async () => {
    states = [waiting('ContainerCreating'), waiting('ContainerCreating'), ended];
    const refusal = refuses(400, 'BadRequest', 'container "testcar" in pod "p" is waiting to start: ContainerCreating');
    logAnswers = [refusal, refusal, says(`${stamp(1)} a\n`)];
    expect(await follow()).toMatchObject({ complete: true, lines: 1, reopens: 0 });
    expect(clock.slept).toEqual([50, 100]);
  });

  it('gives up on a request that is refused although the container runs', async () => {
    states = [running()];
    logAnswers = [refuses(400, 'BadRequest', 'container testcar is not valid for pod p')];
    const end = await follow();
    expect(end).toMatchObject({ complete: false, lines: 0 });
    expect(end.why).toContain('not valid for pod p');
    expect(logQueries()).toHaveLength(5);
  });

  it('goes on after 500 from a node that is away', async () => {
    states = [running(), running(), ended];
    logAnswers = [refuses(500, 'InternalError', 'dial tcp: i/o timeout'), refuses(500, ''), says(`${stamp(1)} a\n`)];
    expect(await follow()).toMatchObject({ complete: true, lines: 1 });
  });

  it('drains only so long after the container has ended', async () => {
    logAnswers = [refuses(500, 'InternalError', 'dial tcp: i/o timeout')];
    const end = await follow({ drainMs: 3_000 });
    expect(end.complete).toBe(false);
    expect(end.why).toContain('i/o timeout');
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(3_000);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(6_000);
  });

  it('takes a kubelet message with status 200 as trouble, not as a line', async () => {
    logAnswers = [says('unable to retrieve container logs for containerd://abc')];
    const end = await follow({ drainMs: 500 });
    expect(end).toMatchObject({ complete: false, lines: 0 });
    expect(end.why).toContain('unable to retrieve container logs for containerd://abc');
    expect(lines).toEqual([]);
  });

  it.each([
    [403, 'Forbidden'],
    [401, 'Unauthorized'],
  ])('ends at %i', async (code, reason) => {
    logAnswers = [refuses(code, reason)];
    expect(await follow()).toMatchObject({ complete: false, lines: 0 });
    expect(clock.slept).toEqual([]);
  });

  it('ends when the pod was deleted', async () => {
    stub.handle((request, response) => {
      if (request.path.endsWith('/log')) says(`${stamp(1)} a\n`)(request, response);
      else answerStatus(response, 404, 'NotFound', 'pods "p" not found');
    });
    expect(await follow()).toEqual({ complete: false, why: 'pod p was deleted', lines: 1, bytes: 2, reopens: 0 });
  });

  it('ends when the pod failed before the container started', async () => {
    stub.handle((request, response) => {
      if (request.path.endsWith('/log')) refuses(400, 'BadRequest')(request, response);
      else answerJson(response, podJson(aPod({ name: 'p', phase: 'Failed', containers: [] })));
    });
    expect(await follow()).toMatchObject({ complete: false, why: 'container testcar never started' });
  });

  it('is not complete when the container was restarted', async () => {
    restartCount = 2;
    logAnswers = [says(`${stamp(1)} a\n`)];
    const end = await follow();
    expect(end).toMatchObject({ complete: false, lines: 1 });
    expect(end.why).toContain('restarted 2 times');
  });

  it('opens a silent stream again', async () => {
    states = [running(), ended];
    logAnswers = [(_, response) => startStream(response, `${stamp(1)} a\n`), says(`${stamp(1)} a\n${stamp(2)} b\n`)];
    expect(await follow({ idleMs: 30 })).toMatchObject({ complete: true, lines: 2 });
  });

  it('cuts a long line', async () => {
    logAnswers = [says(`${stamp(1)} ${'x'.repeat(100)}\n${stamp(2)} b\n`)];
    await follow({ maxLineBytes: 40 });
    expect(lines).toEqual([`${'x'.repeat(40 - stamp(1).length - 1)} … (line cut by the gate)`, 'b']);
  });

  it('ends with the signal and leaves nothing open', async () => {
    logAnswers = [(_, response) => startStream(response, `${stamp(1)} a\n`)];
    const following = follow();
    await until(() => lines.length === 1);
    stop.abort();
    expect(await following).toEqual({
      complete: false,
      why: 'the gate stopped reading',
      lines: 1,
      bytes: 2,
      reopens: 0,
    });
    await until(() => stub.openSockets === 0);
  });

  it('lets a fault of the reader through', async () => {
    logAnswers = [says(`${stamp(1)} a\n`)];
    const broken = (): void => {
      throw new Error('a bug');
    };
    await expect(logs().follow(source, broken, stop.signal)).rejects.toThrow('a bug');
  });
});

describe('reading a log', () => {
  it('asks for what is wanted and gives the text as it is', async () => {
    logAnswers = [says('a\nb')];
    expect(await logs().read({ ...source, previous: true, tailLines: 50 })).toEqual({ ok: true, value: 'a\nb' });
    expect(logQueries()).toEqual([{ container: 'testcar', previous: 'true', tailLines: '50' }]);
  });

  it('refuses a kubelet message with status 200', async () => {
    logAnswers = [says('unable to retrieve container logs for containerd://abc')];
    expect(await logs().read(source)).toMatchObject({ ok: false, error: { kind: 'server-error' } });
  });

  it('refuses a log-in page', async () => {
    logAnswers = [(_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>')];
    expect(await logs().read(source)).toMatchObject({ ok: false, error: { kind: 'not-kubernetes', httpStatus: 200 } });
  });

  it('refuses more than it may hold', async () => {
    logAnswers = [says('x'.repeat(2_000))];
    expect(await logs({ maxReadBytes: 1_000 }).read(source)).toMatchObject({ ok: false, error: { kind: 'invalid' } });
  });
});
