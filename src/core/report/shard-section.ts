import { shardInWords } from '../judge/shards.ts';
import { countsInWords } from './headline.ts';
import type { Report, ShardReport } from './report.ts';
import { MAX_VALUE_BYTES, type Section } from './section.ts';
import { oneLine, truncate } from './text.ts';

const MAX_RETRIES = 3;

/** One line for each shard. Folded when every one has results at its first try: nothing is to be read then. */
export function shardSection({ shards = [] }: Report): readonly Section[] {
  if (shards.length === 0) return [];
  const items = shards.map((shard) => truncate(oneLine(inWords(shard, shards.length)), MAX_VALUE_BYTES));
  const folded = shards.every(({ counts, retries }) => counts !== undefined && retries.length === 0);
  return [{ id: 'shards', heading: 'Shards', folded, blocks: [{ kind: 'list', ordered: false, items }] }];
}

function inWords({ index, pod, counts, retries }: ShardReport, count: number): string {
  const results = counts === undefined ? 'no results' : countsInWords(counts);
  const again = retries.length === 0 ? '' : `; ${retriesInWords(retries)}`;
  return `${shardInWords(index, count)}: ${results}, ${pod === undefined ? 'no pod' : `pod ${pod}`}${again}`;
}

function retriesInWords(retries: ShardReport['retries']): string {
  const times = retries.length === 1 ? 'once' : `${retries.length} times`;
  const why = retries.slice(0, MAX_RETRIES).map(({ pod, reason, message }) => {
    return `${reason} of pod ${pod}${message === '' ? '' : ` ("${truncate(oneLine(message), 200)}")`}`;
  });
  const more = retries.length > MAX_RETRIES ? ` and ${retries.length - MAX_RETRIES} more` : '';
  return `retried ${times} after ${why.join(', ')}${more}`;
}
