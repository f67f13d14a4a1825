import { expect, it } from 'vitest';
import { inputFinding } from '../../src/gate/preflight.ts';

it('names the one input that is wrong, or how many are', () => {
  const problem = { input: 'sutPort', found: 'eighty', expected: 'a port' };
  expect(inputFinding([problem]).evidence).toEqual({
    object: 'input sutPort',
    details: [{ label: 'sutPort', value: 'found "eighty"; expected a port' }],
  });
  const missing = { input: 'manifests', found: undefined, expected: 'a path' };
  expect(inputFinding([problem, missing]).evidence).toMatchObject({
    object: '2 inputs',
    details: [{}, { label: 'manifests', value: 'missing; expected a path' }],
  });
});
