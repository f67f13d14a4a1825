/** One measured number. A figure without a limit is there to be compared with. */
export type Figure = {
  name: string;
  value: number;
  unit: string;
  /** The value must not be above it. */
  limit?: number;
  /** How it was measured, for the table in the docs. */
  how: string;
};

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('the median of nothing');
  return (low + high) / 2;
}

export function isWithinLimit({ value, limit }: Figure): boolean {
  return limit === undefined || value <= limit;
}

export function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
