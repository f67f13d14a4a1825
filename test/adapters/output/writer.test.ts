import { spawn } from 'node:child_process';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { MAX_QUEUED_CHARS, createWriter } from '../../../src/adapters/output/writer.ts';
import { neutraliseForTerminal } from '../../../src/core/report/neutralise.ts';
import type { SafeBlock, SafeLine } from '../../../src/core/report/neutralise.ts';

const line = (text: string): SafeLine => neutraliseForTerminal(text);

/** A stream that hands over a chunk only when told to. */
class SlowStream extends Writable {
  readonly chunks: string[] = [];
  readonly #held: (() => void)[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk.toString('utf8'));
    this.#held.push(done);
  }

  release(): void {
    this.#held.shift()?.();
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }
}

test('every line ends with one line feed and has none inside, whoever made it', async () => {
  const stream = new PassThrough();
  const writer = createWriter(stream);
  writer.line(line('a'));
  writer.line('b\r\nc\rd\n' as SafeLine);
  writer.line(line(''));
  await writer.flush();
  expect(String(stream.read())).toBe('a\nb c d \n\n');
});

test('a block of lines is written as it is, in its turn', async () => {
  const stream = new SlowStream();
  const writer = createWriter(stream);
  writer.line(line('1'));
  writer.block('2\n3\n' as SafeBlock);
  writer.line(line('4'));
  stream.release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(stream.chunks).toEqual(['1\n', '2\n3\n4\n']);
  stream.release();
});

test('one chunk is under way at a time; flush waits for the last', async () => {
  const stream = new SlowStream();
  const writer = createWriter(stream);
  writer.line(line('1'));
  writer.line(line('2'));
  writer.line(line('3'));
  let flushed = false;
  const done = writer.flush().then(() => {
    flushed = true;
  });
  expect(stream.chunks).toEqual(['1\n']);
  stream.release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(stream.chunks).toEqual(['1\n', '2\n3\n']);
  expect(flushed).toBe(false);
  let second = false;
  void writer.flush().then(() => {
    second = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(second).toBe(false);
  stream.release();
  await done;
  expect(flushed).toBe(true);
});

test('flush with nothing to write resolves', async () => {
  await createWriter(new SlowStream()).flush();
});

test('a reader that has gone ends nothing: later lines are dropped, flush resolves', async () => {
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const writer = createWriter(stream);
  writer.line(line('a'));
  await writer.flush();
  writer.line(line('b'));
  await writer.flush();
  expect(stream.destroyed).toBe(true);
});

test('a real pipe that is read slowly gets every line; a closed one does not crash the process', async () => {
  const child = spawn('sh', ['-c', 'sleep 0.05; wc -l'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const writer = createWriter(child.stdin);
  for (let i = 0; i < 20_000; i++) writer.line(line(`line ${i}`));
  await writer.flush();
  child.stdin.end();
  const chunks: string[] = [];
  for await (const chunk of child.stdout) chunks.push(String(chunk));
  expect(chunks.join('').trim()).toBe('20000');

  const gone = spawn('true', [], { stdio: ['pipe', 'ignore', 'inherit'] });
  await new Promise((resolve) => gone.once('exit', resolve));
  const late = createWriter(gone.stdin);
  for (let i = 0; i < 1_000; i++) late.line(line('x'.repeat(1_000)));
  await late.flush();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('room', () => {
  const full = line('x'.repeat(MAX_QUEUED_CHARS));

  test('there is room at once until as much waits as may wait, what the stream has not taken yet included', async () => {
    const stream = new SlowStream();
    const writer = createWriter(stream);
    await writer.room();
    writer.line(line('x'.repeat(MAX_QUEUED_CHARS - 2)));
    let roomy = 0;
    void writer.room().then(() => roomy++);
    void writer.room().then(() => roomy++);
    await turn();
    expect(roomy).toBe(2);
    writer.line(line('x'));
    void writer.room().then(() => roomy++);
    await turn();
    expect(roomy).toBe(2);
    stream.release();
    await turn();
    expect(roomy).toBe(3);
  });

  test('a reader that has gone makes room: nobody waits for it', async () => {
    const stream = new SlowStream();
    const writer = createWriter(stream);
    writer.line(full);
    const room = writer.room();
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await room;
    writer.line(full);
    await writer.room();
  });

  test('a stream that throws makes room', async () => {
    const writer = createWriter({
      write() {
        throw new Error('closed');
      },
      on: () => undefined,
    });
    writer.line(full);
    await writer.room();
  });

  test('however slow the reader, the queue stays below the limit plus a batch of each source, and order is kept', async () => {
    const stream = new SlowStream();
    const writer = createWriter(stream);
    const batch = Array.from({ length: 50 }, (_, i) => 'y'.repeat(1_000 + i));
    const batchChars = batch.reduce((sum, text) => sum + text.length + 4, 0);
    let given = 0;
    let most = 0;
    let open = 3;
    const taken = (): number => stream.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const source = async (name: string): Promise<void> => {
      for (let round = 0; round < 100; round++) {
        for (const text of batch) {
          writer.line(line(`${name}: ${text}`));
          given += name.length + 3 + text.length;
        }
        // What the stream holds is not taken yet: at most one chunk.
        most = Math.max(most, given - (taken() - (stream.isHolding ? (stream.chunks.at(-1)?.length ?? 0) : 0)));
        await writer.room();
      }
      open -= 1;
    };
    const all = Promise.all(['a', 'b', 'c'].map(source));
    while (open > 0) {
      await turn();
      stream.release();
    }
    await all;
    const flushed = writer.flush();
    for (; stream.isHolding; await turn()) stream.release();
    await flushed;
    expect(taken()).toBe(given);
    expect(given).toBeGreaterThan(10_000_000);
    expect(most).toBeGreaterThan(MAX_QUEUED_CHARS);
    expect(most).toBeLessThanOrEqual(MAX_QUEUED_CHARS + 3 * batchChars);
    const lengths = stream.chunks
      .join('')
      .split('\n')
      .filter((text) => text.startsWith('b'))
      .map((text) => text.length - 3);
    expect(lengths).toEqual(Array.from({ length: 100 }, () => batch.map(({ length }) => length)).flat());
  });

  test('a real pipe whose reader stands still gets no more than the limit; all of it when the reader goes on', async () => {
    const child = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
    child.kill('SIGSTOP');
    const writer = createWriter(child.stdin);
    const batch = Array.from({ length: 64 }, () => line('z'.repeat(1_023)));
    let batches = 0;
    let waits = false;
    const flood = (async () => {
      for (; batches < 200; batches++) {
        for (const text of batch) writer.line(text);
        waits = true;
        await writer.room();
        waits = false;
        // Only a real turn lets the pipe tell what it took.
        await turn();
      }
    })();
    let idle = 0;
    for (let seen = -1; idle < 100; idle = seen === batches ? idle + 1 : 0, seen = batches) await turn();
    expect(waits).toBe(true);
    // The pipe itself, the chunk under way, and what waits.
    expect(batches * 64 * 1_024).toBeLessThanOrEqual(1024 * 1024 + MAX_QUEUED_CHARS);
    child.kill('SIGCONT');
    let read = 0;
    child.stdout.on('data', (chunk: Buffer) => (read += chunk.byteLength));
    await flood;
    await writer.flush();
    child.stdin.end();
    await new Promise((resolve) => child.once('close', resolve));
    expect(read).toBe(200 * 64 * 1_024);
  });
});
