import { expect } from 'vitest';
import { azureEffects } from '../judges/azure-agent-parser.ts';
import { githubEffects } from '../judges/github-runner-parser.ts';

/** Neither the Azure agent nor the GitHub runner does anything because of this output. */
export function expectNoCommand(output: string): void {
  expect(azureEffects(output)).toEqual([]);
  expect(githubEffects(output)).toEqual([]);
}
