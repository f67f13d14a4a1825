import fc from 'fast-check';

/** A copy of one of the values in which a few leaves or branches are replaced, emptied or removed. */
export function mutated(values: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...values), fc.array(fc.tuple(fc.nat(10_000), JUNK), { minLength: 1, maxLength: 6 }))
    .map(([value, changes]) => changes.reduce((now, [where, junk]) => replaceAt(now, where, junk), value));
}

/** What an API server could wrongly send; `undefined` removes. */
const JUNK: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    0,
    -1,
    1.5,
    true,
    false,
    [],
    {},
    [null],
    'True',
    'Running',
    Number.MAX_SAFE_INTEGER,
  ),
  fc.string({ maxLength: 12 }),
  fc.integer(),
);

/** Replaces the n-th node in depth-first order (modulo the number of nodes, root excluded). */
function replaceAt(value: unknown, where: number, junk: unknown): unknown {
  const total = countNodes(value) - 1;
  if (total <= 0) return value;
  let left = (where % total) + 1;
  const walk = (node: unknown): unknown => {
    if (left === 0) {
      left = -1;
      return junk;
    }
    if (left < 0 || typeof node !== 'object' || node === null) return node;
    const enter = (child: unknown): unknown => {
      if (left < 0) return child;
      left -= 1;
      return walk(child);
    };
    if (Array.isArray(node)) return node.map(enter).filter((child) => child !== undefined);
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, enter(child)]));
  };
  return walk(value);
}

function countNodes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, child) => sum + countNodes(child), 1);
}
