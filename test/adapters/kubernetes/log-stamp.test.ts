import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StampReader } from '../../../src/adapters/kubernetes/log-stamp.ts';

const START = '2026-01-01T00:00:01.123456789Z';

test('what was read before makes reading faster, and nothing else', () => {
  const change = fc.tuple(
    fc.nat(START.length),
    fc.nat(2),
    fc.constantFrom('', '0', '9', '/', ':', ' ', 'Z', '+02:00', '.'),
  );
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 2 }), { maxLength: 5 }), (all) => {
      const reader = new StampReader();
      reader.read(START);
      for (const changes of all) {
        const text = changes.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), START);
        for (const end of [text.length, START.length])
          expect(reader.read(`${text} 5Z`, end)).toEqual(new StampReader().read(`${text} 5Z`.slice(0, end)));
      }
    }),
    { numRuns: 2_000, seed: 7 },
  );
});

test.each([
  [START, { second: 1767225601, nanos: 123456789 }],
  ['2026-01-01T00:00:01.5+02:00', { second: 1767218401, nanos: 500000000 }],
  ['2026-01-01T00:00:01.12345678xZ', undefined],
])('%s', (text, stamp) => {
  const reader = new StampReader();
  expect(reader.read(text)).toEqual(stamp);
  expect(reader.read(`${text} behind it`, text.length)).toEqual(stamp);
});
