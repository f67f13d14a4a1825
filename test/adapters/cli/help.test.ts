import { describe, expect, it } from 'vitest';
import { helpFor, helpText, runHelpText, selftestHelpText } from '../../../src/adapters/cli/help.ts';
import { SELFTEST_FLAGS } from '../../../src/core/selftest/flags.ts';
import { OPTION_GROUPS } from '../../../src/core/options/option-spec.ts';

describe('help', () => {
  it('has every group as a heading', () => {
    for (const title of Object.values(OPTION_GROUPS)) expect(runHelpText()).toContain(`\n${title}:\n`);
  });

  it('fits a terminal', () => {
    const tooLong = [helpText(), runHelpText(), selftestHelpText()]
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.length > 110);
    expect(tooLong).toEqual([]);
  });

  it('says default, values and repetition', () => {
    const text = runHelpText().replaceAll(/\s+/g, ' ');
    expect(text).toContain('One of preview, in-place, observe. Default: preview.');
    expect(text).toMatch(/--manifests ITEM .*? May be repeated\. Required in preview and in-place\./);
  });

  it('has every flag of the selftest', () => {
    const flags = [...SELFTEST_FLAGS.keys()].map((flag) => `\n  --${flag} `);
    for (const flag of flags) expect(selftestHelpText()).toContain(flag);
  });

  it('is that of the command', () => {
    expect([helpFor('run'), helpFor('selftest'), helpFor(undefined)]).toEqual([
      runHelpText(),
      selftestHelpText(),
      helpText(),
    ]);
  });
});
