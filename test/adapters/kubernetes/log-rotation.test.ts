import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { LOG_LIMITS, type LogLimits, kubernetesLogs } from '../../../src/adapters/kubernetes/logs.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import type { Ledger } from '../../../src/core/model/ledger.ts';
import type { ContainerState } from '../../../src/core/model/seen.ts';
import type { LogInstance } from '../../../src/ports.ts';
import { podJson } from '../../fakes/as-json.ts';
import { aContainer, aPod, exited, running } from '../../fakes/builders.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { ApiStub, answerJson, answerStatus, startStream, until } from './api-stub.ts';

/** A node that keeps one file of a log and forgets those before, as a kubelet does for a new reader. */
const source = { namespace: 'shop', pod: 'p', container: 'c', restart: 0 };
const START = Date.parse('2026-01-01T00:00:00Z');

type Line = { atMs: number; text: string };
const line = (atMs: number, text: string): Line => ({ atMs: START + atMs, text });
const shown = ({ atMs, text }: Line): string => `${new Date(atMs).toISOString()} ${text}\n`;
/** Larger than a file has to be for a rotation to be possible: 1,000 lines of 1,000 characters. */
const full = (fromMs: number, everyMs = 1): readonly Line[] =>
  Array.from({ length: 1_000 }, (_, at) => line(fromMs + at * everyMs, `${fromMs}-${at}`.padEnd(1_000, 'x')));

let stub: ApiStub;
let connection: Connection;
let clock: InstantClock;
let stop: AbortController;
let got: string[];
let file: readonly Line[];
let state: ContainerState;
/** What a follow gives, and whether it then ends; the next one gives the next. Without more of them: the file. */
let follows: { lines: readonly Line[]; rest?: string; then?: () => void; stays?: boolean }[];
let heads: number;

beforeEach(async () => {
  got = [];
  follows = [];
  heads = 0;
  state = running();
  clock = new InstantClock();
  stop = new AbortController();
  stub = await ApiStub.start(({ path, query }, response) => {
    if (!path.endsWith('/log'))
      return answerJson(response, podJson(aPod({ name: 'p', containers: [aContainer({ name: 'c', state })] })));
    const sinceMs = Date.parse(query['sinceTime'] ?? '1970-01-01T00:00:00Z');
    const served = file.filter(({ atMs }) => atMs >= sinceMs);
    if (query['limitBytes'] !== undefined) {
      heads += 1;
      return void response.end(served.map(shown).join('').slice(0, Number(query['limitBytes'])));
    }
    const scripted = query['follow'] === 'true' ? follows.shift() : undefined;
    if (scripted === undefined) {
      startStream(response, served.map(shown).join(''));
      return void response.end();
    }
    const given = scripted.lines.filter(({ atMs }) => atMs >= sinceMs).map(shown);
    startStream(response, given.join('') + (scripted.rest ?? ''));
    scripted.then?.();
    if (scripted.stays !== true) response.end();
  });
  connection = await stub.connect();
});
afterEach(async () => {
  stop.abort();
  connection.close();
  await until(() => stub.openSockets === 0, 'all sockets are closed');
  await stub.stop();
});

function follow(over: Partial<LogInstance> = {}, limits: Partial<LogLimits> = {}): Promise<Ledger> {
  const api = makeApi(connection, clock, () => 0, LIMITS);
  const take = (lines: readonly string[]): void => {
    got.push(...lines);
  };
  return kubernetesLogs(api, { ...LOG_LIMITS, ...limits }).follow({ ...source, ...over }, take, stop.signal);
}

const end = (): void => {
  state = exited(0);
};
const texts = (...parts: readonly (readonly Line[])[]): string[] => parts.flat().map(({ text }) => text);
const gap = (fromMs: number, toMs: number | undefined, cause = 'rotated'): unknown => ({
  fromMs: START + fromMs,
  toMs: toMs === undefined ? undefined : START + toMs,
  cause,
});

describe('a log that the node rotates', () => {
  it('is complete when it never came to that: the newest file begins with the first line', async () => {
    const all = [...full(0), line(9_000, 'after a pause'), line(9_001, 'last')];
    file = all;
    follows = [{ lines: all, then: end }];
    expect(await follow()).toMatchObject({ gaps: [], lines: 1_002, end: { kind: 'read-to-end' } });
    expect(got).toEqual(texts(all));
    expect(heads).toBe(1);
  });

  it('is not asked for its first line when it is small', async () => {
    file = [line(0, 'a'), line(9_000, 'b')];
    follows = [{ lines: file, then: end }];
    expect(await follow()).toMatchObject({ gaps: [], end: { kind: 'read-to-end' } });
    expect(heads).toBe(0);
  });

  it('is opened again when a stream stays with the old file, and says what cannot be known', async () => {
    const [old, next] = [full(0), [line(1_500, 'first of the new file'), line(1_501, 'last')]];
    file = next;
    follows = [{ lines: old, stays: true }];
    state = exited(0);
    const ledger = await follow({}, { stuckMs: 20 });
    expect(got).toEqual(texts(old, next));
    expect(ledger).toMatchObject({ gaps: [gap(0, 1_500)], end: { kind: 'read-to-end' } });
  });

  it('gives both parts of a line that the runtime cut when the file was changed', async () => {
    const old = full(0);
    file = [line(1_500, 'second half'), line(1_501, 'last')];
    follows = [{ lines: old, rest: `${new Date(START + 1_000).toISOString()} first half, `, stays: true }];
    state = exited(0);
    await follow({}, { stuckMs: 20 });
    expect(got).toEqual([...texts(old), 'first half, ', 'second half', 'last']);
  });

  it('is not opened again soon after a silence that followed little', async () => {
    file = [line(0, 'a')];
    follows = [{ lines: file, stays: true }];
    const following = follow({}, { stuckMs: 5, idleMs: 60_000 });
    await until(() => got.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    await following;
    expect(stub.requests).toHaveLength(1);
  });

  it('can have lost lines where a stream went to the next file by itself', async () => {
    const [old, next] = [full(0), full(5_000)];
    file = next;
    follows = [{ lines: [...old, ...next], then: end }];
    const ledger = await follow();
    expect(got).toEqual(texts(old, next));
    expect(ledger.gaps).toEqual([gap(0, 5_000)]);
  });

  it('says between which looks at the newest file it changed', async () => {
    const [old, middle, next] = [full(0), full(5_000), full(10_000)];
    file = old;
    const change = (lines: readonly Line[], wasMs: number) => () => {
      clock.advance(wasMs);
      file = lines;
    };
    follows = [
      { lines: [...old, ...full(1_000)], then: () => clock.advance(5_000) },
      { lines: [...old, ...full(1_000), ...middle], then: change(middle, 5_000) },
      { lines: [...middle, ...full(6_000), ...next], then: change(next, 5_000) },
    ];
    file = [...old, ...full(1_000)];
    const following = follow();
    await until(() => got.includes(next[0]?.text ?? ''));
    end();
    const ledger = await following;
    expect(got).toEqual(texts(old, full(1_000), middle, full(6_000), next));
    expect(heads).toBeGreaterThan(2);
    expect(ledger.gaps.length).toBeGreaterThan(1);
    for (const { fromMs, toMs } of ledger.gaps) expect((toMs ?? Infinity) - fromMs).toBeLessThan(10_000);
  });

  it('has lost what the last read does not bring again', async () => {
    const old = full(0);
    file = [];
    follows = [{ lines: old, then: end }];
    expect(await follow()).toMatchObject({ gaps: [gap(0, undefined)], end: { kind: 'read-to-end' } });
  });

  it('has lost what the last read does not bring again, however little it wrote', async () => {
    file = [];
    follows = [{ lines: [line(0, 'a')], then: end }];
    expect(await follow()).toMatchObject({ gaps: [gap(0, undefined)], lines: 1, end: { kind: 'read-to-end' } });
  });

  it('can have lost a whole file where the reader was behind', async () => {
    const [old, next] = [full(0), [line(30_000, 'much later'), line(30_001, 'last')]];
    file = [...old, ...next];
    follows = [{ lines: file, stays: true }];
    const following = follow();
    await until(() => got.length === 1_002);
    stop.abort();
    expect((await following).gaps).toEqual([gap(999, 30_000, 'slow-reader')]);
  });

  it('can have lost its beginning when it was opened late', async () => {
    file = [line(60_000, 'a'), line(60_001, 'b')];
    expect(await follow({ seen: 'ended', startedAtMs: START })).toMatchObject({ gaps: [gap(0, 60_000)] });
  });

  it('had a quiet start when it was opened at once', async () => {
    const startedAtMs = Math.floor(Date.now() / 1_000) * 1_000;
    const first = { atMs: startedAtMs + 60_000, text: 'a' };
    file = [first];
    expect(await follow({ seen: 'ended', startedAtMs })).toMatchObject({ gaps: [], lines: 1 });
  });

  it('can have lost its beginning when a file fills up in less time than passed before the first line', async () => {
    const startedAtMs = Math.floor(Date.now() / 1_000) * 1_000;
    file = [...full(0), ...full(500)].map(({ text }, at) => ({ atMs: startedAtMs + 900 + at / 20, text }));
    const ledger = await follow({ seen: 'ended', startedAtMs });
    expect(ledger.gaps).toEqual([{ fromMs: startedAtMs, toMs: startedAtMs + 900, cause: 'rotated' }]);
  });

  it('is not called complete when the node does not show its first line', async () => {
    const all = full(0);
    file = all;
    stub.handle(({ path, query }, response) => {
      if (!path.endsWith('/log'))
        return answerJson(response, podJson(aPod({ name: 'p', containers: [aContainer({ name: 'c', state })] })));
      if (query['limitBytes'] !== undefined) return answerStatus(response, 500, 'InternalError', 'no');
      startStream(response, all.map(shown).join(''));
      return void response.end();
    });
    end();
    expect(await follow({ seen: 'ended' })).toMatchObject({ end: { kind: 'unreachable' }, lines: 1_000 });
  });
});
