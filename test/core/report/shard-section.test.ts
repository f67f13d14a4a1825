import { expect, it } from 'vitest';
import { shardSection } from '../../../src/core/report/shard-section.ts';
import type { Report, ShardReport } from '../../../src/core/report/report.ts';
import { failedReport } from './fixtures/reports.ts';

const COUNTS = { tests: 2, passed: 2, failed: 0, errors: 0, skipped: 0 };
const good = (index: number): ShardReport => ({ index, pod: `t-${index}-x1`, counts: COUNTS, retries: [] });
const retry = { pod: 't-1-x0', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting\ndue to NoExecute' };

function itemsOf(shards: readonly ShardReport[]): unknown {
  const report: Report = { ...failedReport('TestsFailed'), shards };
  return shardSection(report).map(({ folded, blocks }) => ({ folded, blocks }));
}

it('is not there for a run in one pod', () => {
  expect(shardSection(failedReport('TestsFailed'))).toEqual([]);
});

it('is folded when every shard went well at its first try', () => {
  expect(itemsOf([good(0), good(1)])).toEqual([
    {
      folded: true,
      blocks: [
        {
          kind: 'list',
          ordered: false,
          items: ['shard 1 of 2 (index 0): 2 tests, pod t-0-x1', 'shard 2 of 2 (index 1): 2 tests, pod t-1-x1'],
        },
      ],
    },
  ]);
});

it('tells of retries, and of a shard that has nothing', () => {
  const again = { ...good(1), retries: [retry] };
  const often = { ...good(1), retries: [retry, retry, retry, retry] };
  const lost: ShardReport = { index: 0, pod: undefined, counts: undefined, retries: [] };
  expect(itemsOf([lost, again])).toMatchObject([
    {
      folded: false,
      blocks: [
        {
          items: [
            'shard 1 of 2 (index 0): no results, no pod',
            'shard 2 of 2 (index 1): 2 tests, pod t-1-x1; retried once after DeletionByTaintManager of pod t-1-x0 ("Taint manager: deleting due to NoExecute")',
          ],
        },
      ],
    },
  ]);
  expect(JSON.stringify(itemsOf([good(0), often]))).toMatch(/retried 4 times after .* and 1 more/);
});
