import { describe, expect, test } from 'vitest';
import { githubCommand, outputEntry } from '../../../src/adapters/github/commands.ts';
import { failedReport, passedReport } from '../../core/report/fixtures/reports.ts';
import { githubEffects } from '../../judges/github-runner-parser.ts';
import { GITHUB_OUTPUT, GITHUB_SUMMARY, githubStage } from '../hosts.ts';

describe('commands survive the runner’s own unescaping', () => {
  test.each(['100% sure', '%0A%3A%2C%25', 'a:b,c=d', 'a::b', 'ünï 🚗'])('%j', (text) => {
    expect(githubEffects(githubCommand({ command: 'issue', level: 'error', title: text, message: text }))).toEqual([
      { name: 'error', properties: { title: text }, data: text },
    ]);
    expect(githubEffects(githubCommand({ command: 'addMask', value: text }))).toEqual([
      { name: 'add-mask', properties: {}, data: text },
    ]);
    expect(githubEffects(githubCommand({ command: 'group', title: text }))).toEqual([
      { name: 'group', properties: {}, data: text },
    ]);
  });
  test('a message is cut where the runner would cut it', () => {
    expect(githubCommand({ command: 'issue', level: 'error', title: 't', message: 'x'.repeat(9_000) })).toHaveLength(
      '::error title=t::'.length + 4096,
    );
  });
  test('an output is one line, so that no value can hold the delimiter', () => {
    expect(outputEntry('name', 'a\nd\nforged<<d', 'd')).toBe('name<<d\na d forged<<d\nd\n');
  });
});

test('relayed lines stand where the runner does not listen; a new token each time', () => {
  const { host, output } = githubStage();
  host.say('start');
  void host.relay('testcar', ['one']);
  void host.relay('testcar', ['::error::two ##[add-mask]x']);
  host.say('between');
  void host.relay('testcar', ['three']);
  host.mask('a-secret-value');
  expect(output.lines).toEqual([
    'start',
    '::stop-commands::random-token-1',
    'testcar | one',
    'testcar | ::error::two #_#[add-mask]x',
    '::random-token-1::',
    'between',
    '::stop-commands::random-token-2',
    'testcar | three',
    '::random-token-2::',
    '::add-mask::a-secret-value',
  ]);
});

test('outputs and summary go to the files of the runner; the last line is the headline', async () => {
  const { host, output, store } = githubStage();
  void host.relay('testcar', ['last words']);
  await host.report(failedReport('TestcarNoTests'));
  expect(store.appended.get(GITHUB_OUTPUT)).toBe(
    [
      ...['verdict<<random-token-2', 'TESTCAR_ERROR', 'random-token-2'],
      ...['cause<<random-token-3', 'TestcarNoTests', 'random-token-3'],
      ...['report-dir<<random-token-4', '/agent/work/testcar-gate-report', 'random-token-4', ''],
    ].join('\n'),
  );
  expect(store.appended.get(GITHUB_SUMMARY)).toBe(store.files.get('summary.md'));
  expect(output.lines.at(-1)).toMatch(/^TESTCAR GATE: TESTCAR_ERROR TestcarNoTests: /);
  expect(githubEffects(output.text).filter(({ name }) => name === 'error')).toHaveLength(1);
});

test('a full disk makes three warnings and changes nothing about the last line', async () => {
  const { host, output, store } = githubStage();
  store.failure = new Error('ENOSPC: no space left on device');
  await host.report(passedReport());
  expect(
    githubEffects(output.text)
      .filter(({ name }) => name === 'warning')
      .map(({ data }) => data),
  ).toEqual([
    'the files of the report in /agent/work/testcar-gate-report could not be written: ENOSPC: no space left on device',
    'the outputs of the step could not be written: ENOSPC: no space left on device',
    'the summary of the step could not be written: ENOSPC: no space left on device',
  ]);
  expect(output.lines.at(-1)).toBe('TESTCAR GATE: PASSED 42 tests, revision web 7c9f6d4b8, promoted');
});

test('a file error does not tell a secret', async () => {
  const { host, output, store } = githubStage();
  host.mask('hunter2-secret');
  store.failure = new Error('EACCES: /home/hunter2-secret');
  await host.report(passedReport());
  expect(output.lines.filter((line) => line.includes('hunter2-secret'))).toEqual(['::add-mask::hunter2-secret']);
});
