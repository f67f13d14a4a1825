/** `field(pod, 'status', 'phase')`: undefined wherever the object is not as expected. */
export function field(value: unknown, ...keys: string[]): unknown {
  let here = value;
  for (const key of keys) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.entries(here).find(([name]) => name === key)?.[1];
  }
  return here;
}

export function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
