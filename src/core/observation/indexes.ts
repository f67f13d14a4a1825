/** More shards than this no run has (option `shards`); larger indexes are not ours, and a forged range ends here. */
export const MAX_SHARDS = 100;

const RANGE = /^(0|[1-9]\d{0,8})(?:-(0|[1-9]\d{0,8}))?$/;

/**
 * `completedIndexes` and `failedIndexes` of a Job's status: `1,3-5`. What is not of that form names no index at all, so
 * that nothing counts as completed by a misreading. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/#JobStatus
 */
export function parseIndexes(text: string): readonly number[] {
  if (text === '') return [];
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const range = RANGE.exec(part);
    if (range?.[1] === undefined) return [];
    const first = Number.parseInt(range[1], 10);
    const last = Number.parseInt(range[2] ?? range[1], 10);
    if (first > last) return [];
    for (let index = first; index <= last && index < MAX_SHARDS; index += 1) found.add(index);
  }
  return [...found].sort((a, b) => a - b);
}

export function parseIndex(text: string | undefined): number | undefined {
  const [index, ...more] = text?.includes('-') === true ? [] : parseIndexes(text ?? '');
  return more.length === 0 ? index : undefined;
}
