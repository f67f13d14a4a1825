import { expect, test } from 'vitest';
import { failedVerdict } from '../../../src/core/report/verdict-section.ts';
import { passedReport } from './fixtures/reports.ts';

test('of a run that never began, nothing empty is shown', () => {
  const report = { ...passedReport(), runId: '', sut: '', mode: '', namespace: 'shop' };
  const finding = { cause: 'ClusterConfigMissing', evidence: { object: 'kubeconfig' } } as const;
  const [block] = failedVerdict({ kind: 'failed', class: 'CONFIG_ERROR', finding, others: [] }, report).blocks;
  const facts = block?.kind === 'facts' ? block.facts : [];
  expect(facts.find(({ label }) => label === 'SUT')?.value).toBe('namespace shop');
  expect(facts.some(({ label }) => label === 'Run')).toBe(false);
});
