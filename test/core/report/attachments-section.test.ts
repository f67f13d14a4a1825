import { expect, test } from 'vitest';
import { attachmentsSection } from '../../../src/core/report/attachments-section.ts';
import { passedReport } from './fixtures/reports.ts';

test('shard by shard, in the order in which testcar sent them, behind what was lost', () => {
  const file = (shard: number, path: string) => ({ from: path, path, bytes: 3, shard });
  const files = [file(2, 'shard-3/b.png'), file(2, 'shard-3/a.png'), file(0, 'shard-1/c.png')];
  const [section] = attachmentsSection({ ...passedReport(), attachments: { files, lost: ['one was lost'] } });
  expect(section?.heading).toBe('Attachments: 3');
  expect(section?.blocks).toEqual([
    {
      kind: 'list',
      ordered: false,
      items: ['one was lost', 'shard-1/c.png, 3 bytes', 'shard-3/b.png, 3 bytes', 'shard-3/a.png, 3 bytes'],
    },
  ]);
});
