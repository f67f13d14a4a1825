import { SECRET_ROTATION } from '../causes/recovery.ts';
import { redactionsInWords } from './redactions.ts';
import type { Report } from './report.ts';
import { type Section, knownFacts } from './section.ts';

/** In words; empty when no secret was recognised. */
export function secretsFound({ redacted = {} }: Report): string {
  return redactionsInWords(redacted);
}

/** Shown after a pass too: what could be read in a log is no secret any more. */
export function secretsSection(report: Report): readonly Section[] {
  const found = secretsFound(report);
  if (found === '') return [];
  const facts = knownFacts([
    ['Redacted', found],
    ['Next step', SECRET_ROTATION],
  ]);
  return [
    { id: 'secrets', heading: 'Secrets in the texts of this run', folded: false, blocks: [{ kind: 'facts', facts }] },
  ];
}
