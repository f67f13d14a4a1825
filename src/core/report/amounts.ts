/** `12,345`. Not by locale: a report is the same wherever it is made. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `480 bytes`, `1.2 MiB`. */
export function byteSize(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  // 1023.95 would be shown as 1024.0.
  while (amount >= (unit === 0 ? 1024 : 1023.95) && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  if (unit === 0) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  return `${amount.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
