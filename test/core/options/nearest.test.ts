import { expect, test } from 'vitest';
import { nearest } from '../../../src/core/options/nearest.ts';

const NAMES = ['testTimeout', 'readyTimeout', 'reach', 'reachPath', 'keep'];

test.each([
  ['testTimeuot', 'testTimeout'],
  ['TESTTIMEOUT', 'testTimeout'],
  ['reachpath', 'reachPath'],
  ['kep', 'keep'],
  ['timeout', undefined],
  ['x', undefined],
  ['', undefined],
])('%s is meant as %s', (word, meant) => {
  expect(nearest(word, NAMES)).toBe(meant);
});
