import { expect, it } from 'vitest';
import { optionsInWords } from '../../../src/core/causes/cause-options.ts';
import { CAUSE_NAMES } from '../../../src/core/causes/index.ts';
import { playbookPages } from '../../../src/core/causes/docs.ts';
import { GRACE_CAUSES } from '../../../src/core/options/graces.ts';

it('names every option that changes when a cause decides', () => {
  expect(optionsInWords('SutImageNotFound')).toBe('graces (SutImageNotFound=10s is the default)');
  expect(optionsInWords('SutNeverReady')).toBe('readyTimeout');
  expect(optionsInWords('JobDeleted')).toBeUndefined();
});

it.each(CAUSE_NAMES)('the page of %s says whether its grace can be changed', (cause) => {
  const page = playbookPages().find(({ name }) => name === `${cause}.md`)?.text ?? '';
  expect(page.includes('Option that changes this: `graces`')).toBe(GRACE_CAUSES.includes(cause));
});
