const FIRST_BYTES = 1024;
/** About what is given away at a time. */
const PIECE_BYTES = 8 * 1024;
const LINE_FEED = 0x0a;

/**
 * Text that is put together of very many small pieces. They become bytes at once: as strings, V8 would find each of them alive
 * when it clears up, and the more it finds alive, the more memory it takes.
 */
export class GrowingText {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #used = 0;

  add(text: string): void {
    // UTF-8 has at most three bytes for a UTF-16 unit.
    const needed = this.#used + text.length * 3;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    this.#used += this.#bytes.write(text, this.#used);
  }

  /** All of it, some lines at a time. Afterwards it is empty, and can be used again without new memory. */
  *taken(): Generator<string, void> {
    for (let start = 0; start < this.#used;) {
      const lineFeed = this.#bytes.indexOf(LINE_FEED, start + PIECE_BYTES);
      const end = lineFeed === -1 || lineFeed > this.#used ? this.#used : lineFeed;
      yield this.#bytes.toString('utf8', start, end);
      start = end;
    }
    this.#used = 0;
  }
}
