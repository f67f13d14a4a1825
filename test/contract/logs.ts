import { expect, it } from 'vitest';
import type { LogSource, Logs } from '../../src/ports.ts';

/** `ended` wrote exactly `lines` and has ended; `running` has written `lines` and is still there. */
export type LogsSubject = { logs: Logs; lines: readonly string[]; ended: LogSource; running: LogSource };

/** What the gate relies on in every implementation of Logs. Call inside a `describe`. */
export function logsContract(make: () => Promise<LogsSubject> | LogsSubject): void {
  it('follows a container that has ended to its end', async () => {
    const { logs, lines, ended } = await make();
    const got: string[] = [];
    const end = await logs.follow(ended, (line) => got.push(line), new AbortController().signal);
    expect(got).toEqual(lines);
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    expect(end).toMatchObject({ complete: true, lines: lines.length, bytes, reopens: 0 });
  });

  it('gives lines while the container runs, and resolves as incomplete on abort', async () => {
    const { logs, lines, running } = await make();
    const stop = new AbortController();
    const got: string[] = [];
    const onLine = (line: string): void => {
      got.push(line);
      if (got.length === lines.length) stop.abort(new Error('enough'));
    };
    const end = await logs.follow(running, onLine, stop.signal);
    expect(got).toEqual(lines);
    expect(end).toMatchObject({ complete: false, lines: lines.length });
  });

  it('reads the whole log and its last lines', async () => {
    const { logs, lines, ended } = await make();
    const whole = await logs.read(ended);
    expect(whole.ok && whole.value.split('\n').filter((line) => line !== '')).toEqual(lines);
    const last = await logs.read({ ...ended, tailLines: 1 });
    expect(last.ok && last.value.trimEnd()).toBe(lines.at(-1));
  });
}
