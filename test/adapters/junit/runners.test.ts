import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readJUnit } from '../../../src/adapters/junit/reader.ts';
import type { TestCounts } from '../../../src/core/model/results.ts';
import { tallyOf } from '../../../src/core/results/tally.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/junit');
type Row = {
  /** How the runner was called, and how it ended. */
  command: string;
  exitCode: number;
  /** Texts of `printed.txt` that hold the runner's own counts. */
  printed: readonly string[];
  counts: TestCounts;
  files: readonly string[];
  /** Why the runner's words and its own file are not the same numbers. */
  differs?: string;
};
const runners = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }): [string, Row] => [name, JSON.parse(text(name, 'index.json')) as Row])
  .filter(([, { files }]) => files.every((file) => file.endsWith('.xml')));

function text(runner: string, file: string): string {
  return readFileSync(join(FOLDER, runner, file), 'utf8');
}

test('at least twelve runners', () => {
  expect(runners.length).toBeGreaterThanOrEqual(12);
});

test.each(runners)('%s: what is read is what the runner printed', (runner, row) => {
  const cases = row.files.flatMap((file) => {
    const read = readJUnit(file, readFileSync(join(FOLDER, runner, file)));
    if (!read.ok) throw new Error(JSON.stringify(read.problem));
    return read.cases;
  });
  const printed = text(runner, 'printed.txt');
  for (const words of row.printed) expect(printed).toContain(words);
  expect(tallyOf(cases).counts).toEqual(row.counts);
  if (row.differs !== undefined) return;
  const { tests, passed, failed, errors, skipped } = row.counts;
  const numbers = row.printed.join(' ').match(/\d+/g)?.map(Number) ?? [];
  // Playwright prints a test that passed at the second try on its own.
  const flaky = Number.parseInt(/(\d+) flaky/.exec(row.printed.join(' '))?.[1] ?? '0', 10);
  expect(numbers).toContain(numbers.includes(failed + errors) ? failed + errors : failed);
  expect(numbers).toContain(skipped);
  expect(numbers.includes(passed - flaky) || numbers.includes(tests)).toBe(true);
});
