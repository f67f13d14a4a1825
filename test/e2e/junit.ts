import { SaxesParser } from 'saxes';

export type JUnitCounts = { tests: number; failures: number; errors: number; skipped: number };

/** Counts the elements of a JUnit file, not its attributes; throws when it is not well-formed. */
export function countJUnit(text: string): JUnitCounts {
  const counts = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    if (name === 'testcase') counts.tests += 1;
    if (name === 'failure') counts.failures += 1;
    if (name === 'error') counts.errors += 1;
    if (name === 'skipped') counts.skipped += 1;
  });
  parser.write(text).close();
  return counts;
}
