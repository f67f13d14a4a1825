import { createHash } from 'node:crypto';
import { Channel } from './channel.ts';

/** One archive from its first frame to its last: base64 text in, bytes to a reader, which may give up before the end. */
export class ArchiveStream<T> {
  readonly #bytes = new Channel();
  readonly #hash = createHash('sha256');
  readonly #read: Promise<T>;
  /** Characters that wait for the rest of their group of four. */
  #rest = '';

  constructor(read: (bytes: AsyncIterable<Uint8Array>) => Promise<T>) {
    this.#read = read(this.#bytes).finally(() => {
      this.#bytes.leave();
    });
    // It is asked at the end, and may have failed long before.
    this.#read.catch(() => undefined);
  }

  /** Resolves when the reader has taken it. */
  async add(base64: string): Promise<void> {
    if (base64 === '') return;
    this.#hash.update(base64);
    const text = this.#rest + base64;
    const whole = text.length - (text.length % 4);
    this.#rest = text.slice(whole);
    await this.#bytes.write(Buffer.from(text.slice(0, whole), 'base64'));
  }

  /** What the reader made of it, and the checksum of the text. */
  async end(): Promise<{ sha256: string; value: T }> {
    this.#bytes.end();
    const value = await this.#read;
    return { sha256: this.#hash.digest('hex'), value };
  }

  /** Nothing more comes, and what came is void. */
  leave(): void {
    this.#bytes.leave();
  }
}
