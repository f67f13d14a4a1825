import { describe, expect, test } from 'vitest';
import { azureCommand } from '../../../src/adapters/azure/commands.ts';
import { failedReport, passedReport } from '../../core/report/fixtures/reports.ts';
import { azureEffects } from '../../judges/azure-agent-parser.ts';
import { azureStage } from '../hosts.ts';

describe('commands survive the agent’s own unescaping', () => {
  test.each(['100% sure', '%0A%5D%3B%AZP25', 'a]b;c=d', 'ünï 🚗', '%25'])('%j', (text) => {
    expect(azureEffects(azureCommand({ command: 'setVariable', name: 'x', value: text }))).toEqual([
      { kind: 'command', name: 'task.setvariable', properties: { variable: 'x', isoutput: 'true' }, data: text },
    ]);
    expect(azureEffects(azureCommand({ command: 'setSecret', value: text }))).toMatchObject([
      { name: 'task.setsecret', data: text },
    ]);
    expect(azureEffects(azureCommand({ command: 'publishResults', file: `/a/${text}`, runTitle: text }))).toMatchObject(
      [
        {
          name: 'results.publish',
          properties: { runtitle: text, resultfiles: `/a/${text}`, failtaskonfailedtests: 'false' },
        },
      ],
    );
  });
});

describe('end of a run', () => {
  test('success is the very last line, once, and never forced', async () => {
    const { host, output } = azureStage();
    await host.report(passedReport());
    expect(output.lines.filter((line) => line.includes('task.complete'))).toEqual([
      '##vso[task.complete result=Succeeded]TESTCAR GATE: PASSED 42 tests, revision web 7c9f6d4b8, promoted',
    ]);
    expect(output.lines.at(-1)).toContain('task.complete');
    expect(output.text).not.toMatch(/done=/i);
    expect(output.text).not.toContain('logissue');
  });

  test.each(['TestsFailed', 'Cancelled', 'GateInternalError', 'InputInvalid'] as const)(
    '%s completes as Failed',
    async (cause) => {
      const { host, output } = azureStage();
      await host.report(failedReport(cause));
      expect(output.lines.filter((line) => line.includes('result=')).map((line) => line.split(']')[0])).toEqual([
        '##vso[task.complete result=Failed',
      ]);
    },
  );

  test('files that cannot be written are a warning, and nothing is published', async () => {
    const { host, output, store } = azureStage();
    store.failure = new Error('ENOSPC: no space left on device');
    await host.report(passedReport());
    const names = azureEffects(output.text).flatMap((effect) => (effect.kind === 'command' ? [effect.name] : []));
    expect(names).toEqual([
      'task.setvariable',
      'task.setvariable',
      'task.setvariable',
      'task.logissue',
      'task.complete',
    ]);
    expect(output.text).toContain(
      '##vso[task.logissue type=warning]the files of the report could not be written to /agent/work/testcar-gate-report: ENOSPC: no space left on device',
    );
  });

  test('the agent would split a path at a comma: the tests are not published, and it says so', async () => {
    const { host, output } = azureStage();
    await host.report({ ...passedReport(), reportDir: '/a,b' });
    expect(output.text).not.toContain('results.publish');
    expect(output.text).toContain('the path /a,b/junit.xml contains a comma; set reportDir');
    expect(output.text).toContain('##vso[task.uploadsummary]/a,b/summary.md');
  });

  test('groups are never nested and always closed', async () => {
    const { host, output } = azureStage();
    await host.report(failedReport('TestsFailed'));
    const groups = azureEffects(output.text).flatMap((effect) => (effect.kind === 'decoration' ? [effect.name] : []));
    expect(groups).toEqual(['group', 'endgroup', 'group', 'endgroup', 'group', 'endgroup']);
  });
});

test('a masked value is told to the agent line by line and never printed or stored', async () => {
  const { host, output, store } = azureStage();
  host.mask('first-secret\r\nsecond-secret\nshort\n');
  host.say('using first-secret');
  void host.relay('testcar', ['Zmlyc3Qtc2VjcmV0 and second-secret']);
  await host.report(failedReport('TestsFailed', { object: 'job/first-secret', message: 'second-secret' }));
  expect(output.lines.slice(0, 4)).toEqual([
    '##vso[task.setsecret]first-secret',
    '##vso[task.setsecret]second-secret',
    'using ***',
    'testcar | *** and ***',
  ]);
  const rest = output.lines.slice(2).join('\n') + [...store.files.values()].join('\n');
  expect(rest).not.toMatch(/(?:first|second)-secret/);
});

test('a file error does not tell a secret', async () => {
  const { host, output, store } = azureStage();
  host.mask('hunter2-secret');
  store.failure = new Error('EACCES: /home/hunter2-secret');
  await host.report(passedReport());
  expect(output.lines.filter((line) => line.includes('hunter2-secret'))).toEqual([
    '##vso[task.setsecret]hunter2-secret',
  ]);
});
