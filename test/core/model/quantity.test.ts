import { expect, it } from 'vitest';
import { parseQuantity } from '../../../src/core/model/quantity.ts';

it.each([
  ['1', 1],
  ['500m', 0.5],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['64Mi', 64 * 2 ** 20],
  ['2k', 2000],
  ['1e3', 1000],
  ['100n', 1e-7],
] as const)('%s', (text, value) => {
  expect(parseQuantity(text)).toBeCloseTo(value, 12);
});

it.each(['', 'm', '-1', '1mm', '1 Gi', '0x1', 'constructor', '1toString', 'NaN', '1.2.3'])('%s is none', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});
