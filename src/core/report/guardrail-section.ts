import type { Report } from './report.ts';
import type { Section } from './section.ts';

/** What had to hold for the SUT until its tests were over; a value that is not known is shown as such. */
export function guardrailSection({ guardrails = [] }: Report): readonly Section[] {
  if (guardrails.length === 0) return [];
  const rows = guardrails.map(({ name, value, limit, note }) => [
    name,
    value === undefined ? note : `${value}`,
    `at most ${limit}`,
  ]);
  return [
    {
      id: 'guardrails',
      heading: 'Guardrails',
      folded: false,
      blocks: [{ kind: 'table', columns: ['Guardrail', 'Value', 'Allowed'], rows }],
    },
  ];
}
