import type { Attachment } from '../model/attachments.ts';
import type { Report } from './report.ts';
import { MAX_VALUE_BYTES, type Section } from './section.ts';
import { oneLine, truncate } from './text.ts';

const MAX_SHOWN = 30;

/** Folded when all of them came: they are in the folder of the report. */
export function attachmentsSection({ attachments }: Report): readonly Section[] {
  const { files = [], lost = [] } = attachments ?? {};
  if (files.length === 0 && lost.length === 0) return [];
  const items = [
    ...lost,
    ...byShard(files)
      .slice(0, MAX_SHOWN)
      .map(({ path, bytes }) => `${path}, ${bytes} bytes`),
    ...(files.length > MAX_SHOWN ? [`and ${files.length - MAX_SHOWN} more, listed in verdict.json`] : []),
  ].map((item) => truncate(oneLine(item), MAX_VALUE_BYTES));
  return [
    {
      id: 'attachments',
      heading: `Attachments: ${files.length}`,
      folded: lost.length === 0,
      blocks: [{ kind: 'list', ordered: false, items }],
    },
  ];
}

/** They came in the order in which the shards ended. */
function byShard(files: readonly Attachment[]): readonly Attachment[] {
  return files.toSorted((a, b) => (a.shard ?? 0) - (b.shard ?? 0));
}
