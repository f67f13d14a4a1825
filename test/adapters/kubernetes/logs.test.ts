import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { LOG_LIMITS, type LogLimits, kubernetesLogs } from '../../../src/adapters/kubernetes/logs.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import type { ContainerState } from '../../../src/core/model/seen.ts';
import type { LogInstance, Logs } from '../../../src/ports.ts';
import type { Ledger } from '../../../src/core/model/ledger.ts';
import { podJson } from '../../fakes/as-json.ts';
import { aContainer, aPod, exited, running, waiting } from '../../fakes/builders.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { ApiStub, type StubHandler, answerJson, answerStatus, cutOff, startStream, until } from './api-stub.ts';

const source = { namespace: 'shop', pod: 'p', container: 'testcar', restart: 0 };
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

function follow(limits: Partial<LogLimits> = {}, over: Partial<LogInstance> = {}): Promise<Ledger> {
  const take = (given: readonly string[]): void => {
    lines.push(...given);
  };
  return logs(limits).follow({ ...source, ...over }, take, stop.signal);
}

const toEnd = { end: { kind: 'read-to-end' }, gaps: [] } as const;

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
    expect(await follow()).toEqual({
      pod: 'p',
      container: 'testcar',
      restart: 0,
      firstMs: Date.parse(stamp(1)),
      lastMs: Date.parse(stamp(2)),
      lines: 2,
      bytes: 4,
      cutLines: 0,
      undated: undefined,
      reopens: 0,
      gaps: [],
      moreGaps: 0,
      end: { kind: 'read-to-end' },
    });
    expect(lines).toEqual(['a', 'b']);
    expect(logQueries()).toEqual([
      { container: 'testcar', timestamps: 'true', follow: 'true' },
      { container: 'testcar', timestamps: 'true', sinceTime: '2026-01-01T00:00:01Z' },
    ]);
  });

  it('gets in the last read what the stream did not bring', async () => {
    logAnswers = [says(`${stamp(1)} a\n`), says(`${stamp(1)} a\n${stamp(2)} b\n${stamp(3)} no line end`)];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 3 });
    expect(lines).toEqual(['a', 'b', 'no line end']);
  });

  it('reads on after the end for as long as there is something new', async () => {
    const [a, b, c] = [`${stamp(1)} a\n`, `${stamp(2)} b\n`, `${stamp(3)} c\n`];
    logAnswers = [says(a), says(a + b), says(b + c), says(c)];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 3 });
    expect(logQueries()).toHaveLength(4);
  });

  it('opens again when the stream ends while the container runs, without loss or repetition', async () => {
    states = [running(), running(), ended];
    logAnswers = [
      says(`${stamp(1)} a\n${stamp(2)} b\n`),
      says(`${stamp(2)} b\n${stamp(2)} b again\n${stamp(3)} c\n`),
      says(`${stamp(3)} c\n`),
    ];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 4, reopens: 1 });
    expect(lines).toEqual(['a', 'b', 'b again', 'c']);
  });

  it('does not give half a line when the connection is cut in it', async () => {
    states = [running(), ended];
    logAnswers = [cut(`${stamp(1)} a\n${stamp(2)} ha`), says(`${stamp(1)} a\n${stamp(2)} half\n`)];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 2 });
    expect(lines).toEqual(['a', 'half']);
  });

  it('does not give half a line when the stream ends in it', async () => {
    states = [running(), ended];
    logAnswers = [says(`${stamp(1)} a\n${stamp(2)} ha`), says(`${stamp(1)} a\n${stamp(2)} half\n`)];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 2 });
    expect(lines).toEqual(['a', 'half']);
  });

  it('waits for a container that is waiting to start', async () => {
    states = [waiting('ContainerCreating'), waiting('ContainerCreating'), ended];
    const refusal = refuses(400, 'BadRequest', 'container "testcar" in pod "p" is waiting to start: ContainerCreating');
    logAnswers = [refusal, refusal, says(`${stamp(1)} a\n`)];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 1, reopens: 0 });
    expect(clock.slept).toEqual([50, 100]);
  });

  it('gives up on a request that is refused although the container runs', async () => {
    states = [running()];
    logAnswers = [refuses(400, 'BadRequest', 'container testcar is not valid for pod p')];
    const end = await follow();
    expect(end).toMatchObject({ lines: 0, end: { kind: 'refused' } });
    expect(end.end.detail).toContain('not valid for pod p');
    expect(logQueries()).toHaveLength(5);
  });

  it('goes on after 500 from a node that is away', async () => {
    states = [running(), running(), ended];
    logAnswers = [refuses(500, 'InternalError', 'dial tcp: i/o timeout'), refuses(500, ''), says(`${stamp(1)} a\n`)];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 1 });
  });

  it('drains only so long after the container has ended', async () => {
    logAnswers = [refuses(500, 'InternalError', 'dial tcp: i/o timeout')];
    const end = await follow({ drainMs: 3_000 });
    expect(end.end.kind).toBe('unreachable');
    expect(end.end.detail).toContain('i/o timeout');
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(3_000);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(6_000);
  });

  it('takes a kubelet message with status 200 as trouble, not as a line', async () => {
    logAnswers = [says('unable to retrieve container logs for containerd://abc')];
    const end = await follow();
    const first = 'unable to retrieve container logs for containerd://abc';
    expect(end).toMatchObject({ lines: 0, end: { kind: 'log-gone' }, undated: { first } });
    expect(end.end.detail).toContain(first);
    expect(lines).toEqual([]);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(500);
  });

  it.each([
    [403, 'Forbidden'],
    [401, 'Unauthorized'],
  ])('ends at %i', async (code, reason) => {
    logAnswers = [refuses(code, reason)];
    expect(await follow()).toMatchObject({ lines: 0, end: { kind: 'refused' } });
    expect(clock.slept).toEqual([]);
  });

  it('ends when the pod was deleted', async () => {
    stub.handle((request, response) => {
      if (request.path.endsWith('/log')) says(`${stamp(1)} a\n`)(request, response);
      else answerStatus(response, 404, 'NotFound', 'pods "p" not found');
    });
    expect(await follow()).toMatchObject({ lines: 1, end: { kind: 'pod-gone' } });
  });

  it('ends when the pod failed before the container started', async () => {
    stub.handle((request, response) => {
      if (request.path.endsWith('/log')) refuses(400, 'BadRequest')(request, response);
      else answerJson(response, podJson(aPod({ name: 'p', phase: 'Failed', containers: [] })));
    });
    expect(await follow()).toMatchObject({ end: { kind: 'never-started' } });
  });

  it('reads an instance to its end under its other name when the next one has begun', async () => {
    restartCount = 1;
    states = [running()];
    logAnswers = [says(`${stamp(1)} a\n`), says(`${stamp(1)} a\n${stamp(2)} b\n`), says(`${stamp(2)} b\n`)];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 2 });
    expect(lines).toEqual(['a', 'b']);
    expect(logQueries()).toMatchObject([{ follow: 'true' }, { previous: 'true' }, { previous: 'true' }]);
  });

  it('does not take lines of the next instance for its own', async () => {
    states = [running(), running()];
    logAnswers = [
      says(`${stamp(1)} a\n`),
      (_, response) => {
        restartCount = 1;
        startStream(response, `${stamp(9)} of the next instance\n`);
        response.end();
      },
      says(`${stamp(1)} a\n${stamp(2)} b\n`),
    ];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 2 });
    expect(lines).toEqual(['a', 'b']);
  });

  it('waits for the API where the node knows already that the next instance has begun', async () => {
    const next = says(`${stamp(9)} of the next instance\n`);
    states = [running()];
    logAnswers = [
      says(`${stamp(1)} a\n`),
      next,
      (request, response) => {
        next(request, response);
        restartCount = 1;
      },
      says(`${stamp(1)} a\n${stamp(2)} b\n`),
    ];
    expect(await follow()).toMatchObject({ ...toEnd, lines: 2 });
    expect(lines).toEqual(['a', 'b']);
  });

  it('tells that an instance before the last but one is gone', async () => {
    restartCount = 2;
    logAnswers = [says(`${stamp(1)} a\n`)];
    expect(await follow()).toMatchObject({ lines: 1, end: { kind: 'instance-gone' } });
  });

  it('reads a log once, and does not look at the pod, when its container is known to have ended', async () => {
    logAnswers = [says(`${stamp(1)} a\n${stamp(2)} no line end`)];
    expect(await follow({}, { seen: 'ended' })).toMatchObject({ ...toEnd, lines: 2 });
    expect(stub.requests).toHaveLength(1);
    expect(logQueries()).toEqual([{ container: 'testcar', timestamps: 'true' }]);
  });

  it('reads the instance before the current one', async () => {
    logAnswers = [says(`${stamp(1)} a\n`)];
    expect(await follow({}, { restart: 4, seen: 'replaced' })).toMatchObject({ ...toEnd, lines: 1, restart: 4 });
    expect(logQueries()).toEqual([{ container: 'testcar', timestamps: 'true', previous: 'true' }]);
  });

  it('opens a silent stream again', async () => {
    states = [running(), ended];
    logAnswers = [(_, response) => startStream(response, `${stamp(1)} a\n`), says(`${stamp(1)} a\n${stamp(2)} b\n`)];
    expect(await follow({ idleMs: 30 })).toMatchObject({ ...toEnd, lines: 2 });
  });

  it('cuts a long line', async () => {
    logAnswers = [says(`${stamp(1)} ${'x'.repeat(100)}\n${stamp(2)} b\n`)];
    await follow({ maxLineBytes: 40 });
    expect(lines).toEqual([`${'x'.repeat(40 - stamp(1).length - 1)}… (cut)`, 'b']);
  });

  it('ends with the signal and leaves nothing open', async () => {
    logAnswers = [(_, response) => startStream(response, `${stamp(1)} a\n`)];
    const following = follow();
    await until(() => lines.length === 1);
    stop.abort();
    expect(await following).toMatchObject({ lines: 1, end: { kind: 'stopped' } });
    await until(() => stub.openSockets === 0);
  });

  it('takes no more from the connection than its reader takes', async () => {
    let sent = 0;
    const line = `${stamp(1)} ${'x'.repeat(1_000)}\n`;
    logAnswers = [
      (_, response) => {
        const more = (): void => {
          while (sent < 100_000) {
            sent += 1;
            if (!response.write(line)) return void response.once('drain', more);
          }
          response.end();
        };
        response.writeHead(200);
        more();
      },
      says(line),
    ];
    let go: (() => void) | undefined;
    let given = 0;
    const take = (some: readonly string[]): Promise<void> => {
      given += some.length;
      return new Promise((resolve) => (go = resolve));
    };
    const following = logs().follow(source, take, stop.signal);
    await until(() => given > 0);
    let before = -1;
    await until(() => before === (before = sent) && given > 0);
    expect(given).toBeLessThan(1_000);
    expect(sent).toBeLessThan(50_000);
    const pump = setInterval(() => go?.(), 0);
    await until(() => given > 10_000).finally(() => {
      clearInterval(pump);
    });
    stop.abort();
    await following;
  });

  it('lets a fault of the reader through', async () => {
    logAnswers = [says(`${stamp(1)} a\n`)];
    const broken = (): void => {
      throw new Error('a bug');
    };
    await expect(logs().follow(source, broken, stop.signal)).rejects.toMatchObject({ cause: new Error('a bug') });
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

describe('when a log begins', () => {
  it('reads no more than the stamp of the first line, exact to the millisecond', async () => {
    logAnswers = [says('2026-11-21T09:00:01.234567890Z PASS the first line that goes on and')];
    const value = Date.parse('2026-11-21T09:00:01.234Z');
    expect(await logs().beginsAtMs(source)).toEqual({ ok: true, value });
    expect(logQueries()).toEqual([{ container: 'testcar', timestamps: 'true', limitBytes: '64' }]);
  });

  it('an empty log has no beginning', async () => {
    logAnswers = [says('')];
    expect(await logs().beginsAtMs(source)).toEqual({ ok: true, value: undefined });
  });

  it.each(['unable to retrieve container logs for containerd://abc', 'PASS'])('%j is no answer', async (text) => {
    logAnswers = [says(text)];
    expect(await logs().beginsAtMs(source)).toMatchObject({ ok: false, error: { kind: 'server-error' } });
  });
});
