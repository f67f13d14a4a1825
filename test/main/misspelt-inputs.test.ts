import { expect, it } from 'vitest';
import { misspeltInputs } from '../../src/main/misspelt-inputs.ts';

const names = ['testTimeout', 'minTests'];

it.each([
  { name: 'a misspelt input', env: { INPUT_TESTTIMOUT: '5m' }, expected: { testtimout: '5m' } },
  { name: 'a known input', env: { INPUT_TESTTIMEOUT: '5m' }, expected: {} },
  { name: 'a variable of the pipeline’s own', env: { INPUT_COLOUR: 'red', OTHER: 'x' }, expected: {} },
  { name: 'a misspelt input that is empty', env: { INPUT_MINTEST: '' }, expected: {} },
])('$name', ({ env, expected }) => {
  expect(misspeltInputs(env, names)).toEqual(expected);
});
