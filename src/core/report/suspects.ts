/**
 * Where in a text of many lines something may have to be done. Most lines of a log hold no secret, nothing invisible and no
 * command, and going through many of them at once costs a fraction of looking at each.
 *
 * A finder gives the first place at or after `from`, which is the start of a line, at which its own slow twin may change
 * something; -1 when there is none. It may be wrong in one direction only: what the twin would change in a line must be
 * found at a place within that line. So a finder looks at single characters, or for patterns without anchors and
 * lookarounds, which match in a text whatever they match in a line of it.
 */
export type Finder = (text: string, from: number) => number;

/** The pattern must be global, as only such a one begins to look at `lastIndex`. */
export function finderOf(pattern: RegExp): Finder {
  return (text, from) => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.index ?? -1;
  };
}

/** Whether any of them finds something. Called for each text of a report: a closure for each call would be the most of its garbage. */
export function mayHold(text: string, finders: readonly Finder[]): boolean {
  for (const find of finders) if (find(text, 0) !== -1) return true;
  return false;
}

/** All finders over one text, each going through it once, however often and whatever is asked. */
export class Suspects {
  readonly #text: string;
  readonly #finders: readonly Finder[];
  /** The next place of each, looked for from somewhere before it. */
  readonly #next: number[];
  #nearest = -1;

  constructor(text: string, finders: readonly Finder[]) {
    this.#text = text;
    this.#finders = finders;
    this.#next = finders.map(() => -1);
  }

  /** The first place at or after `from`, the start of a line; `Infinity` when nothing has to be done any more. */
  next(from: number): number {
    if (this.#nearest >= from) return this.#nearest;
    this.#nearest = Infinity;
    this.#finders.forEach((find, i) => {
      let at = this.#next[i] ?? -1;
      if (at < from) {
        at = find(this.#text, from);
        if (at === -1) at = Infinity;
        this.#next[i] = at;
      }
      if (at < this.#nearest) this.#nearest = at;
    });
    return this.#nearest;
  }
}
