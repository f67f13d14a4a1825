import type { SafeBlock, SafeLine } from '../../core/report/neutralise.ts';
import type { Output } from '../../ports.ts';

/**
 * What may wait to be written before `room` makes its caller wait; also what one chunk holds when the reader is slow. A pipe
 * of Linux takes 64 KiB at a time (pipe(7)). Four times as much was no faster, and took 90 MiB more with 1 GiB of log on Node
 * 24: V8 keeps strings of 128 KiB and more until it collects everything.
 */
export const MAX_QUEUED_CHARS = 64 * 1024;

/** The part of a Node stream that is needed; `done` is called when the chunk is handed over or has failed. */
export type OutputStream = {
  write(chunk: string, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
};

/**
 * The only module that writes to a stream. One chunk is under way at a time, so that a slow pipe gets fewer and larger
 * chunks. What waits here is all that waits: the stream's own buffer holds no more than that chunk, whether a write blocks
 * (files, terminals and pipes of Linux) or not (pipes of Windows, sockets). `flush` resolves when the last one was handed over, which `process.exit` would not wait for. When the reader has
 * gone (EPIPE) or the stream is broken, lines are dropped: the exit code still carries the verdict.
 */
export function createWriter(stream: OutputStream): Output {
  let waiting: string[] = [];
  let waitingChars = 0;
  let writing = false;
  let writingChars = 0;
  let broken = false;
  let flushed: (() => void)[] = [];
  let roomy: (() => void)[] = [];

  const settle = (): void => {
    const resolvers = flushed;
    flushed = [];
    for (const resolve of resolvers) resolve();
  };

  const hasRoom = (): boolean => broken || waitingChars + writingChars < MAX_QUEUED_CHARS;

  const makeRoom = (): void => {
    if (!hasRoom()) return;
    const resolvers = roomy;
    roomy = [];
    for (const resolve of resolvers) resolve();
  };

  const fail = (): void => {
    broken = true;
    waiting = [];
    waitingChars = 0;
    writingChars = 0;
    settle();
    makeRoom();
  };

  const pump = (): void => {
    if (writing || broken) return;
    if (waiting.length === 0) {
      settle();
      return;
    }
    const chunk = waiting.join('');
    waiting = [];
    writingChars = waitingChars;
    waitingChars = 0;
    writing = true;
    try {
      stream.write(chunk, (error) => {
        writing = false;
        writingChars = 0;
        if (error) return fail();
        pump();
        makeRoom();
      });
    } catch {
      fail();
    }
  };

  const put = (text: string): void => {
    if (broken) return;
    waiting.push(text);
    waitingChars += text.length;
    pump();
  };

  // Without a listener the stream's error would end the process before the verdict is told.
  stream.on('error', fail);

  return {
    line(text: SafeLine): void {
      put(`${text.replace(/[\r\n]+/g, ' ')}\n`);
    },
    block(text: SafeBlock): void {
      put(text);
    },
    room(): Promise<void> {
      if (hasRoom()) return Promise.resolve();
      return new Promise((resolve) => {
        roomy.push(resolve);
      });
    },
    flush(): Promise<void> {
      if (broken || (!writing && waiting.length === 0)) return Promise.resolve();
      return new Promise((resolve) => {
        flushed.push(resolve);
      });
    },
  };
}
