const NEWLINE = 0x0a;

/**
 * Cuts a byte stream into lines. Chunks may end anywhere, also inside a UTF-8 character: bytes are decoded only up to a
 * line end, which no multi-byte character contains. A line longer than `maxBytes` is given once, cut, with `mark`.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #mark: string;
  readonly #onLine: (line: string, isCut: boolean) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #discarding = false;

  constructor(maxBytes: number, mark: string, onLine: (line: string, isCut: boolean) => void) {
    this.#maxBytes = maxBytes;
    this.#mark = mark;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) return this.#keep(chunk);
    let complete = chunk.subarray(0, last);
    if (this.#discarding) {
      // The overlong line ends here; it was given already.
      const first = chunk.indexOf(NEWLINE);
      this.#discarding = false;
      complete = first === last ? Buffer.alloc(0) : chunk.subarray(first + 1, last);
      if (first !== last) this.#lines(complete);
    } else {
      this.#lines(this.#pendingBytes === 0 ? complete : Buffer.concat([...this.#pending, complete]));
    }
    this.#pending = [];
    this.#pendingBytes = 0;
    if (last + 1 < chunk.byteLength) this.#keep(chunk.subarray(last + 1));
  }

  /** What came after the last line end; empty when the stream ended with a line end. */
  rest(): string {
    return Buffer.concat(this.#pending).toString('utf8');
  }

  #keep(part: Buffer): void {
    if (this.#discarding) return;
    this.#pending.push(part);
    this.#pendingBytes += part.byteLength;
    if (this.#pendingBytes <= this.#maxBytes) return;
    this.#onLine(this.#cut(Buffer.concat(this.#pending)), true);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#discarding = true;
  }

  #lines(bytes: Buffer): void {
    for (const line of bytes.toString('utf8').split('\n')) {
      // A character has at most three bytes per UTF-16 unit, so short lines need not be measured.
      const isLong = line.length * 3 > this.#maxBytes && Buffer.byteLength(line) > this.#maxBytes;
      this.#onLine(isLong ? this.#cut(Buffer.from(line)) : line, isLong);
    }
  }

  #cut(line: Buffer): string {
    const text = line.subarray(0, this.#maxBytes).toString('utf8');
    return `${text.replace(/\uFFFD$/, '')}${this.#mark}`;
  }
}
