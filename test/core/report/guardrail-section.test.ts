import { expect, test } from 'vitest';
import { guardrailSection } from '../../../src/core/report/guardrail-section.ts';
import { passedReport } from './fixtures/reports.ts';

test('each guardrail with its value and limit, and what is not known as such', () => {
  const guardrails = [
    { name: 'Restarts during the tests', limit: 0, value: 0, note: '' },
    { name: 'Endpoints', limit: 0, value: undefined, note: 'not evaluated: EndpointSlices cannot be read (forbidden)' },
  ];
  expect(guardrailSection({ ...passedReport(), guardrails })).toEqual([
    {
      id: 'guardrails',
      heading: 'Guardrails',
      folded: false,
      blocks: [
        {
          kind: 'table',
          columns: ['Guardrail', 'Value', 'Allowed'],
          rows: [
            ['Restarts during the tests', '0', 'at most 0'],
            ['Endpoints', 'not evaluated: EndpointSlices cannot be read (forbidden)', 'at most 0'],
          ],
        },
      ],
    },
  ]);
});

test('nothing where no test has passed', () => {
  expect(guardrailSection({ ...passedReport(), guardrails: [] })).toEqual([]);
});
