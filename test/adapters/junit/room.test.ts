import { describe, expect, test } from 'vitest';
import { Room } from '../../../src/adapters/junit/room.ts';
import type { TestCase } from '../../../src/core/model/results.ts';

const ONE: TestCase = {
  suite: 's',
  classname: 'shop.orders',
  name: 'creates',
  timeMs: 1,
  outcome: 'passed',
  message: '',
  details: '',
};

/** As large as the writer makes it, and more than the room thinks. */
function written({ name, classname, message, details }: TestCase): string {
  return ' '.repeat(100) + [name, classname, message].join('').replace(/[<>&"]/g, '&quot;') + details;
}

function fill(cases: readonly TestCase[], maxBytes: number): { kept: readonly TestCase[]; bytes: number; room: Room } {
  const room = new Room(cases.length, maxBytes);
  const kept: TestCase[] = [];
  let bytes = 0;
  for (const one of cases) {
    const fitted = room.fitted(one);
    if (fitted === undefined) continue;
    const text = written(fitted);
    room.took(text);
    kept.push(fitted);
    bytes += Buffer.byteLength(text);
  }
  return { kept, bytes, room };
}

const many = (count: number, over: Partial<TestCase>): readonly TestCase[] =>
  Array.from({ length: count }, () => ({ ...ONE, ...over }));

describe('the room of a JUnit file', () => {
  test('changes nothing while there is enough', () => {
    const cases = many(100, { outcome: 'failed', message: 'm', details: 'd'.repeat(5_000) });
    expect(fill(cases, 1_000_000).kept).toEqual(cases);
  });

  test.each<[string, Partial<TestCase>]>([
    ['long names', { name: 'n'.repeat(8_000), classname: 'c'.repeat(8_000) }],
    ['names that grow when they are escaped', { name: '"<&>'.repeat(100), classname: '&'.repeat(500) }],
    ['names of more bytes than letters', { name: '試'.repeat(500) }],
    [
      'failures',
      { outcome: 'failed', message: '<'.repeat(40_000), details: 'd'.repeat(40_000), name: 'n'.repeat(200) },
    ],
    ['reasons of what was skipped', { outcome: 'skipped', message: 'm'.repeat(40_000) }],
  ])('has a place for every case: %s', (_, over) => {
    const { kept, bytes, room } = fill(many(5_000, over), 30_000_000);
    // One of the failures takes 280 kB.
    expect(bytes).toBeLessThan(30_000_000 + 300_000);
    expect(kept).toHaveLength(5_000);
    expect(kept.every(({ name }) => name.length >= 7)).toBe(true);
    expect(room.leftOut).toBeUndefined();
  });

  test('is kept for the names of cases that are still to come', () => {
    const few = many(10, { outcome: 'failed', message: 'm'.repeat(100_000), details: 'd'.repeat(100_000) });
    const rest = many(5_000, { name: 'a name of usual length that says what is tested' });
    const { kept } = fill([...few, ...rest], 4_000_000);
    expect(kept.slice(10)).toEqual(rest);
  });

  test('leaves out what finds none, and says how many and whether they failed', () => {
    const passed = fill(many(5_000, {}), 100_000);
    expect(passed.bytes).toBeLessThan(101_000);
    expect(passed.room.leftOut).toMatchObject({
      name: `and ${5_000 - passed.kept.length} more tests`,
      outcome: 'skipped',
    });
    const failed = fill([...many(5_000, {}), ...many(3, { outcome: 'error' })], 100_000);
    expect(failed.room.leftOut).toMatchObject({
      name: `and ${5_003 - failed.kept.length} more tests, 3 of them failed`,
      outcome: 'failed',
    });
  });
});
