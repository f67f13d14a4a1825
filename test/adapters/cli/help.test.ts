import { describe, expect, it } from 'vitest';
import { helpText, runHelpText } from '../../../src/adapters/cli/help.ts';
import { OPTION_GROUPS } from '../../../src/core/options/option-spec.ts';

describe('help', () => {
  it('has every group as a heading', () => {
    for (const title of Object.values(OPTION_GROUPS)) expect(runHelpText()).toContain(`\n${title}:\n`);
  });

  it('fits a terminal', () => {
    const tooLong = [...helpText().split('\n'), ...runHelpText().split('\n')].filter((line) => line.length > 110);
    expect(tooLong).toEqual([]);
  });

  it('says default, values and repetition', () => {
    const text = runHelpText().replaceAll(/\s+/g, ' ');
    expect(text).toContain('One of preview, in-place, observe. Default: preview.');
    expect(text).toMatch(/--manifests ITEM .*? May be repeated\. Required in preview and in-place\./);
  });
});
