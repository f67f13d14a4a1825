import { describe, expect, test } from 'vitest';
import { CAUSE_NAMES } from '../../../src/core/causes/index.ts';
import { headlineOf, issuesOf } from '../../../src/core/report/headline.ts';
import { makeLogLines } from '../../../src/core/report/log-lines.ts';
import { prepare } from '../../../src/core/report/prepare.ts';
import type { SafeText } from '../../../src/core/report/neutralise.ts';
import { makeRedactor } from '../../../src/core/report/redact.ts';
import { renderText } from '../../../src/core/report/render-text.ts';
import { verdictJson as writeRedacted } from '../../../src/core/report/report-files.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { toSections } from '../../../src/core/report/sections.ts';
import { utf8Length } from '../../../src/core/report/text.ts';
import { clockTime, duration } from '../../../src/core/report/time.ts';
import { aLedger } from '../../fakes/ledgers.ts';
import { failedReport, passedReport, results } from './fixtures/reports.ts';

const verdictJson = (report: Report, exitCode: number): string =>
  writeRedacted(makeRedactor([]).data(report), exitCode);

describe('headline', () => {
  const passed = passedReport();
  test.each([
    ['promoted', passed, 'TESTCAR GATE: PASSED 42 tests, revision web 7c9f6d4b8, promoted'],
    [
      'not promoted',
      { ...passed, promoted: false },
      'TESTCAR GATE: PASSED 42 tests, revision web 7c9f6d4b8, not promoted',
    ],
    [
      'with skipped tests',
      withCounts(passed, 3),
      'TESTCAR GATE: PASSED 42 tests (3 skipped), revision web 7c9f6d4b8, promoted',
    ],
    [
      'failed',
      failedReport('TestcarNoTests'),
      'TESTCAR GATE: TESTCAR_ERROR TestcarNoTests: Container testcar of pod/testcar-b42-1-k8jvp reported 0 tests, at least 1 are needed: that is not proof -> Check the selection of tests: a filter, tag or path that matches nothing or too little.',
    ],
    [
      'cancelled: nobody has to repair anything',
      failedReport('Cancelled'),
      'TESTCAR GATE: CANCELLED Cancelled: The run was cancelled from outside (SIGINT): nothing is known about this revision',
    ],
  ])('%s', (_, report, expected) => {
    expect(headlineOf(report)).toBe(expected);
  });

  test.each([
    ['log', 'PASSED 42 tests by its own log, revision web 7c9f6d4b8, promoted'],
    ['exit-code', 'PASSED by exit code only: no test was counted, revision web 7c9f6d4b8, promoted'],
  ] as const)('names the weaker source %s, as do the report and verdict.json', (source, expected) => {
    const weaker = { ...passed, results: { ...results(0), source } };
    expect(headlineOf(weaker)).toBe(`TESTCAR GATE: ${expected}`);
    expect(JSON.stringify(toSections(weaker))).toContain(`results: ${source}`);
    expect(JSON.parse(verdictJson(weaker, 0))).toMatchObject({ results: { source } });
    expect(JSON.stringify(toSections(passed))).not.toContain('Weaker proof');
  });

  test('where there is nothing to promote, it names the mode', () => {
    const { promoted: _, ...rest } = passed;
    expect(headlineOf({ ...rest, mode: 'observe' })).toMatch(/, mode observe$/);
  });

  test.each(CAUSE_NAMES)('%s stays one line under 1000 characters with the longest evidence', (cause) => {
    const long = '世\n'.repeat(5_000);
    const details = ['held for', 'missing', 'first failures', 'expected', 'found'].map((label) => ({
      label,
      value: long,
    }));
    const evidence = { object: long, container: long, image: long, node: long, reason: long, message: long, details };
    const headline = headlineOf(failedReport(cause, evidence));
    expect(headline).not.toMatch(/[\r\n]/);
    expect(headline.length).toBeLessThan(1000);
  });
});

function withCounts(report: Report, skipped: number): Report {
  const { counts } = results(0);
  return { ...report, results: { ...results(0), counts: { ...counts, passed: counts.passed - skipped, skipped } } };
}

describe('issues', () => {
  test('none for a pass', () => {
    expect(issuesOf(passedReport())).toEqual([]);
  });
  test('headline first, then failed tests, ten in all', () => {
    const issues = issuesOf(failedReport('TestsFailed'));
    expect(issues).toHaveLength(10);
    expect(issues[0]).toEqual({
      level: 'error',
      title: 'TEST_FAILED TestsFailed',
      text: headlineOf(failedReport('TestsFailed')),
    });
    expect(issues[2]).toEqual({
      level: 'error',
      title: 'Test error',
      text: 'checkout › case 2: expected 1 but was 2 second line',
    });
  });
  test('a cancelled run is one warning', () => {
    expect(issuesOf({ ...failedReport('Cancelled'), results: results(5) }).map(({ level }) => level)).toEqual([
      'warning',
    ]);
  });
});

describe('sections', () => {
  test('order of a failure with everything in it', () => {
    const report = { ...failedReport('SutNeverReady'), results: results(2) };
    const ids = toSections(report).map(({ id }) => id);
    expect(ids).toEqual([
      'verdict',
      'playbook',
      'seen',
      'tests',
      'others',
      'timeline',
      'log',
      'log',
      'settlement',
      'files',
    ]);
  });
  test('a pass is short: no playbook, no timeline, but how long each phase took', () => {
    const passed: Report = {
      ...passedReport(),
      timeline: [{ atMs: 0, about: 'sut', object: 'pod/web-1', text: 'ready' }],
    };
    const sections = toSections(passed);
    expect(sections.map(({ id }) => id)).toEqual(['verdict', 'logs', 'settlement', 'files']);
    expect(JSON.stringify(sections)).not.toMatch(/waiting for|pod\/web-1/);
    expect(JSON.stringify(sections)).toContain('preflight 2 s, deploy 2 s, ready 3 min 37 s');
  });
  test('after a promotion began, nothing says that the live revision was not touched', () => {
    const report = failedReport('ApiUnreachable');
    expect(JSON.stringify(toSections(report))).toContain('the live revision was not touched. What');
    const begun = JSON.stringify(toSections({ ...report, liveChanged: true, settlement: [] }));
    expect(begun).not.toContain('not touched');
    expect(begun).toContain('The previous revision could perhaps not be put back');
    expect(begun).toContain('kubectl rollout undo deployment/web -n shop');
  });
  test('secrets are to be rotated only where one was seen', () => {
    const report = failedReport('TestsFailed');
    expect(JSON.stringify(toSections({ ...report, redacted: { jwt: 1 } }))).toContain('Rotate secrets');
    expect(JSON.stringify(toSections(report))).not.toContain('Rotate secrets');
  });
  test('a report about which nothing is known has a verdict and a place', () => {
    const bare = {
      ...failedReport('GateInternalError', { object: '' }),
      notes: [],
      phases: [],
      timeline: [],
      ledgers: [],
      logTails: [],
      settlement: [],
      revision: undefined,
    };
    expect(toSections(bare).map(({ id }) => id)).toEqual(['verdict', 'playbook', 'seen', 'files']);
  });
  test('long lists are cut and say so', () => {
    const report: Report = {
      ...failedReport('TestsFailed', {
        object: 'job/x',
        details: Array.from({ length: 40 }, (_, i) => ({ label: `l${i}`, value: 'v' })),
      }),
      notes: Array.from({ length: 300 }, (_, i) => ({ atMs: i, phase: 'test' as const, text: `note ${i}` })),
      logTails: [{ title: 't', lines: Array.from({ length: 500 }, (_, i) => `line ${i}`), complete: 'complete' }],
      settlement: Array.from({ length: 150 }, (_, i) => `settled ${i}`),
    };
    const text = renderText(toSections(report))
      .map((event) => ('text' in event ? event.text : ''))
      .join('\n');
    for (const expected of [
      '10 more facts',
      '(243 left out; all are in verdict.json)',
      '(300 earlier lines left out)',
      'and 50 more',
      'and 2 more, see junit.xml',
    ]) {
      expect(text).toContain(expected);
    }
    expect(text).toContain('note 299');
    expect(text).toContain('line 499');
    expect(text).not.toMatch(/note 99\b|line 299\b/);
    expect(text).toContain('note 19');
  });
  test('no line is longer than what consoles show', () => {
    const report = failedReport('TestsFailed', { object: 'x'.repeat(9_000), message: '世'.repeat(9_000) });
    for (const event of renderText(toSections(report)))
      if (event.kind === 'line') expect(event.text.length).toBeLessThanOrEqual(1000);
  });
});

describe('verdict.json', () => {
  test('what a script asks for comes first, in a fixed order', () => {
    const report = failedReport('TestsFailed');
    const json = verdictJson(report, 1);
    const parsed: unknown = JSON.parse(json);
    expect(Object.keys(parsed ?? {})).toEqual([
      ...[
        'class',
        'cause',
        'exitCode',
        'headline',
        'playbook',
        'gateVersion',
        'runId',
        'attempt',
        'mode',
        'namespace',
        'sut',
        'startedAtMs',
        'endedAtMs',
        'decidedAtMs',
        'promoted',
        'unchanged',
        'guardrails',
        'liveChanged',
      ],
      ...[
        'revision',
        'control',
        'shards',
        'attachments',
        'admission',
        'settlement',
        'phases',
        'notes',
        'timeline',
        'ledgers',
        'logTails',
        'reportDir',
        'redacted',
        'results',
        'verdict',
      ],
    ]);
    const reordered = Object.fromEntries(Object.entries(report).reverse()) as Report;
    expect(verdictJson(reordered, 1)).toBe(json);
    expect(parsed).toMatchObject({
      class: 'TEST_FAILED',
      cause: 'TestsFailed',
      exitCode: 1,
      headline: headlineOf(report),
      playbook: 'docs/playbook/TestsFailed.md',
    });
    expect(parsed).toMatchObject({ results: { counts: { tests: 42 }, notPassed: { length: 22 } } });
  });
  test('a script can ask for the state of each log', () => {
    const ledgers = [aLedger(), aLedger({ lines: 0, end: { kind: 'pod-gone' } })];
    expect(JSON.parse(verdictJson({ ...passedReport(), ledgers }, 0))).toMatchObject({
      ledgers: [
        { state: 'complete', why: [], pod: 'testcar-1', lines: 12 },
        { state: 'lost', why: ['the pod was deleted before its log was read to the end'], end: { kind: 'pod-gone' } },
      ],
    });
  });
  test('a pass does not repeat its results in the proof', () => {
    expect(JSON.parse(verdictJson(passedReport(), 0))).toMatchObject({
      class: 'PASSED',
      cause: null,
      exitCode: 0,
      verdict: { kind: 'passed', class: 'PASSED', proof: { jobUid: '6ba7b814-9dad-41d1-80b4-00c04fd430c8' } },
      results: { notPassed: [] },
    });
    expect(verdictJson(passedReport(), 0)).not.toContain('total is right');
  });
});

describe('prepare', () => {
  const parts = {
    redactor: makeRedactor(['hunter2!']),
    writeJUnit: (report: Report) => [`<x>${report.settlement.join()}</x>` as SafeText],
    exitCodeOf: () => 1,
  };
  test('nothing that is shown or stored has a secret', () => {
    const report = {
      ...failedReport('TestsFailed', { object: 'job/hunter2!', message: 'is hunter2!' }),
      settlement: ['hunter2!'],
    };
    const prepared = prepare(report, parts);
    const stored = prepared.files.map(({ content }) => [...content].join(''));
    expect(stored).toContain('<x>***</x>');
    expect(JSON.stringify([prepared, stored])).not.toContain('hunter2!');
  });
  test('test cases that are kept packed are redacted too, and their secrets told', () => {
    const [one] = passedReport().results?.cases ?? [];
    const cases = {
      length: 1,
      *[Symbol.iterator]() {
        if (one !== undefined) yield { ...one, name: 'is hunter2!' };
      },
    };
    const report = failedReport('TestsFailed');
    const prepared = prepare(
      { ...report, ...(report.results && { results: { ...report.results, cases } }) },
      { ...parts, redactor: makeRedactor(['hunter2!']) },
    );
    expect([...(prepared.report.results?.cases ?? [])].map(({ name }) => name)).toEqual(['is ***']);
    expect(prepared.summary).toContain('Rotate secrets');
  });
  test('JUnit that breaks off while it is stored is trouble too', () => {
    const broken = prepare(passedReport(), {
      ...parts,
      *writeJUnit() {
        yield '<testsuites>' as SafeText;
        throw new Error('no');
      },
    });
    expect(broken.files.map(({ content }) => [...content].join('')).at(-1)).toBe('<testsuites>');
    expect(broken.trouble).toEqual(['junit.xml could not be made: no']);
  });
  test('a secret that was seen is to be rotated', () => {
    const withSecret = { ...failedReport('TestsFailed'), settlement: ['hunter2!'] };
    const other = makeRedactor(['hunter2!']);
    expect(prepare(withSecret, { ...parts, redactor: other }).summary).toContain('Rotate secrets');
    expect(
      prepare(failedReport('TestsFailed'), { ...parts, redactor: makeRedactor(['hunter2!']) }).summary,
    ).not.toContain('Rotate secrets');
  });
  test('what was redacted is counted, after a pass too', () => {
    const passed = { ...passedReport(), settlement: ['hunter2!'] };
    const { summary, files } = prepare(passed, { ...parts, redactor: makeRedactor(['hunter2!']) });
    expect(summary).toContain('1 credential of the gate');
    expect(summary).toContain('Revoke it now');
    const json = [...(files.find(({ name }) => name === 'verdict.json')?.content ?? '')].join('');
    expect(JSON.parse(json)).toMatchObject({
      redacted: { known: 1 },
    });
  });
  test('JUnit that cannot be made is trouble, not the end', () => {
    const broken = prepare(passedReport(), {
      ...parts,
      writeJUnit: () => {
        throw new Error('no');
      },
    });
    expect(broken.trouble).toEqual(['junit.xml could not be made: no']);
    expect(broken.files.map(({ name }) => name)).toEqual(['verdict.json', 'summary.md']);
  });
});

describe('log lines', () => {
  const lines = makeLogLines(makeRedactor(['hunter2!']));
  test('relayed lines carry their source, each part of them', () => {
    expect(lines.relay('testcar', 'a\rb\u2028c')).toEqual(['testcar | a', 'testcar | b', 'testcar | c']);
    expect(lines.relay('te\nst\u202ecar', 'x')).toEqual(['te stcar | x']);
    expect(lines.relay('testcar', 'x'.repeat(2_000)).map((line) => line.length)).toEqual([910, 910, 210]);
  });
  test('secrets are found also when they are written with invisible characters', () => {
    expect(lines.relay('testcar', 'is hun\u200bter2!\u001b[0m')).toEqual(['testcar | is ***']);
    expect(lines.say('is hun\u200bter2!')).toEqual(['is ***']);
  });
  test('a private key is followed per source', () => {
    const begin = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ');
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8';
    expect(lines.relay('a', begin)).toEqual(['a | ***']);
    expect(lines.relay('b', body)).toEqual([`b | ${body}`]);
    expect(lines.relay('a', body)).toEqual(['a | ***']);
  });
  test('a line of megabytes is cut and says how long it was', () => {
    const shown = lines.relay('testcar', 'x'.repeat(5_000_000));
    expect(utf8Length(shown.join(''))).toBeLessThan(20_000);
    expect(shown.at(-1)).toMatch(/cut; \d+ bytes in all\)$/);
  });
});

test.each([
  [0, '0 ms'],
  [-5, '0 ms'],
  [999, '999 ms'],
  [1_000, '1 s'],
  [59_600, '1 min'],
  [130_000, '2 min 10 s'],
  [3_780_000, '1 h 3 min'],
  [Number.NaN, 'unknown time'],
])('duration(%d)', (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

test.each([
  [0, '00:00:00Z'],
  [Date.UTC(2026, 10, 20, 14, 3, 7), '14:03:07Z'],
  [Number.NaN, 'unknown time'],
  [9e15, 'unknown time'],
])('clockTime(%d)', (ms, expected) => {
  expect(clockTime(ms)).toBe(expected);
});
