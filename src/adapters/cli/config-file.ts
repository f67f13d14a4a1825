import { nearest } from '../../core/options/nearest.ts';
import { spelling } from '../../core/options/option-spec.ts';
import type { InputProblem, RawInputs } from '../../core/options/options.ts';
import { inputsOf, isOptionName, optionSpec } from '../../core/options/table.ts';

export type ConfigFile = {
  raw: RawInputs;
  problems: readonly InputProblem[];
  /** Where each option stands, so that what is wrong with its value can be shown there. */
  places: ReadonlyMap<string, string>;
};

/**
 * Options from the text of a YAML file. Values are kept as they are written (`1.10` stays text, not the number 1.1);
 * whether they are right is decided where the flags are judged, too.
 */
export async function readConfigFile(file: string, text: string): Promise<ConfigFile> {
  const { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: InputProblem[] = [];
  const raw: Record<string, string | readonly string[]> = {};
  const places = new Map<string, string>();
  const placeOf = (offset: number | undefined) =>
    offset === undefined ? file : `${file}:${lines.linePos(offset).line}`;
  for (const error of document.errors) {
    problems.push({ input: placeOf(error.pos[0]), found: undefined, expected: `YAML (${error.message})` });
  }
  if (problems.length > 0 || document.contents === null) return { raw, problems, places };
  if (!isMap(document.contents)) {
    return { raw, problems: [{ input: file, found: undefined, expected: 'a map of options' }], places };
  }

  const names = inputsOf('cli');
  for (const pair of document.contents.items) {
    const offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    const name = isScalar(pair.key) ? String(pair.key.value) : 'a key';
    const place = placeOf(offset);
    if (!isOptionName(name) || !names.includes(name)) {
      const similar = nearest(name, names);
      const hint = similar === undefined ? `one of ${names.join(', ')}` : `an option; did you mean ${similar}?`;
      problems.push({ input: place, found: name, expected: hint });
      continue;
    }
    places.set(name, `${place} ${name}`);
    const node = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
    const items = isSeq(node) ? node.items.map(written) : undefined;
    const single = written(node);
    if (optionSpec(name).kind === 'list' && items !== undefined && items.every((item) => item !== undefined)) {
      raw[name] = items;
    } else if (single !== undefined) raw[name] = single;
    else {
      const expected = optionSpec(name).kind === 'list' ? 'a text or a list of texts' : 'one value';
      problems.push({ input: `${place} ${name}`, found: kindOf(node), expected });
    }
  }
  return { raw, problems, places };

  function written(node: unknown): string | undefined {
    if (!isScalar(node)) return undefined;
    if (typeof node.value === 'string') return node.value;
    if (typeof node.value === 'number' || typeof node.value === 'boolean') return node.source ?? String(node.value);
    return undefined;
  }

  function kindOf(node: unknown): string {
    if (isMap(node)) return 'a map';
    return isSeq(node) ? 'a list' : 'nothing';
  }
}

/** Flags win over the file. */
export function mergeRaw(file: RawInputs, flags: RawInputs): RawInputs {
  return { ...file, ...flags };
}

/** Problems with a value that came from the file, shown at its line instead of at a flag that nobody wrote. */
export function atTheirPlaces(
  problems: readonly InputProblem[],
  places: ReadonlyMap<string, string>,
  flags: RawInputs,
): readonly InputProblem[] {
  const byFlag = new Map<string, string>();
  for (const [name, place] of places) if (flags[name] === undefined) byFlag.set(spelling(name, 'cli'), place);
  return problems.map((problem) => ({ ...problem, input: byFlag.get(problem.input) ?? problem.input }));
}
