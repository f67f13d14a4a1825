import { cutTo, markCut } from '../../core/report/cut.ts';

/** Collects text up to a limit and says how much was left out. Lengths are in UTF-16 units. */
export class CutText {
  readonly #limit: number;
  #text = '';
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(text: string): void {
    this.#total += text.length;
    if (this.#text.length < this.#limit) this.#text += text.slice(0, this.#limit - this.#text.length);
  }

  toString(): string {
    if (this.#total <= this.#limit) return this.#text;
    return `${markCut(this.#text)}\n[${this.#total - this.#text.length} more characters were cut]`;
  }
}

export { cutTo as cut };
