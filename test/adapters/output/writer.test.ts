import { spawn } from 'node:child_process';
import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createWriter } from '../../../src/adapters/output/writer.ts';
import { neutraliseForTerminal } from '../../../src/core/report/neutralise.ts';
import type { SafeLine } from '../../../src/core/report/neutralise.ts';

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
