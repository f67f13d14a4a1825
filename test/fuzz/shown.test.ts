import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { azureCommand, type AzureCommand } from '../../src/adapters/azure/commands.ts';
import { githubCommand, type GitHubCommand } from '../../src/adapters/github/commands.ts';
import { makeLogLines } from '../../src/core/report/log-lines.ts';
import { neutraliseForAzure, neutraliseForGitHub, neutraliseForTerminal } from '../../src/core/report/neutralise.ts';
import { makeRedactor } from '../../src/core/report/redact.ts';
import { azureEffects } from '../judges/azure-agent-parser.ts';
import { githubEffects } from '../judges/github-runner-parser.ts';
import { expectNoCommand } from './no-command.ts';
import { fuzzed, hostileText } from './texts.ts';

describe('what is shown', () => {
  test('a neutral line is one line, has no command, and is neutral already', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(azureEffects(neutraliseForAzure(text))).toEqual([]);
        expect(githubEffects(neutraliseForGitHub(text))).toEqual([]);
        expectNoCommand(neutraliseForTerminal(text));
        for (const neutralise of [neutraliseForAzure, neutraliseForGitHub, neutraliseForTerminal]) {
          const line = neutralise(text);
          expect(line).not.toMatch(/[^\P{Cc}\t]|[\u2028\u2029]/u);
          expect(neutralise(line)).toBe(line);
        }
      }),
      fuzzed(3_000),
    );
  });

  test('an Azure command is that command and no other', () => {
    const commands: readonly ((text: string) => [name: string, command: AzureCommand])[] = [
      (text) => ['task.logissue', { command: 'issue', level: 'error', message: text }],
      (text) => ['task.setvariable', { command: 'setVariable', name: 'testcarVerdict', value: text }],
      (text) => ['task.complete', { command: 'complete', result: 'Failed', message: text }],
      (text) => ['results.publish', { command: 'publishResults', file: '/r/junit.xml', runTitle: text }],
      (text) => ['task.setsecret', { command: 'setSecret', value: text }],
      (text) => ['task.uploadsummary', { command: 'uploadSummary', file: text }],
    ];
    fc.assert(
      fc.property(hostileText, fc.constantFrom(...commands), (text, make) => {
        const [name, command] = make(text);
        const effects = azureEffects(azureCommand(command));
        expect(effects).toMatchObject([{ kind: 'command', name }]);
        if (name === 'task.complete') expect(effects).toMatchObject([{ properties: { result: 'Failed' } }]);
      }),
      fuzzed(2_000),
    );
  });

  test('a GitHub command is that command and no other', () => {
    const commands: readonly ((text: string) => [name: string, command: GitHubCommand])[] = [
      (text) => ['error', { command: 'issue', level: 'error', title: text, message: text }],
      (text) => ['group', { command: 'group', title: text }],
      (text) => ['add-mask', { command: 'addMask', value: text }],
    ];
    fc.assert(
      fc.property(hostileText, fc.constantFrom(...commands), (text, make) => {
        const [name, command] = make(text);
        expect(githubEffects(githubCommand(command)).map((effect) => effect.name)).toEqual([name]);
      }),
      fuzzed(2_000),
    );
  });

  test('a relayed log, cut into lines anywhere', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 6 }), hostileText, (texts, source) => {
        const lines = makeLogLines(makeRedactor([]));
        const shown = texts.flatMap((text) => lines.relay(source, text).map(neutraliseForTerminal));
        expectNoCommand(shown.join('\n'));
      }),
      fuzzed(1_000),
    );
  });
});
