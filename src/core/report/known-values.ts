/** Finds known texts in a line, however many of them there are. */

/** Every text is at least this long; its first characters are what a line is scanned for. */
export const MIN_KNOWN_CHARS = 6;
/** What is looked at at a time; shorter blocks are in every line by chance, longer ones allow smaller steps. */
const BLOCK_CHARS = 3;
/** How far to go on behind a block with which no start ends, and which is in none. */
const MAX_STEP = MIN_KNOWN_CHARS - BLOCK_CHARS + 1;
const HASH_BITS = 18;
const HASH_MASK = (1 << HASH_BITS) - 1;

/**
 * A regular expression with one alternative per text tries them one by one at each character: with the Secrets of some
 * pods that is thousands of spellings, and a log would be read at less than 1 MB/s. Here a line costs the same with one
 * text and with all of them (Wu and Manber, A fast algorithm for multi-pattern searching, 1994): a block of three characters
 * tells how far away the end of a start can be at least, which is mostly the full step.
 */
export class KnownValues<Meaning> {
  readonly #byStart = new Map<string, { text: string; meaning: Meaning }[]>();
  /** By the hash of a block: `MAX_STEP` less the step that is allowed behind it; 0 = it is in no start. */
  #held: Uint8Array | undefined;
  #longest = 0;

  /** The first meaning of a text stays. */
  add(text: string, meaning: Meaning): void {
    const start = text.slice(0, MIN_KNOWN_CHARS);
    if (start.length < MIN_KNOWN_CHARS) return;
    const group = this.#byStart.get(start);
    if (group?.some((known) => known.text === text) === true) return;
    this.#longest = Math.max(this.#longest, text.length);
    // A literal takes the room of one, an empty array that grows that of seventeen; nearly all groups are of one.
    if (group === undefined) this.#byStart.set(start, [{ text, meaning }]);
    // Longest first, so that a value is not left half visible by one that is contained in it.
    else
      this.#byStart.set(
        start,
        [...group, { text, meaning }].sort((a, b) => b.text.length - a.text.length),
      );
    this.#held ??= new Uint8Array(HASH_MASK + 1);
    for (let end = BLOCK_CHARS - 1; end < MIN_KNOWN_CHARS; end++) {
      const hash = hashAt(start, end);
      const back = MAX_STEP - (MIN_KNOWN_CHARS - 1 - end);
      this.#held[hash] = Math.max(this.#held[hash] ?? 0, back);
    }
  }

  has(text: string): boolean {
    return this.next(text, 0) !== -1;
  }

  /** Where the next known text begins, at or after `from`; -1 when there is none. */
  next(text: string, from: number): number {
    return this.#find(text, from)?.at ?? -1;
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
    const held = this.#held;
    if (held === undefined) return undefined;
    let end = from + MIN_KNOWN_CHARS - 1;
    while (end < line.length) {
      const step = MAX_STEP - (held[hashAt(line, end)] ?? 0);
      if (step > 0) {
        end += step;
        continue;
      }
      const at = end - MIN_KNOWN_CHARS + 1;
      const group = this.#byStart.get(line.slice(at, end + 1));
      const known = group?.find(({ text }) => line.startsWith(text, at));
      if (known !== undefined) return { at, length: known.text.length, meaning: known.meaning };
      end += 1;
    }
    return undefined;
  }
}

/** Of the block that ends there. */
function hashAt(text: string, end: number): number {
  return ((text.charCodeAt(end - 2) << 12) ^ (text.charCodeAt(end - 1) << 6) ^ text.charCodeAt(end)) & HASH_MASK;
}
