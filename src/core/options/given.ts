import { nearest } from './nearest.ts';
import { type FrontEnd, type OptionName, spelling } from './option-spec.ts';
import type { InputProblem, RawInputs } from './options.ts';
import type { RemovedOption } from './removed.ts';
import { OPTION_NAMES, inputsOf, optionSpec } from './table.ts';

/** What was given for each option: its items, none of them empty. An option without items is absent. */
export type Given = ReadonlyMap<OptionName, readonly string[]>;

/**
 * Sorts raw inputs under the names of the table. A name may be spelled as its front end does, as in the table, or in
 * kebab-case; anything that fits none is a problem, as are names of removed options that have a value.
 */
export function collectGiven(
  raw: RawInputs,
  frontEnd: FrontEnd,
  removed: Readonly<Record<string, RemovedOption>>,
  problems: InputProblem[],
): Given {
  const known = lookup(OPTION_NAMES, frontEnd);
  const gone = lookup(Object.keys(removed), frontEnd);
  const given = new Map<OptionName, readonly string[]>();
  for (const [key, value] of Object.entries(raw)) {
    const name = known.get(key);
    const items = itemsOf(value, name !== undefined && optionSpec(name).kind === 'list');
    if (name === undefined) {
      const was = gone.get(key);
      if (was === undefined) problems.push(unknownName(key, frontEnd));
      else if (items.length > 0) problems.push(removedName(key, removed[was], frontEnd));
    } else if (items.length > 0) {
      if (given.has(name))
        problems.push({ input: spelling(name, frontEnd), found: key, expected: 'it to be given once' });
      given.set(name, items);
    }
  }
  return given;
}

function lookup<Name extends string>(names: readonly Name[], frontEnd: FrontEnd): ReadonlyMap<string, Name> {
  return new Map(
    names.flatMap((name) =>
      [name, spelling(name, frontEnd), spelling(name, 'github')].map((key) => [key, name] as const),
    ),
  );
}

/** A text given for a list has one item per line, as the text boxes of both pipeline products deliver it. */
function itemsOf(value: RawInputs[string], isList: boolean): readonly string[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') return value.filter((item) => item.trim() !== '');
  const lines = isList ? value.split(/\r\n|\r|\n/) : [value];
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

function unknownName(key: string, frontEnd: FrontEnd): InputProblem {
  const candidates = inputsOf(frontEnd).map((name) => spelling(name, frontEnd));
  const meant = nearest(key, candidates);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return { input: key, found: key, expected: `the name of an option${hint}` };
}

function removedName(key: string, entry: RemovedOption | undefined, frontEnd: FrontEnd): InputProblem {
  const instead = entry?.instead === undefined ? 'it to be left out' : `${spelling(entry.instead, frontEnd)} instead`;
  return { input: key, found: key, expected: `${instead}: it was removed in version ${entry?.since ?? 'unknown'}` };
}
