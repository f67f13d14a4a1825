import { formatDuration, parseDuration } from './duration.ts';
import type { Given } from './given.ts';
import { unresolvedMacro } from './macros.ts';
import { type FrontEnd, type OptionName, spelling } from './option-spec.ts';
import type { InputProblem } from './options.ts';
import { optionSpec } from './table.ts';

/** Options whose items may hold secrets or scripts: a problem names the item, never shows it. */
const PRIVATE: readonly OptionName[] = ['testcarCommand', 'testcarEnv'];

/** Control characters other than tab and line end: no value has a use for them, and terminals obey them. */
const CONTROL = /[^\P{Cc}\t\n]/u;

/**
 * Reads single options by kind. What cannot be read is added to the problems and a stand-in is returned, so that all
 * problems are found in one go; the caller must throw the stand-ins away when there is any problem.
 */
export class ValueReader {
  readonly #given: Given;
  readonly #frontEnd: FrontEnd;
  readonly #problems: InputProblem[];

  constructor(given: Given, frontEnd: FrontEnd, problems: InputProblem[]) {
    this.#given = given;
    this.#frontEnd = frontEnd;
    this.#problems = problems;
  }

  isGiven(name: OptionName): boolean {
    return this.#given.has(name);
  }

  problem(name: OptionName, found: string | undefined, expected: string): void {
    this.#problems.push({ input: spelling(name, this.#frontEnd), found, expected });
  }

  list(name: OptionName): readonly string[] {
    const items = this.#given.get(name) ?? [];
    return items.filter((item, index) => this.#isClean(name, item, index));
  }

  text(name: OptionName): string | undefined {
    const items = this.#given.get(name);
    if (items === undefined) return optionSpec(name).default;
    const [first, ...others] = items;
    if (others.length > 0) {
      this.problem(name, `${items.length} values`, 'one value');
      return undefined;
    }
    const text = first?.trim() ?? '';
    return this.#isClean(name, text, 0) ? text : undefined;
  }

  /** A text that `fits` accepts; `expected` says what that is. */
  checked(name: OptionName, fits: (text: string) => boolean, expected: string): string | undefined {
    const text = this.text(name);
    if (text === undefined || fits(text)) return text;
    this.problem(name, text, expected);
    return undefined;
  }

  durationMs(name: OptionName): number {
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = optionSpec(name);
    const text = this.text(name);
    if (text === undefined) return min;
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= min && ms <= max) return ms;
    this.problem(
      name,
      text,
      `a duration such as 90s, 5m or 1h30m, from ${formatDuration(min)} to ${formatDuration(max)}`,
    );
    return min;
  }

  /** undefined only where the option has no default and was not given, or is wrong. */
  integer(name: OptionName): number | undefined {
    const {
      kind,
      min = kind === 'port' ? 1 : 0,
      max = kind === 'port' ? 65_535 : Number.MAX_SAFE_INTEGER,
    } = optionSpec(name);
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : undefined;
    if (value !== undefined && value >= min && value <= max) return value;
    this.problem(name, text, `a whole number from ${min} to ${max}`);
    return undefined;
  }

  boolean(name: OptionName): boolean {
    const text = this.text(name);
    const lower = text?.toLowerCase();
    if (text !== undefined && lower !== 'true' && lower !== 'false') this.problem(name, text, 'true or false');
    return lower === 'true';
  }

  choice<const Values extends readonly [string, ...string[]]>(name: OptionName, values: Values): Values[number] {
    const text = this.text(name);
    const value: Values[number] | undefined = values.find((candidate) => candidate === text);
    if (value !== undefined) return value;
    if (text !== undefined) this.problem(name, text, `one of ${values.join(', ')}`);
    return values[0];
  }

  #isClean(name: OptionName, text: string, index: number): boolean {
    const isPrivate = PRIVATE.includes(name);
    const shown = isPrivate ? `item ${index + 1}` : text;
    const macro = unresolvedMacro(text, this.#frontEnd, isPrivate ? 'command' : 'plain');
    if (macro !== undefined) {
      this.problem(
        name,
        isPrivate ? `${shown} with ${macro}` : shown,
        `a value; the pipeline has not replaced ${macro}`,
      );
      return false;
    }
    if (!CONTROL.test(text)) return true;
    this.problem(name, isPrivate ? shown : JSON.stringify(text), 'text without control characters');
    return false;
  }
}
