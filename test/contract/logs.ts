import { expect, it } from 'vitest';
import type { LogInstance, Logs } from '../../src/ports.ts';

/** `ended` wrote exactly `lines` and has ended; `running` has written `lines` and is still there. */
export type LogsSubject = { logs: Logs; lines: readonly string[]; ended: LogInstance; running: LogInstance };

/** What the gate relies on in every implementation of Logs. Call inside a `describe`. */
export function logsContract(make: () => Promise<LogsSubject> | LogsSubject): void {
  it('follows a container that has ended to its end', async () => {
    const { logs, lines, ended } = await make();
    const got: string[] = [];
    const take = (given: readonly string[]): void => {
      got.push(...given);
    };
    const ledger = await logs.follow(ended, take, new AbortController().signal);
    expect(got).toEqual(lines);
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    const { pod, container, restart } = ended;
    const expected = { pod, container, restart, lines: lines.length, bytes, reopens: 0, gaps: [] };
    expect(ledger).toMatchObject({ ...expected, end: { kind: 'read-to-end' } });
  });

  it('gives lines while the container runs, and resolves as incomplete on abort', async () => {
    const { logs, lines, running } = await make();
    const stop = new AbortController();
    const got: string[] = [];
    const take = (given: readonly string[]): void => {
      got.push(...given);
      if (got.length === lines.length) stop.abort(new Error('enough'));
    };
    const ledger = await logs.follow(running, take, stop.signal);
    expect(got).toEqual(lines);
    expect(ledger).toMatchObject({ lines: lines.length, end: { kind: 'stopped' } });
  });

  it('gives the next lines only when those before were taken, and does not wait for a reader that has left', async () => {
    const { logs, ended, lines } = await make();
    const stop = new AbortController();
    let waiting = 0;
    const take = (): Promise<void> => {
      waiting += 1;
      if (waiting === 1) stop.abort(new Error('enough'));
      return new Promise(() => undefined);
    };
    const ledger = await logs.follow(ended, take, stop.signal);
    expect(waiting).toBe(1);
    expect(ledger.lines).toBeLessThanOrEqual(lines.length);
    expect(ledger.end.kind).toBe('stopped');
  });

  it('tells when the log that it reads begins, as the one that it followed', async () => {
    const { logs, ended } = await make();
    const { firstMs } = await logs.follow(ended, () => undefined, new AbortController().signal);
    expect(firstMs).toBeGreaterThan(0);
    expect(await logs.beginsAtMs(ended)).toEqual({ ok: true, value: firstMs });
  });

  it('reads the whole log and its last lines', async () => {
    const { logs, lines, ended } = await make();
    const whole = await logs.read(ended);
    expect(whole.ok && whole.value.split('\n').filter((line) => line !== '')).toEqual(lines);
    const last = await logs.read({ ...ended, tailLines: 1 });
    expect(last.ok && last.value.trimEnd()).toBe(lines.at(-1));
  });
}
