import { expect, it } from 'vitest';
import { controlSection } from '../../../src/core/report/control-section.ts';
import { failedReport } from './fixtures/reports.ts';

const REPORT = failedReport('TestsFailed');

it('is not there without a control run', () => {
  expect(controlSection(REPORT)).toEqual([]);
});

it('sorts the failed tests by what they did there, what this change broke first, and cuts long lists', () => {
  const cases = Array.from({ length: 25 }, (_, i) => ({
    suite: 's',
    classname: 'c',
    name: `t${i}`,
    there: 'failed' as const,
  }));
  const passed = { suite: 's', classname: 'c', name: 'new', there: 'passed' as const };
  const [section] = controlSection({
    ...REPORT,
    control: { kind: 'compared', stable: 'web-old', cases: [...cases, passed] },
  });
  const lists = section?.blocks.filter((block) => block.kind === 'list') ?? [];
  expect(lists.map(({ title, items }) => [title, items.length, items.at(-1)])).toEqual([
    ['Pass there: broken by the new revision (1)', 1, 'c › new'],
    ['Fail there too (25)', 21, 'and 5 more'],
  ]);
});

it('says why it was not done', () => {
  expect(controlSection({ ...REPORT, control: { kind: 'not-done', why: 'no Deployment web was live' } })).toMatchObject(
    [{ blocks: [{ kind: 'paragraph', text: 'Not done: no Deployment web was live.' }] }],
  );
});
