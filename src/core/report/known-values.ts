/** Finds known texts in a line, however many of them there are. */

/** Every text is at least this long; its first characters are what a line is scanned for. */
export const MIN_KNOWN_CHARS = 6;
/** A rolling hash: each character is shifted out of it after six steps. */
const BITS = 18;
const SHIFT = BITS / MIN_KNOWN_CHARS;
const HASH_MASK = (1 << BITS) - 1;

/**
 * A regular expression with one alternative per text tries them one by one at each character: with the Secrets of some
 * pods that is thousands of spellings, and a log would be read at less than 1 MB/s. Here a line costs the same with one
 * text and with all of them.
 */
export class KnownValues<Meaning> {
  readonly #byStart = new Map<string, { text: string; meaning: Meaning }[]>();
  #mayStart: Uint8Array | undefined;
  #longest = 0;

  /** The first meaning of a text stays. */
  add(text: string, meaning: Meaning): void {
    const start = text.slice(0, MIN_KNOWN_CHARS);
    if (start.length < MIN_KNOWN_CHARS) return;
    const group = this.#byStart.get(start) ?? [];
    if (group.some((known) => known.text === text)) return;
    group.push({ text, meaning });
    this.#longest = Math.max(this.#longest, text.length);
    // Longest first, so that a value is not left half visible by one that is contained in it.
    group.sort((a, b) => b.text.length - a.text.length);
    this.#byStart.set(start, group);
    this.#mayStart ??= new Uint8Array(HASH_MASK + 1);
    let hash = 0;
    for (let i = 0; i < MIN_KNOWN_CHARS; i++) hash = next(hash, start.charCodeAt(i));
    this.#mayStart[hash] = 1;
  }

  has(line: string): boolean {
    return this.#find(line, 0) !== undefined;
  }

  replace(line: string, by: (meaning: Meaning) => string): string {
    let found = this.#find(line, 0);
    if (found === undefined) return line;
    let out = '';
    let done = 0;
    while (found !== undefined) {
      out += line.slice(done, found.at) + by(found.meaning);
      done = found.at + found.length;
      found = this.#find(line, done);
    }
    return out + line.slice(done);
  }

  /** Where a text ends that is the beginning of a known one, but not all of it: the longest such end, of the shortest length on. */
  halfAtEnd(line: string): { at: number; meaning: Meaning } | undefined {
    for (let at = Math.max(0, line.length - this.#longest); at + MIN_KNOWN_CHARS <= line.length; at++) {
      const group = this.#byStart.get(line.slice(at, at + MIN_KNOWN_CHARS));
      if (group === undefined) continue;
      const end = line.slice(at);
      const known = group.find(({ text }) => text.startsWith(end));
      if (known !== undefined) return { at, meaning: known.meaning };
    }
    return undefined;
  }

  #find(line: string, from: number): { at: number; length: number; meaning: Meaning } | undefined {
    const mayStart = this.#mayStart;
    if (mayStart === undefined) return undefined;
    let hash = 0;
    for (let end = from; end < line.length; end++) {
      hash = next(hash, line.charCodeAt(end));
      const at = end - MIN_KNOWN_CHARS + 1;
      if (at < from || mayStart[hash] === 0) continue;
      const group = this.#byStart.get(line.slice(at, end + 1));
      const known = group?.find(({ text }) => line.startsWith(text, at));
      if (known !== undefined) return { at, length: known.text.length, meaning: known.meaning };
    }
    return undefined;
  }
}

function next(hash: number, charCode: number): number {
  return ((hash << SHIFT) ^ charCode) & HASH_MASK;
}
