/** Hands chunks from a writer to a reader, one at a time: a writer that is faster waits, so nothing piles up between them. */
export class Channel implements AsyncIterable<Uint8Array> {
  #chunk: Uint8Array | undefined;
  #taken: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #state: 'open' | 'ended' | 'left' = 'open';

  /** Resolves when the reader has taken it, or reads no more. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#state !== 'open') return;
    const taken = new Promise<void>((resolve) => (this.#taken = resolve));
    this.#chunk = chunk;
    this.#wake();
    await taken;
  }

  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#wake();
  }

  /** The reader is gone; a writer must not wait for it. */
  leave(): void {
    this.#state = 'left';
    this.#chunk = undefined;
    this.#taken();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const chunk = this.#chunk;
        if (chunk !== undefined) {
          this.#chunk = undefined;
          this.#taken();
          yield chunk;
        } else if (this.#state === 'open') await new Promise<void>((resolve) => (this.#wake = resolve));
        else return;
      }
    } finally {
      this.leave();
    }
  }
}
