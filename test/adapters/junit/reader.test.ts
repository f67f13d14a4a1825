import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BoundedPieces } from '../../../src/adapters/junit/bounded-pieces.ts';
import { JUnitFile, readJUnit } from '../../../src/adapters/junit/reader.ts';
import type { TestCase } from '../../../src/core/model/results.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const read = (text: string): ReturnType<typeof readJUnit> => readJUnit('junit.xml', bytes(text));
const one = (fields: Partial<TestCase>): TestCase => ({
  suite: '',
  classname: '',
  name: '',
  timeMs: undefined,
  outcome: 'passed',
  message: '',
  details: '',
  ...fields,
});
const invalid = (detail: unknown): unknown => ({ ok: false, problem: { kind: 'invalid', file: 'junit.xml', detail } });

function casesOf(text: string | Uint8Array): TestCase[] {
  const result = typeof text === 'string' ? read(text) : readJUnit('junit.xml', text);
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.cases;
}

describe('what writers make', () => {
  test('pytest', () => {
    const text = `<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="1.235" timestamp="2026-11-20T10:00:00" hostname="testcar-x">
<testcase classname="tests.test_orders" name="test_create" time="0.012"/>
<testcase classname="tests.test_orders" name="test_list[a&gt;b]" time="0.5"><failure message="AssertionError: assert 1 == 2&#10;where">def test_list():
&gt;       assert 1 == 2
E       AssertionError</failure></testcase>
<testcase classname="tests.test_orders" name="test_pay" time="0.0"><error message="failed on setup"><![CDATA[fixture <db> died]]></error></testcase>
<testcase classname="tests.test_orders" name="test_later" time="0.0"><skipped type="pytest.skip" message="not yet">x.py:3: not yet</skipped></testcase>
</testsuite></testsuites>`;
    expect(casesOf(text)).toEqual([
      one({ suite: 'pytest', classname: 'tests.test_orders', name: 'test_create', timeMs: 12 }),
      one({
        suite: 'pytest',
        classname: 'tests.test_orders',
        name: 'test_list[a>b]',
        timeMs: 500,
        outcome: 'failed',
        message: 'AssertionError: assert 1 == 2\nwhere',
        details: 'def test_list():\n>       assert 1 == 2\nE       AssertionError',
      }),
      one({
        suite: 'pytest',
        classname: 'tests.test_orders',
        name: 'test_pay',
        timeMs: 0,
        outcome: 'error',
        message: 'failed on setup',
        details: 'fixture <db> died',
      }),
      one({
        suite: 'pytest',
        classname: 'tests.test_orders',
        name: 'test_later',
        timeMs: 0,
        outcome: 'skipped',
        message: 'not yet',
        details: 'x.py:3: not yet',
      }),
    ]);
  });

  test('surefire: one suite as root, output, a flaky test that passed, thousands in a time', () => {
    const text = `<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd" name="shop.CartTest" time="1,234.5" tests="2" errors="0" skipped="0" failures="0">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="adds" classname="shop.CartTest" time="1,234.5"><system-out><![CDATA[<failure>not one</failure>]]></system-out></testcase>
  <testcase name="flaky" classname="shop.CartTest" time="0"><flakyFailure message="once"><stackTrace/></flakyFailure></testcase>
</testsuite>`;
    expect(casesOf(text)).toEqual([
      one({ suite: 'shop.CartTest', classname: 'shop.CartTest', name: 'adds', timeMs: 1_234_500 }),
      one({ suite: 'shop.CartTest', classname: 'shop.CartTest', name: 'flaky', timeMs: 0 }),
    ]);
  });

  test('nested suites, prefixes, comments, and cases directly below the root', () => {
    const text = `<j:testsuites xmlns:j="urn:junit"><!-- x --><j:testsuite name="web"><j:testsuite name="cart"><j:testcase name="a"/></j:testsuite><j:testcase name="b"/></j:testsuite><j:testcase name="c"/></j:testsuites>`;
    expect(casesOf(text).map(({ suite, name }) => [suite, name])).toEqual([
      ['web > cart', 'a'],
      ['web', 'b'],
      ['', 'c'],
    ]);
  });

  test('googletest and others that put the outcome into an attribute', () => {
    const text = `<testsuites><testsuite name="s"><testcase name="a" status="notrun" result="suppressed"/><testcase name="b" status="run" result="completed"/><testcase name="c" status="FAILED"/><testcase name="d" status="broken"/><testcase name="e" status="disabled"><failure/></testcase><testcase name="f" status="failed" result="skipped"/><testcase name="g" status="skipped" result="failed"/></testsuite></testsuites>`;
    expect(casesOf(text).map(({ name, outcome, message }) => [name, outcome, message])).toEqual([
      ['a', 'skipped', 'result="suppressed"'],
      ['b', 'passed', ''],
      ['c', 'failed', 'status="FAILED"'],
      ['d', 'error', 'status="broken"'],
      ['e', 'failed', ''],
      ['f', 'failed', 'status="failed"'],
      ['g', 'failed', 'result="failed"'],
    ]);
  });

  test.each([
    ['Inconclusive', 'skipped'],
    ['not run', 'skipped'],
    ['timed_out', 'error'],
    ['Cancelled', 'error'],
    ['unknown', 'error'],
    ['undefined', 'failed'],
    ['Passed', 'passed'],
    ['0', 'passed'],
  ])('a status that is no pass is none: %s', (status, outcome) => {
    expect(casesOf(`<testsuite><testcase status="${status}"/></testsuite>`).map((one) => one.outcome)).toEqual([
      outcome,
    ]);
  });

  test.each([
    ['failed', '<skipped/>', 'failed'],
    ['error', '<skipped message="no disk"/>', 'error'],
    ['failed', '<skipped type="todo"/>', 'skipped'],
    ['notrun', '<skipped/>', 'skipped'],
    ['passed', '<failure/>', 'failed'],
  ])('status %s with %s: %s', (status, child, outcome) => {
    const text = `<testsuite><testcase status="${status}">${child}</testcase></testsuite>`;
    expect(casesOf(text).map((one) => one.outcome)).toEqual([outcome]);
  });

  test.each([
    ['<failure message="first"/><rerunFailure message="again"/>', 'failed', 'first'],
    ['<rerunFailure message="again"><stackTrace>at x</stackTrace></rerunFailure>', 'failed', 'again'],
    ['<rerunError message="again"/>', 'error', 'again'],
    ['<flakyFailure message="once"/><flakyError message="once"/>', 'passed', ''],
  ])('tries of one test: %s', (tries, outcome, message) => {
    const [found] = casesOf(`<testsuite><testcase name="a">${tries}</testcase></testsuite>`);
    expect(found).toMatchObject({ outcome, message });
  });

  test('a failure of a whole suite becomes a case', () => {
    expect(
      casesOf('<testsuite name="s" errors="1"><error message="before all">boom</error><skipped/></testsuite>'),
    ).toEqual([one({ suite: 's', name: '(test suite)', outcome: 'error', message: 'before all', details: 'boom' })]);
  });

  test('an empty suite is valid: that nothing ran is for others to judge', () => {
    expect(read('<testsuites/>')).toEqual({ ok: true, cases: [], contradictions: [] });
  });
});

test.each([
  ['<failure message="1"/><failure message="2"/>', 'failed', '1'],
  ['<failure message="1"/><error message="2"/>', 'failed', '1'],
  ['<error message="1"/><failure message="2"/>', 'error', '1'],
  ['<skipped message="1"/><error message="2"/>', 'error', '2'],
  ['<failure message="1"/><skipped message="2"/>', 'failed', '1'],
  ['<skipped message="1"/><skipped message="2"/>', 'skipped', '1'],
  ['<system-err><failure message="1"/></system-err>', 'passed', ''],
  ['<failure message="1"><error message="2"/></failure>', 'failed', '1'],
])('of %s the outcome is %s', (children, outcome, message) => {
  expect(casesOf(`<testsuite><testcase name="a">${children}</testcase></testsuite>`)).toEqual([
    one({ name: 'a', outcome: outcome as TestCase['outcome'], message }),
  ]);
});

test.each([
  ['0.001', 1],
  ['12', 12_000],
  ['.5', 500],
  ['1e-3', 1],
  [' 2.0 ', 2000],
  ['1,234,567.5', 1_234_567_500],
  ['0,5', undefined],
  ['-1', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['1e999', undefined],
  ['0x10', undefined],
  ['', undefined],
  ['1 s', undefined],
])('time %j is %s ms', (time, timeMs) => {
  expect(casesOf(`<testsuite><testcase name="a" time="${time}"/></testsuite>`)).toEqual([one({ name: 'a', timeMs })]);
});

describe('encodings', () => {
  const document = (encoding: string): string =>
    `<?xml version="1.0" encoding="${encoding}"?>\n<testsuite><testcase name="Grüße €"/></testsuite>`;
  const latin = '<?xml version="1.0" encoding=\'ISO-8859-1\' ?><testsuite><testcase name="Grüße"/></testsuite>';
  const utf16 = (text: string, mark: string): Buffer => Buffer.from(`${mark}${text}`, 'utf16le');
  test.each<[string, Uint8Array, string]>([
    ['UTF-8', bytes(document('UTF-8')), 'Grüße €'],
    ['UTF-8 with byte order mark', bytes(`\ufeff${document('UTF-8')}`), 'Grüße €'],
    ['UTF-8 without declaration', bytes('<testsuite><testcase name="Grüße €"/></testsuite>'), 'Grüße €'],
    ['UTF-16 LE with byte order mark', utf16(document('UTF-16'), '\ufeff'), 'Grüße €'],
    ['UTF-16 BE with byte order mark', utf16(document('UTF-16'), '\ufeff').swap16(), 'Grüße €'],
    ['UTF-16 LE without byte order mark', utf16(document('UTF-16'), ''), 'Grüße €'],
    ['UTF-16 BE without byte order mark', utf16(document('UTF-16'), '').swap16(), 'Grüße €'],
    ['UTF-8 that says it is UTF-16', bytes(document('utf-16')), 'Grüße €'],
    ['ISO-8859-1', Buffer.from(latin, 'latin1'), 'Grüße'],
    ['windows-1252', Buffer.from(document('windows-1252').replace('€', '\x80'), 'latin1'), 'Grüße €'],
    ['ISO-8859-15', Buffer.from(document('ISO-8859-15').replace('€', '\xa4'), 'latin1'), 'Grüße €'],
  ])('%s', (_, file, name) => {
    expect(casesOf(file)).toEqual([one({ name })]);
  });

  test('a character that lies across two chunks', () => {
    for (let pad = 65_500; pad < 65_540; pad += 1) {
      const before = `<!--${'x'.repeat(pad)}-->`;
      expect(casesOf(`${before}<testsuite><testcase name="€"/></testsuite>`)).toEqual([one({ name: '€' })]);
    }
  });

  test.each<[string, Uint8Array, string]>([
    [
      'bytes that are not UTF-8',
      Buffer.from(latin.replace('ISO-8859-1', 'UTF-8'), 'latin1'),
      "1:0: after this place is a byte that the file's encoding does not have",
    ],
    [
      'half a character at the end',
      bytes('<testsuite/>€').subarray(0, -1),
      "1:0: after this place is a byte that the file's encoding does not have",
    ],
    ['an encoding that nobody knows', bytes(document('x-klingon')), 'the encoding x-klingon is not known'],
    ['nothing', bytes(''), 'the file is empty'],
  ])('refuses %s', (_, file, detail) => {
    expect(readJUnit('junit.xml', file)).toEqual(invalid(detail));
  });
});

describe('characters that XML forbids, as runners write them', () => {
  test.each([
    ['in a name', '<testcase name="a\u0001b"/>', 'a\ufffdb', ''],
    ['in a message', '<testcase name="a"><failure message="\u001b[31mred"/></testcase>', 'a', '\ufffd[31mred'],
    [
      'as a reference',
      '<testcase name="a"><failure message="&#27;[0m&#x1B;&#xD800;"/></testcase>',
      'a',
      '\ufffd[0m\ufffd\ufffd',
    ],
    ['beside what is allowed', '<testcase name="&#9;&#x20AC;&amp;#27;"/>', '\t€&#27;', ''],
  ])('%s', (_, text, name, message) => {
    expect(casesOf(`<testsuite>${text}</testsuite>`)).toMatchObject([{ name, message }]);
  });

  test('the end of a CDATA section where there is none', () => {
    const text = '<testsuite><testcase name="a"><failure>a ]]> b</failure></testcase></testsuite>';
    expect(casesOf(text)).toMatchObject([{ details: 'a ]]> b' }]);
  });
});

describe('counters of a file', () => {
  test.each([
    [
      'failures that no case has',
      '<testsuite name="s" tests="1" failures="1" errors="0"><testcase name="a"/></testsuite>',
      ['passed', 'error'],
      ['suite "s" counts 1 failures and errors, but holds none'],
    ],
    [
      'failures that the root counts alone',
      '<testsuites errors="2"><testsuite name="s"><testcase name="a"/></testsuite></testsuites>',
      ['passed', 'error'],
      ['suite "" counts 2 failures and errors, but holds none'],
    ],
    [
      'more tests than there are',
      '<testsuite name="s" tests="3"><testcase name="a"/></testsuite>',
      ['passed'],
      ['suite "s" counts 3 tests, but holds 1'],
    ],
    ['no counters', '<testsuite name="s"><testcase name="a"/></testsuite>', ['passed'], []],
    [
      'counters with and without inner suites',
      '<testsuites tests="2"><testsuite name="s" tests="1"><testsuite tests="1"><testcase/></testsuite><testcase/></testsuite></testsuites>',
      ['passed', 'passed'],
      [],
    ],
  ])('%s', (_, text, outcomes, contradictions) => {
    const found = read(text);
    if (!found.ok) throw new Error(JSON.stringify(found.problem));
    expect(found.cases.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(found.contradictions).toEqual(contradictions);
  });

  test('a failure that its author expects is skipped, as for its runner', () => {
    const text = `<testsuite><testcase name="a"><skipped type="todo" message="known"/><failure message="x"/></testcase>
<testcase name="b"><skipped message="TEST_CASE tagged with !mayfail"/><failure message="x"/></testcase>
<testcase name="c"><skipped type="pytest.skip"/><error message="tear-down"/></testcase></testsuite>`;
    expect(casesOf(text).map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'error']);
  });
});

describe('in pieces', () => {
  const document = bytes(
    '<?xml version="1.0"?><!-- a > b " c --><testsuites><testsuite name="ü \'>"><properties><?p x="?>"?></properties>' +
      '<testcase name=\'a ">" €&#x1b;\'><failure message="m > &amp; \u0007">a<![CDATA[ b ]] ]> " <x> ]]]]>c &lt; d<!----> e</failure></testcase></testsuite></testsuites>',
  );
  const inPieces = (sizes: readonly number[]): unknown => {
    const cases: TestCase[] = [];
    const file = new JUnitFile('junit.xml', (each) => cases.push(each));
    let at = 0;
    for (const size of [...sizes, document.length]) {
      file.write(document.subarray(at, at + size));
      at += size;
    }
    return { ...file.end(), cases };
  };

  test('any cut gives the same', () => {
    const whole = inPieces([]);
    expect(whole).toMatchObject({ ok: true, cases: [{ name: 'a ">" €\ufffd', details: 'a b ]] ]> " <x> ]]c < d e' }] });
    for (let at = 0; at < document.length; at += 1) expect(inPieces([at])).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 }), (sizes) => {
        expect(inPieces([300, ...sizes])).toEqual(whole);
      }),
      { seed: 20_261_121 },
    );
  });

  /** A text of 200 pieces in each place that a parser would collect. */
  test.each([
    ['output', (fill: string) => `<system-out>${fill}</system-out>`],
    ['output as CDATA', (fill: string) => `<system-out><![CDATA[${fill}]]></system-out>`],
    ['a comment', (fill: string) => `<!--${fill}-->`],
    ['a failure', (fill: string) => `<failure message="m">${fill}</failure>`],
    ['a failure as CDATA', (fill: string) => `<failure message="m"><![CDATA[${fill}]]></failure>`],
  ])('the parser never holds much of %s', (_, around) => {
    const pieces = new BoundedPieces();
    const fill = ' ]]-> &gt; &amp;'.repeat(4096).slice(0, 65_536);
    const [start = '', end = ''] = around('\u0001').split('\u0001');
    const out = [pieces.next(`<testsuite><testcase name="a">${start}`, false)];
    for (let i = 0; i < 200; i += 1) out.push(pieces.next(fill, false));
    out.push(pieces.next(`${end}</testcase></testsuite>`, true));
    expect(out.filter((text) => /(?:<!---->|--><!--|\]\]><!\[CDATA\[)$/.test(text ?? '')).length).toBeGreaterThan(98);
    const joined = out.join('');
    const [found] = casesOf(joined);
    const [expected] = casesOf(
      `<testsuite><testcase name="a">${start}${fill.repeat(200)}${end}</testcase></testsuite>`,
    );
    expect(found).toEqual(expected);
  });

  test.each([
    ['a tag', '<testsuite name="'],
    ['a name', '<'],
    ['an instruction', '<?x '],
    ['a closing tag', '<testsuite></'],
  ])('refuses %s without end', (_, start) => {
    const file = new JUnitFile('junit.xml', () => undefined);
    let goes = file.write(bytes(start.padEnd(256, 'x')));
    for (let i = 0; goes && i < 200; i += 1) goes = file.write(bytes('x'.repeat(65_536)));
    expect(goes).toBe(false);
    expect(file.end()).toEqual(invalid(expect.stringMatching(/here begins a tag that is too long$/)));
  });
});

describe('refuses', () => {
  const deep = (depth: number): string => `${'<testsuite>'.repeat(depth)}${'</testsuite>'.repeat(depth)}`;
  test.each([
    [
      'a document type',
      '<!DOCTYPE testsuite [<!ENTITY a "b">]><testsuite/>',
      '1:38: a document type declaration is not allowed',
    ],
    ['an entity', '<testsuite><testcase name="&a;"/></testsuite>', '1:30: undefined entity.'],
    ['a file that ends early', '<testsuite><testcase name="a"/>', '1:31: unclosed tag: testsuite'],
    ['a file that ends in a tag', '<testsuite><testcase na', '1:23: unclosed tag: testsuite'],
    ['text after the root', '<testsuite/>Killed', '1:18: text data outside of root node.'],
    ['two documents', '<testsuite/><testsuite/>', '1:23: documents may contain only one root.'],
    [
      'something else',
      '<coverage/>',
      '1:11: the root element is coverage (a coverage report), not testsuites or testsuite',
    ],
    ['HTML', '<html><body>', '1:6: the root element is html (a web page), not testsuites or testsuite'],
    ['NUnit', '<test-run id="2"/>', '1:18: the root element is test-run (NUnit 3), not testsuites or testsuite'],
    [
      'TRX',
      '<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"/>',
      '1:74: the root element is TestRun (TRX, of Visual Studio), not testsuites or testsuite',
    ],
    ['a root that nobody knows', '<mine/>', '1:7: the root element is mine, not testsuites or testsuite'],
    ['no XML', 'PASS', '1:4: text data outside of root node.'],
    [
      'a case within a case',
      '<testsuite><testcase><testcase/></testcase></testsuite>',
      '1:32: a testcase element cannot stand here',
    ],
    [
      'a suite within a case',
      '<testsuite><testcase><testsuite/></testcase></testsuite>',
      '1:33: a testsuite element cannot stand here',
    ],
    [
      'a case within output',
      '<testsuite><system-out><testcase/></system-out></testsuite>',
      '1:34: a testcase element cannot stand here',
    ],
    ['nesting without end', deep(101), '1:1111: elements are nested more than 100 deep'],
  ])('%s', (_, text, detail) => {
    expect(read(text)).toEqual(invalid(detail));
  });

  test.each([
    ['nesting that is deep but not mad', deep(100)],
    [
      'failures in an inner suite',
      '<testsuite failures="1"><testsuite failures="1"><testcase><failure/></testcase></testsuite></testsuite>',
    ],
    [
      'an error that the counter calls a failure',
      '<testsuite failures="1" errors="0"><testcase><error/></testcase></testsuite>',
    ],
    ['counters that are no numbers', '<testsuite failures="" errors="n/a"><testcase/></testsuite>'],
    ['a comment with a document type in it', '<testsuite><!-- <!DOCTYPE x> --></testsuite>'],
  ])('but not %s', (_, text) => {
    expect(read(text).ok).toBe(true);
  });

  test('property: no beginning of a file is taken for the whole', () => {
    const whole = bytes(
      '<?xml version="1.0"?>\n<testsuites><testsuite name="ü"><testcase name="a"><failure message="m">€</failure></testcase></testsuite></testsuites>',
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (end) => {
        expect(readJUnit('f', whole.subarray(0, end)).ok).toBe(false);
      }),
    );
  });

  test('property: any bytes give an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
        expect(readJUnit('f', junk).ok).toBe(false);
      }),
    );
  });
});

test('long texts are cut and say so', () => {
  const long = 'y'.repeat(70_000);
  const cutText = `${'y'.repeat(65_536)}… (cut)\n[4464 more characters were cut]`;
  const name = `${'y'.repeat(8_185)}… (cut)`;
  expect(
    casesOf(`<testsuite><testcase name="${long}"><failure message="${long}">${long}</failure></testcase></testsuite>`),
  ).toEqual([one({ name, outcome: 'failed', message: cutText, details: cutText })]);
});

test('200,000 cases', () => {
  const lines = Array.from(
    { length: 200_000 },
    (_, i) => `<testcase classname="shop.orders.OrderServiceTest" name="case number ${i}" time="0.00${i % 10}"/>`,
  );
  const cases = casesOf(
    `<testsuites><testsuite name="s" tests="200000">\n${lines.join('\n')}\n</testsuite></testsuites>`,
  );
  expect([cases.length, cases.at(-1)]).toEqual([
    200_000,
    one({ suite: 's', classname: 'shop.orders.OrderServiceTest', name: 'case number 199999', timeMs: 9 }),
  ]);
});
