import { describe, expect, test } from 'vitest';
import { Channel } from '../../../src/adapters/results/channel.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function settled(work: Promise<void>): Promise<boolean> {
  const no = new Promise<false>((resolve) =>
    setImmediate(() =>
      setImmediate(() => {
        resolve(false);
      }),
    ),
  );
  return Promise.race([work.then(() => true), no]);
}

describe('a channel', () => {
  test('gives every chunk in order, and ends', async () => {
    const channel = new Channel();
    const got: string[] = [];
    const read = (async () => {
      for await (const chunk of channel) got.push(Buffer.from(chunk).toString());
    })();
    for (const text of ['a', 'b', 'c']) await channel.write(bytes(text));
    channel.end();
    await read;
    expect(got.join('')).toBe('abc');
  });

  test('takes no more than it may hold, and lets its writer wait until that is taken', async () => {
    const channel = new Channel(2);
    expect(await settled(channel.write(bytes('ab')))).toBe(true);
    const write = channel.write(bytes('c'));
    expect(await settled(write)).toBe(false);
    const reader = channel[Symbol.asyncIterator]();
    expect((await reader.next()).value).toEqual(bytes('abc'));
    expect(await settled(write)).toBe(true);
  });

  test('does not hold up a writer whose reader has gone', async () => {
    const channel = new Channel(0);
    const write = channel.write(bytes('a'));
    expect(await settled(write)).toBe(false);
    channel.leave();
    expect(await settled(write)).toBe(true);
    expect(await settled(channel.write(bytes('b')))).toBe(true);
  });

  test('gives the last chunk, although the end was told before it was taken', async () => {
    const channel = new Channel();
    void channel.write(bytes('a'));
    channel.end();
    const got: string[] = [];
    for await (const chunk of channel) got.push(Buffer.from(chunk).toString());
    expect(got).toEqual(['a']);
  });
});
