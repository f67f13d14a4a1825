import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputEntry, stateEntry } from '../../src/adapters/github/commands.ts';
import { safeName, safeText } from '../../src/adapters/junit/safe-text.ts';
import { escapeMarkdown, markdownCode, markdownFence, safeJson } from '../../src/core/report/neutralise.ts';
import { attachmentsIn } from '../judges/azure-publisher.ts';
import { githubFileValues } from '../judges/github-runner-parser.ts';
import { expectNoCommand } from './no-command.ts';
import { fuzzed, hostileText } from './texts.ts';

describe('what is stored', () => {
  test('JSON keeps the value; Markdown and XML keep the text harmless', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const json = safeJson({ [text]: [text] });
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ [text]: [text] })));
        for (const stored of [json, escapeMarkdown(text), markdownCode(text), markdownFence([text])])
          expectNoCommand(stored);
        for (const stored of [safeName(text), safeText(text)]) {
          expectNoCommand(stored);
          expect(attachmentsIn(stored)).toEqual([]);
          expect(stored).not.toContain(']]>');
        }
        expect(safeName(text)).not.toMatch(/[\r\n]/);
      }),
      fuzzed(3_000),
    );
  });

  test('files of the GitHub runner hold exactly the names that we gave', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(Object.keys(githubFileValues(outputEntry('cause', text, '7b0c3f5e-d')))).toEqual(['cause']);
        expect(Object.keys(githubFileValues(stateEntry('left', text)))).toEqual(['left']);
      }),
      fuzzed(2_000),
    );
  });
});
