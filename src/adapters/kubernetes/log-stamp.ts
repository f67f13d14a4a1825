/** The time stamp before a log line, exact to the nanosecond; a double holds no nanoseconds since the epoch. */
export type Stamp = { second: number; nanos: number };

/** RFC 3339. The kubelet writes nine digits and the node's zone; other runtimes write fewer. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

const ZERO = '0'.charCodeAt(0);

const DATE_CHARS = 'YYYY-MM-DDTHH:MM:SS.'.length;
const NANO_DIGITS = 9;

/** Reads stamps; most lines are of the same second as the one before. */
export class StampReader {
  #date = '';
  #zone = '';
  #second = 0;

  /** Of the first `end` characters; undefined when they are no time stamp. */
  read(text: string, end: number = text.length): Stamp | undefined {
    return this.#again(text, end) ?? this.#any(text.slice(0, end));
  }

  /** With the second and the zone of the one before, and all nine digits: a pattern takes ten times as long. */
  #again(text: string, end: number): Stamp | undefined {
    const zoneAt = DATE_CHARS + NANO_DIGITS;
    if (this.#date === '' || end !== zoneAt + this.#zone.length) return undefined;
    if (!text.startsWith(this.#date) || text.charAt(DATE_CHARS - 1) !== '.' || !text.startsWith(this.#zone, zoneAt))
      return undefined;
    let nanos = 0;
    for (let at = DATE_CHARS; at < zoneAt; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) return undefined;
      nanos = nanos * 10 + digit;
    }
    return { second: this.#second, nanos };
  }

  #any(text: string): Stamp | undefined {
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
  for (let at = 0; at < NANO_DIGITS; at++)
    nanos = nanos * 10 + (at < fraction.length ? fraction.charCodeAt(at) - ZERO : 0);
  return nanos;
}
