/** The time stamp before a log line, exact to the nanosecond; a double holds no nanoseconds since the epoch. */
export type Stamp = { second: number; nanos: number };

/** RFC 3339. The kubelet writes nine digits and the node's zone; other runtimes write fewer. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

const ZERO = '0'.charCodeAt(0);

/** Reads stamps; most lines are of the same second as the one before. */
export class StampReader {
  #date = '';
  #zone = '';
  #second = 0;

  /** Undefined when `text` is no time stamp. */
  read(text: string): Stamp | undefined {
    const match = STAMP.exec(text);
    if (match === null) return undefined;
    const [, date = '', fraction = '', zone = ''] = match;
    if (date !== this.#date || zone !== this.#zone) {
      const ms = Date.parse(date + zone);
      if (Number.isNaN(ms)) return undefined;
      this.#date = date;
      this.#zone = zone;
      this.#second = ms / 1000;
    }
    return { second: this.#second, nanos: nanosOf(fraction) };
  }
}

/** More bytes than a stamp has, and little of the line behind it. */
export const HEAD_BYTES = 64;

/** The stamp of the first line of a log, of which `HEAD_BYTES` are enough. */
export function firstStamp(log: string): Stamp | undefined {
  return new StampReader().read(log.trimEnd().split(' ', 1)[0] ?? '');
}

/** Negative when `a` is earlier. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.second - b.second || a.nanos - b.nanos;
}

export function stampMs({ second, nanos }: Stamp): number {
  return second * 1000 + Math.floor(nanos / 1_000_000);
}

/** `fraction` is up to nine digits, and nothing else. */
function nanosOf(fraction: string): number {
  let nanos = 0;
  for (let at = 0; at < 9; at++) nanos = nanos * 10 + (at < fraction.length ? fraction.charCodeAt(at) - ZERO : 0);
  return nanos;
}
