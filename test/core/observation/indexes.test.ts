import { expect, it } from 'vitest';
import { parseIndex, parseIndexes } from '../../../src/core/observation/indexes.ts';

it.each<[string, readonly number[]]>([
  ['', []],
  ['0', [0]],
  ['1,3-5', [1, 3, 4, 5]],
  ['5,1', [1, 5]],
  ['98-999999999', [98, 99]],
  ['3-1', []],
  ['0,x', []],
  ['0,', []],
  ['-1', []],
  ['01', []],
  ['1.5', []],
  ['0-9999999999999', []],
])('indexes of a Job: "%s"', (text, indexes) => {
  expect(parseIndexes(text)).toEqual(indexes);
});

it.each<[string | undefined, number | undefined]>([
  ['0', 0],
  ['7', 7],
  ['1,2', undefined],
  ['1-1', undefined],
  ['100', undefined],
  ['', undefined],
  [undefined, undefined],
])('index of a pod: %s', (text, index) => {
  expect(parseIndex(text)).toBe(index);
});
