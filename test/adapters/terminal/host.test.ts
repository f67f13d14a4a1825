import { expect, test } from 'vitest';
import { failedReport, passedReport } from '../../core/report/fixtures/reports.ts';
import { terminalStage } from '../hosts.ts';

test('colour only where it was asked for, around lines and never inside', async () => {
  const [plain, coloured] = [terminalStage(), terminalStage(true)];
  for (const { host } of [plain, coloured]) {
    host.say('hello');
    void host.relay('testcar', ['\u001b[31mred\u001b[0m']);
    await host.report(passedReport());
  }
  // eslint-disable-next-line no-control-regex -- looks for escapes
  expect(plain.output.text).not.toMatch(/\u001b/);
  expect(coloured.output.lines.slice(0, 3)).toEqual([
    'hello',
    '\u001b[2mtestcar | red\u001b[0m',
    '\u001b[1m=== PASSED 42 tests, revision web 7c9f6d4b8, promoted ===\u001b[0m',
  ]);
  expect(coloured.output.lines.at(-1)).toBe(
    '\u001b[32mTESTCAR GATE: PASSED 42 tests, revision web 7c9f6d4b8, promoted\u001b[0m',
  );
  // eslint-disable-next-line no-control-regex -- removes our own colours
  expect(coloured.output.text.replace(/^\u001b\[\d+m|\u001b\[0m$/gm, '')).toBe(plain.output.text);
});

test('a failure ends in red, with a warning when the files could not be written', async () => {
  const { host, output, store } = terminalStage(true);
  store.failure = new Error('EACCES: permission denied');
  await host.report(failedReport('TestcarNoTests'));
  expect(output.lines.at(-2)).toBe(
    'warning: the files of the report could not be written to /agent/work/testcar-gate-report: EACCES: permission denied',
  );
  expect(output.lines.at(-1)).toContain('\u001b[31mTESTCAR GATE: TESTCAR_ERROR ');
});
