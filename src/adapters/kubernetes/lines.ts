import { isAscii } from 'node:buffer';

const NEWLINE = 0x0a;

/** `bytes`: its length in UTF-8, of a line that is not cut. */
export type OnLine = (line: string, isCut: boolean, bytes: number) => void;

/**
 * Cuts a byte stream into lines. Chunks may end anywhere, also inside a UTF-8 character: bytes are decoded only up to a
 * line end, which no multi-byte character contains. A line longer than `maxBytes` is given once, cut, with `mark`.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #mark: string;
  readonly #onLine: OnLine;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #discarding = false;

  constructor(maxBytes: number, mark: string, onLine: OnLine) {
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
    this.#giveCut(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#discarding = true;
  }

  #lines(bytes: Buffer): void {
    // One look at all of them is cheaper than to measure each.
    const isOneByte = isAscii(bytes);
    for (const line of bytes.toString(isOneByte ? 'latin1' : 'utf8').split('\n')) {
      const lineBytes = isOneByte ? line.length : Buffer.byteLength(line);
      if (lineBytes > this.#maxBytes) this.#giveCut(Buffer.from(line));
      else this.#onLine(line, false, lineBytes);
    }
  }

  #giveCut(line: Buffer): void {
    const text = line.subarray(0, this.#maxBytes).toString('utf8');
    const cut = `${text.replace(/\uFFFD$/, '')}${this.#mark}`;
    this.#onLine(cut, true, Buffer.byteLength(cut));
  }
}
