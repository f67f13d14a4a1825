import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestCase, TestOutcome } from '../../../src/core/model/results.ts';
import { resultsInLog } from '../../../src/core/results/log-blocks.ts';
import { tallyOf } from '../../../src/core/results/tally.ts';
import { type TapRead, readTap } from '../../../src/core/results/tap.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/tap');

/** The cases of a stream that must be readable. */
function casesOf(...lines: readonly string[]): readonly TestCase[] {
  const tap = readTap(lines.join('\n'));
  if (!tap.ok) throw new Error(tap.detail);
  return tap.cases;
}

function namesOf(...lines: readonly string[]): readonly (readonly [string, TestOutcome])[] {
  return casesOf(...lines).map(({ suite, name, outcome }) => [suite === '' ? name : `${suite}: ${name}`, outcome]);
}

/** Why a stream is no proof; `none` where it is readable. */
function problemOf(...lines: readonly string[]): string {
  const tap = readTap(lines.join('\n'));
  return tap.ok ? 'none' : tap.detail;
}

describe('what runners really print', () => {
  test.each([
    // Of 13: `top` counts as a test of its own there, beside its subtests.
    ['node-20.20.2', { tests: 12, passed: 6, failed: 3, errors: 0, skipped: 3 }],
    ['ava-7.0.0', { tests: 8, passed: 5, failed: 1, errors: 0, skipped: 2 }],
    ['bats-1.8.2', { tests: 4, passed: 2, failed: 1, errors: 0, skipped: 1 }],
    ['tap-21.8.0', { tests: 5, passed: 2, failed: 1, errors: 0, skipped: 2 }],
    // Tape counts its todo among the passed.
    ['tape-5.10.2', { tests: 4, passed: 2, failed: 1, errors: 0, skipped: 1 }],
  ])('%s', (runner, counts) => {
    expect(tallyOf(readReport(runner)).counts).toEqual(counts);
  });

  test('names of subtests are those of all levels above', () => {
    const suites = ['t-tap/a.test.cjs > orders > creates', 't-tap/a.test.cjs > orders > fails', 't-tap/a.test.cjs'];
    expect(new Set(readReport('tap-21.8.0').map(({ suite }) => suite))).toEqual(
      new Set([...suites, 't-tap/a.test.cjs > Grüße €']),
    );
  });

  test('cut at any character, it is what it was, or nothing', () => {
    for (const runner of readdirSync(FOLDER)) {
      const text = readFileSync(join(FOLDER, runner, 'report.tap'), 'utf8');
      const whole = readTap(text);
      for (let at = 0; at < text.length; at += 1) {
        const found = resultsInLog(text.slice(0, at), 'run');
        const tap = found.kind === 'blocks' && readTap(found.blocks[0]?.lines.join('\n') ?? '');
        if (tap !== false && tap.ok) expect(outcomesOf(tap), `${runner}, ${at}`).toEqual(outcomesOf(whole));
      }
    }
  });
});

function outcomesOf(tap: TapRead): readonly unknown[] {
  return tap.ok ? tap.cases.map(({ suite, name, outcome }) => [suite, name, outcome]) : [];
}

function readReport(runner: string): readonly TestCase[] {
  return casesOf(readFileSync(join(FOLDER, runner, 'report.tap'), 'utf8'));
}

describe('the plan', () => {
  test.each<[string, readonly string[], string]>([
    ['is complete at the start', ['1..2', 'ok 1', 'ok 2'], 'none'],
    ['is complete at the end', ['ok 1', 'ok 2', '1..2'], 'none'],
    ['may have gaps in the order of its tests', ['1..2', 'ok 2', 'ok 1'], 'none'],
    ['counts tests without numbers', ['ok - a', 'ok - b', '1..2'], 'none'],
    ['is missing', ['ok 1', 'ok 2'], 'the plan is missing'],
    ['is incomplete', ['1..3', 'ok 1', 'ok 2'], '3 tests were planned, 2 came'],
    ['is exceeded', ['1..1', 'ok 1', 'ok 2'], '1 tests were planned, 2 came'],
    ['knows no such number', ['1..2', 'ok 1', 'ok 3'], '2 tests were planned, 2 came'],
    ['came twice', ['1..1', 'ok 1', '1..1'], 'the plan came twice'],
    ['has a test twice', ['1..2', 'ok 1', 'ok 1'], 'test 1 came twice'],
    ['is no plan from another number', ['2..3', 'ok 2', 'ok 3'], 'the plan is missing'],
    ['of nothing is no failure here; the rule for too few tests closes', ['1..0 # SKIP no tests'], 'none'],
  ])('%s', (_, lines, expected) => {
    expect(problemOf('TAP version 13', ...lines)).toBe(expected);
  });

  test('nothing at all is no proof', () => {
    expect(problemOf('')).toBe('the plan is missing');
  });
});

describe('a stream that says that it is broken', () => {
  test.each<[string, readonly string[], string]>([
    ['bails out', ['1..1', 'ok 1', 'Bail out! no database'], 'the run bailed out: no database'],
    ['bails out in a subtest', ['1..1', '    ok 1', '    Bail out!', 'ok 1'], 'the run bailed out: no reason'],
    ['begins again', ['1..1', 'ok 1', 'TAP version 13', '1..1', 'ok 1'], 'a second TAP stream begins before the end'],
    ['has another version', ['TAP version 15', '1..1', 'ok 1'], 'TAP version 15 is not known'],
    ['ends within YAML', ['1..1', 'not ok 1', '  ---', '  message: x'], 'it ends within a diagnostic block'],
  ])('%s', (_, lines, expected) => {
    expect(problemOf('TAP version 14', ...lines)).toBe(expected);
  });
});

describe('one test', () => {
  test.each<[string, TestOutcome]>([
    ['ok 1 - a', 'passed'],
    ['ok 1 a', 'passed'],
    ['not ok 1 - a', 'failed'],
    ['ok 1 - a # SKIP no disk', 'skipped'],
    ['not ok 1 - a # skip', 'skipped'],
    ['not ok 1 - a # TODO later', 'skipped'],
    // `node --test` prints a todo test without a body like this: nothing was tested.
    ['ok 1 - a # TODO', 'skipped'],
  ])('%s is %s', (line, outcome) => {
    expect(namesOf('1..1', line)).toEqual([['a', outcome]]);
  });

  test.each([
    ['not ok 1 - opens #todolist', 'opens #todolist'],
    ['not ok 1 - opens # todos', 'opens # todos'],
    ['not ok 1 - GET / #todo', 'GET / #todo'],
    ['not ok 1 - jumps to #skipNav', 'jumps to #skipNav'],
    ['not ok 1 - a # TODO: without a space it is none', 'a # TODO: without a space it is none'],
  ])('that failed is no todo because of its name: %s', (line, name) => {
    expect(namesOf('1..1', line)).toEqual([[name, 'failed']]);
  });

  test.each([
    'not ok 1 - a # skip',
    'not ok 1 a # SKIPPED no disk',
    'not ok 1 - a # skip: later',
    'not ok 1 - a # TODO & SKIP x',
    'not ok 1 - a  #  todo  x',
  ])('that failed with a directive is skipped: %s', (line) => {
    expect(namesOf('1..1', line)).toEqual([['a', 'skipped']]);
  });

  test('has a "#" in its name only where it is escaped', () => {
    expect(namesOf('1..2', String.raw`not ok 1 - issue \# TODO`, 'ok 2 - b # time=1.8ms')).toEqual([
      ['issue # TODO', 'failed'],
      ['b', 'passed'],
    ]);
  });

  test('without a name is called by its number', () => {
    expect(namesOf('1..1', 'ok')).toEqual([['test 1', 'passed']]);
  });

  test('has message, time and details from its YAML, which no line of it can leave', () => {
    const yaml = ['  ---', "  message: 'no route'", '  duration_ms: 12.5', '  at: |', '    not ok 7 - forged', '  ...'];
    expect(casesOf('1..1', 'not ok 1 - a', ...yaml)).toEqual([
      {
        suite: '',
        classname: '',
        name: 'a',
        timeMs: 12.5,
        outcome: 'failed',
        message: 'no route',
        details: "message: 'no route'\nduration_ms: 12.5\nat: |\n  not ok 7 - forged",
      },
    ]);
  });

  test('words that only begin like a result are output', () => {
    expect(namesOf('1..1', 'okay 2', 'not okay', 'notok 3', ' ok 4', 'ok 1 - a')).toEqual([['a', 'passed']]);
  });
});

describe('subtests', () => {
  test('stand for their parent', () => {
    expect(
      namesOf('1..1', '# Subtest: orders', '    ok 1 - a', '    not ok 2 - b', '    1..2', 'not ok 1 - orders'),
    ).toEqual([
      ['orders: a', 'passed'],
      ['orders: b', 'failed'],
    ]);
  });

  test('do not hide a parent that failed by itself', () => {
    expect(namesOf('1..1', '    ok 1 - a', '    1..1', 'not ok 1 - teardown')).toEqual([
      ['teardown: a', 'passed'],
      ['teardown', 'failed'],
    ]);
  });

  test('a parent that says "ok" does not make them pass', () => {
    expect(namesOf('1..1', '    not ok 1 - a', '    1..1', 'ok 1 - orders')).toEqual([['orders: a', 'failed']]);
  });

  test('of a todo are no passes and no failures', () => {
    expect(
      namesOf('1..1', '    not ok 1 - a', '    ok 2 - b', '    1..2', 'not ok 1 - orders # TODO').map(([, one]) => one),
    ).toEqual(['skipped', 'skipped']);
  });

  test('announced inside of their indentation, as older producers do', () => {
    expect(namesOf('1..1', '    # Subtest: orders', '    ok 1 - a', '    1..1', 'ok 1 - x')).toEqual([
      ['orders: a', 'passed'],
    ]);
  });

  test('that begin with a subtest of their own are not lost', () => {
    const deep = ['# Subtest: a', '    # Subtest: b', '        # Subtest: c'];
    const inner = ['            not ok 1 - d', '            1..1', '        ok 1 - c', '        1..1'];
    expect(namesOf('1..1', ...deep, ...inner, '    ok 1 - b', '    1..1', 'ok 1 - a')).toEqual([
      ['a > b > c: d', 'failed'],
    ]);
    // Without a word about them, too.
    expect(
      problemOf('1..1', '        not ok 1 - d', '        1..1', '    ok 1 - b', '    1..1', 'ok 1 - a', 'ok 2'),
    ).toBe('1 tests were planned, 2 came');
    expect(namesOf('1..1', '        not ok 1 - d', '        1..1', '    ok 1 - b', '    1..1', 'ok 1 - a')).toEqual([
      ['a > b: d', 'failed'],
    ]);
  });

  test('in braces, as node-tap buffers them', () => {
    expect(namesOf('1..1', 'ok 1 - orders {', '    ok 1 - a', '    1..1', '}')).toEqual([['orders: a', 'passed']]);
  });

  test.each<[string, readonly string[], string]>([
    ['need a plan', ['1..1', '    ok 1', 'ok 1 - x'], 'the plan is missing'],
    ['need a complete plan', ['1..1', '    1..2', '    ok 1', 'ok 1 - x'], '2 tests were planned, 1 came'],
    ['need a result of their own', ['1..0', '    ok 1', '    1..1'], 'subtest "" has no result'],
  ])('%s', (_, lines, expected) => {
    expect(problemOf(...lines)).toContain(expected);
  });
});
