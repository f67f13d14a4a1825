/** What a reader may be behind: while it unpacks, the connection goes on being read. */
const AHEAD_BYTES = 1024 * 1024;

/** Hands chunks from a writer to a reader. A writer that is faster waits when so many bytes are not taken: they pile up no higher. */
export class Channel implements AsyncIterable<Uint8Array> {
  readonly #aheadBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #taken: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #state: 'open' | 'ended' | 'left' = 'open';

  constructor(aheadBytes = AHEAD_BYTES) {
    this.#aheadBytes = aheadBytes;
  }

  /** Resolves when there is room for more, or the reader reads no more. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#state !== 'open') return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    this.#wake();
    if (this.#bytes > this.#aheadBytes) await new Promise<void>((resolve) => (this.#taken = resolve));
  }

  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#wake();
  }

  /** The reader is gone; a writer must not wait for it. */
  leave(): void {
    this.#state = 'left';
    this.#take();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const chunks = this.#take();
        // All at once: each chunk costs whoever unpacks it a wait for another thread.
        if (chunks.length > 0) yield Buffer.concat(chunks);
        else if (this.#state === 'open') await new Promise<void>((resolve) => (this.#wake = resolve));
        else return;
      }
    } finally {
      this.leave();
    }
  }

  #take(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    this.#taken();
    return chunks;
  }
}
