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
    const kept = withoutHalfCharacter(this.#text);
    return `${kept}\n[${this.#total - kept.length} more characters were cut]`;
  }
}

/** At most `limit` characters of `text`, with an ellipsis where something was cut. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${withoutHalfCharacter(text.slice(0, limit - 1))}…`;
}

function withoutHalfCharacter(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
