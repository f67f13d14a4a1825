import { expect, test } from 'vitest';
import { byteSize, thousands } from '../../../src/core/report/amounts.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [12_345, '12,345'],
  [1_234_567, '1,234,567'],
] as const)('%d lines', (count, expected) => {
  expect(thousands(count)).toBe(expected);
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1_023, '1023 bytes'],
  [1_024, '1.0 KiB'],
  [1024 * 1024 - 1, '1.0 MiB'],
  [1_234_567, '1.2 MiB'],
  [5 * 1024 ** 5, '5120.0 TiB'],
] as const)('%d bytes', (bytes, expected) => {
  expect(byteSize(bytes)).toBe(expected);
});
