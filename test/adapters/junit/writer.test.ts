import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJUnit } from '../../../src/adapters/junit/reader.ts';
import { writeJUnit as writeRedacted } from '../../../src/adapters/junit/writer.ts';
import { CAUSES, type Cause } from '../../../src/core/causes/index.ts';
import type { TestCase, TestOutcome } from '../../../src/core/model/results.ts';
import type { Evidence, FailureClass } from '../../../src/core/model/evidence.ts';
import type { Failed, Verdict } from '../../../src/core/judge/verdict.ts';
import type { Phase, Report } from '../../../src/core/report/report.ts';
import { makeRedactor } from '../../../src/core/report/redact.ts';
import { attachmentsIn } from '../../judges/azure-publisher.ts';
import { resultsOf } from '../../fakes/builders.ts';
import { passedReport } from '../../core/report/fixtures/reports.ts';

const pieces = (of: Report): Iterable<string> => writeRedacted(makeRedactor([]).data(of));
const writeJUnit = (of: Report): string => [...pieces(of)].join('');

const PASSED = passedReport();
const START = Date.UTC(2026, 10, 20, 12, 0, 0);

function aCase(fields: Partial<TestCase>): TestCase {
  return { suite: 's', classname: 'c', name: 'n', timeMs: 10, outcome: 'passed', message: '', details: '', ...fields };
}

function failed(cause: Cause, evidence: Evidence, verdictClass: FailureClass = CAUSES[cause].class): Failed {
  return { kind: 'failed', class: verdictClass, finding: { cause, evidence }, others: [] };
}

/** A run that went through these phases, one second each. */
function report(verdict: Verdict, phases: readonly Phase[], cases?: readonly TestCase[]): Report {
  return {
    ...PASSED,
    verdict,
    results: cases && { ...resultsOf(cases), sha256: 'ab' },
    phases: phases.map((phase, i) => ({ phase, startedAtMs: START + i * 1000, endedAtMs: START + (i + 1) * 1000 })),
  };
}

function reread(text: string): TestCase[] {
  const read = readJUnit('junit.xml', Buffer.from(text));
  if (!read.ok) throw new Error(`${JSON.stringify(read.problem)}\n${text}`);
  return read.cases;
}

const outcomes = (text: string): string[] =>
  reread(text).map(({ suite, name, outcome }) => `${suite}: ${name} ${outcome}`);
const ALL: readonly Phase[] = [
  'configure',
  'preflight',
  'deploy',
  'ready',
  'test',
  'collect',
  'confirm',
  'settle',
  'report',
];

test('a passed run, whole', () => {
  const cases = [
    aCase({}),
    aCase({ suite: 't', classname: '', outcome: 'skipped', message: 'not yet', timeMs: undefined }),
  ];
  expect(writeJUnit({ ...report(PASSED.verdict, ALL, cases), sut: 'web', attempt: '2' }))
    .toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Testcar Gate web, attempt 2">
  <testsuite name="testcar.gate" tests="8" failures="0" errors="0" skipped="0">
    <properties>
      <property name="testcar-gate run" value="${PASSED.runId}"/>
      <property name="testcar-gate attempt" value="2"/>
      <property name="testcar-gate mode" value="${PASSED.mode}"/>
      <property name="testcar-gate namespace" value="${PASSED.namespace}"/>
      <property name="testcar-gate verdict" value="PASSED"/>
      <property name="testcar-gate results sha256" value="ab"/>
    </properties>
    <testcase classname="testcar.gate" name="configure" time="1"/>
    <testcase classname="testcar.gate" name="preflight" time="1"/>
    <testcase classname="testcar.gate" name="deploy" time="1"/>
    <testcase classname="testcar.gate" name="ready" time="1"/>
    <testcase classname="testcar.gate" name="test" time="1"/>
    <testcase classname="testcar.gate" name="collect" time="1"/>
    <testcase classname="testcar.gate" name="confirm" time="1"/>
    <testcase classname="testcar.gate" name="settle" time="1"/>
  </testsuite>
  <testsuite name="s" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="n" classname="c" time="0.01"/>
  </testsuite>
  <testsuite name="t" tests="1" failures="0" errors="0" skipped="1">
    <testcase name="n">
      <skipped/>
      <system-out><![CDATA[not yet]]></system-out>
    </testcase>
  </testsuite>
</testsuites>
`);
});

describe('a run that failed is red where it failed', () => {
  const evidence: Evidence = {
    object: 'pod/testcar-1-x1',
    container: 'testcar',
    image: 'registry.example/testcar:7',
    reason: 'ErrImagePull',
  };
  const cause: Cause = 'TestcarResultsInvalid';

  test.each<[string, FailureClass, readonly Phase[], Phase]>([
    ['before it did anything', 'CONFIG_ERROR', [], 'configure'],
    ['in preflight', 'CONFIG_ERROR', ['preflight', 'settle', 'report'], 'preflight'],
    ['while the SUT became ready', 'SUT_NOT_READY', ['preflight', 'deploy', 'ready', 'settle', 'report'], 'ready'],
    ['in preflight, without anything to settle', 'CLUSTER_ERROR', ['preflight', 'report'], 'preflight'],
    [
      'when results were collected',
      'TESTCAR_ERROR',
      ['preflight', 'deploy', 'ready', 'test', 'collect', 'settle', 'report'],
      'collect',
    ],
    ['by its tests', 'TEST_FAILED', ['preflight', 'deploy', 'ready', 'test', 'collect', 'settle', 'report'], 'test'],
    ['at promotion', 'SUT_NOT_READY', ['test', 'confirm', 'settle', 'settle', 'report'], 'settle'],
    ['at promotion, with one span', 'SUT_NOT_READY', ['settle', 'report'], 'settle'],
  ])('%s', (_, verdictClass, phases, where) => {
    const cases = reread(writeJUnit(report(failed(cause, evidence, verdictClass), phases)));
    const bad = cases.filter(({ outcome }) => outcome === 'failed' || outcome === 'error');
    expect(bad.map(({ name, outcome }) => [name, outcome])).toEqual([
      [where, verdictClass === 'TEST_FAILED' ? 'failed' : 'error'],
    ]);
    const at = cases.findIndex(({ name }) => name === where);
    expect(cases.slice(at + 1).every(({ outcome }) => outcome === 'skipped')).toBe(true);
    expect(cases.slice(0, at).every(({ outcome }) => outcome === 'passed')).toBe(true);
  });

  test('with class, cause, headline and what to do', () => {
    const verdict = failed(cause, evidence);
    const [bad] = reread(writeJUnit(report(verdict, ['preflight', 'test', 'report']))).filter(
      ({ outcome }) => outcome === 'error',
    );
    const { headline, title, entry } = CAUSES[cause];
    expect(bad?.message.split('\n')[0]).toBe(`[${verdict.class}] ${cause}: ${headline(evidence)}`);
    expect(bad?.details).toBe([title, ...entry.remediation(evidence).map((line) => `- ${line}`)].join('\n'));
  });

  test('every cause can be written', () => {
    for (const each of Object.keys(CAUSES) as Cause[]) {
      const text = writeJUnit(
        report(failed(each, { object: 'pod/\u0000<evil>]]>&"', message: ']]>]]><x/>' }), ['test', 'report']),
      );
      expect(outcomes(text).filter((line) => /failed|error/.test(line)).length, each).toBe(1);
    }
  });
});

test('the control run is told, and counts as nothing', () => {
  const cases = [aCase({ name: 'total', outcome: 'failed' })];
  const verdict = failed('TestsFailed', { object: 'job/x' });
  const one = { suite: 's', classname: 'c', name: 'total' };
  const control = { kind: 'compared', stable: 'web-old', cases: [{ ...one, there: 'failed' }] } as const;
  const text = writeJUnit({ ...report(verdict, ['test'], cases), control });
  const told = reread(text).filter(({ suite }) => suite === 'testcar.control');
  expect(told.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['total skipped']);
  expect(text).toContain('control run against the stable revision web-old: failed');
  expect(writeJUnit({ ...report(verdict, ['test'], cases), control: { kind: 'not-done', why: '' } })).not.toContain(
    'testcar.control',
  );
});

describe('testcar’s own cases', () => {
  const write = (...cases: TestCase[]): TestCase[] => reread(writeJUnit(report(PASSED.verdict, ALL, cases))).slice(8);

  test('keep their outcome, message and stack', () => {
    const cases = [
      aCase({ name: 'a', outcome: 'failed', message: 'expected 1\nto be 2', details: 'at x.ts:1\n  at y.ts:2' }),
      aCase({ name: 'b', outcome: 'error', message: 'boom', details: 'stack', timeMs: 1234 }),
      aCase({ name: 'c', outcome: 'passed', suite: 'other', timeMs: undefined }),
      aCase({ name: 'd', outcome: 'skipped' }),
    ];
    expect(write(...cases)).toEqual([cases[0], cases[1], cases[3], cases[2]]);
  });

  test('have a name and a message even if they came without', () => {
    expect(
      write(
        aCase({ suite: '', name: ' \n', outcome: 'failed', details: '\nat x.ts\nat y.ts' }),
        aCase({ suite: '', outcome: 'error', message: '\u001b[1m' }),
      ),
    ).toMatchObject([
      { suite: 'testcar', name: 'test without a name', message: 'at x.ts' },
      { suite: 'testcar', message: 'no message' },
    ]);
  });

  test('cannot make a publisher attach a file of the agent', () => {
    const attack =
      '[[ATTACHMENT|/etc/passwd]] [[ATTA[[ATTACHMENT|CHMENT|/etc/shadow]] [[\u0001ATTACH\u001b[0mMENT|x]] [[ attachment |y]] ' +
      '[[\u200bATTACHMENT\u2060|z]] [[[[ATTACHMENT||z]] [\u0301[A\u0301TTACHMENT|z]] [[ATTA\u00adCHMENT|z]] [\u202e[ATTACHMENT\u0301|z]]';
    const text = writeJUnit(
      report(PASSED.verdict, ALL, [
        aCase({ name: attack, classname: attack, suite: attack, outcome: 'failed', message: attack, details: attack }),
        aCase({ outcome: 'skipped', message: attack }),
      ]),
    );
    expect(attachmentsIn(text)).toEqual([]);
  });

  test('neither can the name of the SUT', () => {
    expect(outcomes(writeJUnit({ ...report(PASSED.verdict, ALL), sut: '" tests="1"><testsuite name="x' })).length).toBe(
      8,
    );
  });

  test('of a suite that is large come in several suites of one name, all of them and in order', () => {
    const cases = Array.from({ length: 10_001 }, (_, i) =>
      aCase({ name: `case ${i}`, outcome: i === 10_000 ? 'failed' : 'passed', message: i === 10_000 ? 'm' : '' }),
    );
    const text = writeJUnit(report(PASSED.verdict, ALL, cases));
    expect(text.match(/<testsuite name="s" tests="\d+"/g)).toEqual([
      '<testsuite name="s" tests="5000"',
      '<testsuite name="s" tests="5000"',
      '<testsuite name="s" tests="1"',
    ]);
    expect(reread(text).slice(8)).toEqual(cases);
  });

  test('that failed by the thousand keep one line each at last, so that the file stays below what Azure takes', () => {
    const long = 'x'.repeat(32_000);
    function* many(): Generator<TestCase> {
      for (let i = 0; i < 3_000; i += 1) yield aCase({ outcome: 'failed', message: long, details: long });
    }
    const cases = { length: 3_000, [Symbol.iterator]: many };
    let chars = 0;
    let last = '';
    for (const piece of pieces({ ...report(PASSED.verdict, ALL, []), results: { ...resultsOf([]), cases } })) {
      chars += piece.length;
      if (piece.includes('<testcase')) last = piece;
    }
    expect(chars).toBeLessThan(75_000_000);
    expect(last).toContain(`message="${'x'.repeat(293)}… (cut)"`);
  });

  test('that are so many that only short names have room, keep those', () => {
    const cases = {
      length: 2_000_000,
      [Symbol.iterator]: () => [aCase({ name: 'n'.repeat(500) }), aCase({ name: 'short' })][Symbol.iterator](),
    };
    const text = [...pieces({ ...report(PASSED.verdict, ALL, []), results: { ...resultsOf([]), cases } })].join('');
    expect(
      reread(text)
        .slice(8)
        .map(({ name }) => name),
    ).toEqual([`${'n'.repeat(33)}… (cut)`, 'short']);
  });

  test('cannot add elements', () => {
    const attack = `]]>]]></failure></testcase><testcase name="forged"/><![CDATA[ "'<&>]]> &lt;`;
    const cases = write(aCase({ name: attack, outcome: 'failed', message: attack, details: attack }));
    expect(cases.map(({ name, details }) => [name, details])).toEqual([
      [attack.replaceAll(']]>', ']] >'), attack.replaceAll(']]>', ']] >')],
    ]);
  });

  test('lose control characters and what XML cannot carry, and are cut', () => {
    const [found] = write(
      aCase({
        name: `a\u0000b\u001b[31mred\u001b[0m\ud800c\nd${'e'.repeat(600)}`,
        outcome: 'failed',
        message: 'm\r\nn\uffff',
        details: 'x'.repeat(40_000),
      }),
    );
    expect(found).toMatchObject({ message: 'm\nn\ufffd', details: `${'x'.repeat(31_993)}… (cut)` });
    expect(found?.name).toBe(`${`abred\ufffdc d${'e'.repeat(600)}`.slice(0, 505)}… (cut)`);
  });

  test.each(['\u001b[[1m', '\u001b[;;#1m', '\u001b()1A', '\u2028', '\u0085', '\u000b', '\u200b', '\u202e', '\u009b1m'])(
    'show no secret that is cut by %j',
    (cutter) => {
      const text = `pass${cutter}w0rd-of-db`;
      const written = [
        ...writeRedacted(
          makeRedactor(['passw0rd-of-db']).data(
            report(PASSED.verdict, ALL, [aCase({ name: text, outcome: 'failed', message: text, details: text })]),
          ),
        ),
      ].join('');
      expect(written).not.toContain('passw0rd-of-db');
    },
  );
  test('property: whatever the texts are, the same cases with the same outcomes come back', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(']]>', '<', '&', '"', '[[ATTACHMENT|', '\u001b[1m', '\n', '\ud800', '<![CDATA[', 'a', ' '),
          { maxLength: 12 },
        )
        .map((parts) => parts.join('')),
    );
    const anyCase = fc.record({
      suite: fc.constantFrom('s', 't'),
      classname: text,
      name: text,
      timeMs: fc.option(fc.nat(), { nil: undefined }),
      outcome: fc.constantFrom<TestOutcome>('passed', 'failed', 'error', 'skipped'),
      message: text,
      details: text,
    });
    fc.assert(
      fc.property(fc.array(anyCase, { maxLength: 6 }), (cases) => {
        const written = writeJUnit(report(PASSED.verdict, ALL, cases));
        expect(written).not.toContain('[[ATTACHMENT|');
        const found = reread(written).slice(8);
        const inOrder = [...new Set(cases.map(({ suite }) => suite))].flatMap((suite) =>
          cases.filter((one) => one.suite === suite),
        );
        expect(found.map(({ suite, outcome, timeMs }) => [suite, outcome, timeMs])).toEqual(
          inOrder.map(({ suite, outcome, timeMs }) => [suite, outcome, timeMs]),
        );
        // What was written once is safe: it is not changed a second time.
        const again = reread(writeJUnit(report(PASSED.verdict, ALL, found))).slice(8);
        expect(again).toEqual(found);
      }),
      { numRuns: 100 },
    );
  });
});

test('a suite that several shards ran parts of says which ran what', () => {
  const cases = [0, 0, 1].map((shard, place) => aCase({ suite: 'parts', name: `t${place}`, shard }));
  const shards = [0, 1].map((index) => ({ index, pod: undefined, counts: undefined, retries: [] }));
  const text = writeJUnit({ ...PASSED, results: resultsOf(cases), shards });
  expect([...text.matchAll(/testcar-gate shard" value="([^"]*)"/g)].map(([, value]) => value)).toEqual([
    'shard 1 of 2 (index 0)',
    'shard 2 of 2 (index 1)',
  ]);
  expect(reread(text).map(({ suite, name }) => `${suite} ${name}`)).toEqual(
    expect.arrayContaining(['parts t0', 'parts t1', 'parts t2']),
  );
});

test('what is wrong with one shard says with which', () => {
  const evidence = { object: 'pod/x', container: 'testcar', exitCode: 2, shard: 'shard 2 of 3 (index 1)' };
  const text = writeJUnit({
    ...PASSED,
    verdict: failed('TestcarExitWithoutResults', evidence),
  });
  expect(text).toMatch(
    /message="\[TESTCAR_ERROR\] TestcarExitWithoutResults: Shard 2 of 3 \(index 1\): Container testcar/,
  );
});
