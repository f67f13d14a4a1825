import type { SafeLine } from '../../core/report/neutralise.ts';
import type { Output } from '../../ports.ts';

/** The part of a Node stream that is needed; `done` is called when the chunk is handed over or has failed. */
export type OutputStream = {
  write(chunk: string, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
};

/**
 * The only module that writes to a stream. One chunk is under way at a time, so that a slow pipe gets fewer and larger
 * chunks; `flush` resolves when the last one was handed over, which `process.exit` would not wait for. When the reader has
 * gone (EPIPE) or the stream is broken, lines are dropped: the exit code still carries the verdict.
 */
export function createWriter(stream: OutputStream): Output {
  let waiting: string[] = [];
  let writing = false;
  let broken = false;
  let flushed: (() => void)[] = [];

  const settle = (): void => {
    const resolvers = flushed;
    flushed = [];
    for (const resolve of resolvers) resolve();
  };

  const fail = (): void => {
    broken = true;
    waiting = [];
    settle();
  };

  const pump = (): void => {
    if (writing || broken) return;
    if (waiting.length === 0) {
      settle();
      return;
    }
    const chunk = waiting.join('');
    waiting = [];
    writing = true;
    try {
      stream.write(chunk, (error) => {
        writing = false;
        if (error) fail();
        else pump();
      });
    } catch {
      fail();
    }
  };

  // Without a listener the stream's error would end the process before the verdict is told.
  stream.on('error', fail);

  return {
    line(text: SafeLine): void {
      if (broken) return;
      waiting.push(`${text.replace(/[\r\n]+/g, ' ')}\n`);
      pump();
    },
    flush(): Promise<void> {
      if (broken || (!writing && waiting.length === 0)) return Promise.resolve();
      return new Promise((resolve) => {
        flushed.push(resolve);
      });
    },
  };
}
