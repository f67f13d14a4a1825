import { describe, expect, test } from 'vitest';
import { headlineOf } from '../../../src/core/report/headline.ts';
import { SUMMARY_MAX_BYTES, renderMarkdown } from '../../../src/core/report/render-markdown.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { toSections } from '../../../src/core/report/sections.ts';
import { utf8Length } from '../../../src/core/report/text.ts';
import { failedReport } from './fixtures/reports.ts';

/** Four containers with long lines, many notes, long messages. */
function largeReport(): Report {
  const line = '世<|@'.repeat(150);
  return {
    ...failedReport('TestsFailed'),
    logTails: Array.from({ length: 8 }, (_, i) => ({
      title: `container ${i}`,
      lines: Array.from({ length: 300 }, (_, n) => `${n} ${line}`),
      complete: 'complete',
    })),
    notes: Array.from({ length: 1000 }, () => ({ atMs: 0, phase: 'test', text: line })),
    settlement: Array.from({ length: 1000 }, () => line),
  };
}

function render(report: Report, maxBytes?: number): string {
  return renderMarkdown(toSections(report), headlineOf(report), maxBytes);
}

test('a report of usual size is whole, and says nothing about cuts', () => {
  const text = render(failedReport('TestsFailed'));
  expect(text).not.toContain('Shortened');
  expect(text).toContain('collected 42 items');
});

describe('budget', () => {
  const report = largeReport();
  const whole = render(report, Number.MAX_SAFE_INTEGER);

  test('the default budget is below what GitHub takes, and the report is over it', () => {
    expect(SUMMARY_MAX_BYTES).toBeLessThan(1024 * 1024);
    expect(utf8Length(whole)).toBeGreaterThan(1024 * 1024);
  });

  test.each([900 * 1024, 600_000, 300_000, 100_000, 20_000, 10_000, 5_000])(
    '%i bytes: fits, says what was cut, keeps verdict and headline',
    (maxBytes) => {
      const text = render(report, maxBytes);
      expect(utf8Length(text)).toBeLessThanOrEqual(maxBytes);
      expect(text).toMatch(
        /^> This summary was too long for its place\. Shortened or left out: .+\. Everything is in the files of the run\.\n\n## TEST\\_FAILED/,
      );
      expect(text).toContain('### System Under Test unavailable or offline');
      expect(text.trimEnd().split('\n').at(-1)).toMatch(/^\*\*TESTCAR GATE: TEST\\_FAILED TestsFailed: .+\*\*$/);
    },
  );

  test('logs go first, what was seen goes last: each step is what one byte less than the step before costs', () => {
    const last: string[] = [];
    for (let text = whole; /^(?:##|>)/.test(text); text = render(report, utf8Length(text) - 1)) {
      const cuts = /left out: (.+)\. Everything/.exec(text)?.[1];
      if (cuts !== undefined) last.push(cuts.split(', ').at(-1) ?? '');
    }
    expect(last).toEqual([
      'logs to their last 50 lines',
      'logs to their last 10 lines',
      'the timeline',
      'the logs',
      'failed tests to the first 5',
      'the settlement',
      'the failed tests',
      'what was seen',
    ]);
  });

  test('a budget for nothing still has the headline first', () => {
    const text = render(report, 200);
    expect(utf8Length(text)).toBeLessThanOrEqual(200);
    expect(text).toMatch(/^TESTCAR GATE: TEST\\_FAILED TestsFailed/);
  });
});
