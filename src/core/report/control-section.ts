import type { ControlCase } from '../judge/control.ts';
import { testName } from './headline.ts';
import type { Report } from './report.ts';
import { type Block, MAX_VALUE_BYTES, type Section, knownFacts, paragraph } from './section.ts';
import { oneLine, truncate } from './text.ts';

const MAX_CASES = 20;

const TITLES: Readonly<Record<ControlCase['there'], string>> = {
  failed: 'Fail there too',
  passed: 'Pass there: broken by the new revision',
  'not-run': 'Did not run there',
};

/** How the tests that failed did against the stable revision. Nothing of it counts as a result of this run. */
export function controlSection({ control }: Report): readonly Section[] {
  if (control === undefined) return [];
  const heading = 'Control run: the same tests against the stable revision';
  if (control.kind === 'not-done') {
    const why = truncate(oneLine(control.why), MAX_VALUE_BYTES);
    return [{ id: 'control', heading, folded: false, blocks: [paragraph(`Not done: ${why}.`)] }];
  }
  const facts: Block = { kind: 'facts', facts: knownFacts([['Stable revision', control.stable, true]]) };
  const lists = (['passed', 'not-run', 'failed'] as const).flatMap((there) => {
    const cases = control.cases.filter((one) => one.there === there);
    return cases.length === 0 ? [] : [listOf(`${TITLES[there]} (${cases.length})`, cases)];
  });
  return [{ id: 'control', heading, folded: false, blocks: [facts, ...lists] }];
}

function listOf(title: string, cases: readonly ControlCase[]): Block {
  const items = cases.slice(0, MAX_CASES).map((one) => truncate(testName(one), 512));
  if (cases.length > MAX_CASES) items.push(`and ${cases.length - MAX_CASES} more`);
  return { kind: 'list', title, ordered: false, items };
}
