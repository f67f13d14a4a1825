import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { JUnitFile } from '../../../src/adapters/junit/reader.ts';
import { resultsReader } from '../../../src/adapters/results/index.ts';
import type { ResultsRead } from '../../../src/core/model/results.ts';

const RUN = 'web-4f2a91';
const XML = [
  '<?xml version="1.0"?>',
  '<testsuite name="s" tests="2">',
  '<testcase name="a" time="1"/>',
  '<testcase name="b"><failure message="m"/></testcase>',
  '</testsuite>',
];

const read = (...lines: readonly string[]): Promise<ResultsRead> =>
  resultsReader((file, each) => new JUnitFile(file, each)).fromTestcarLog(lines.join('\n'), RUN);

const marked = (lines: readonly string[], name = ''): readonly string[] => [
  `TESTCAR_RESULTS_BEGIN ${RUN}${name === '' ? '' : ` ${name}`}`,
  ...lines,
  `TESTCAR_RESULTS_END ${RUN}`,
];

const counted = (count: number): string => `TESTCAR_RESULTS_COUNT ${RUN} ${count}`;

describe('results from the log of testcar', () => {
  test('JUnit between markers', async () => {
    const found = await read('starts', ...marked(XML, 'api.xml'), 'ends', counted(1));
    const text = XML.map((line) => `${line}\n`).join('');
    expect(found.ok && { ...found.results, cases: [...found.results.cases].map(({ name }) => name) }).toMatchObject({
      source: 'log',
      counts: { tests: 2, passed: 1, failed: 1, errors: 0, skipped: 0 },
      cases: ['a', 'b'],
      failed: [{ name: 'b', message: 'm' }],
      files: [{ path: 'api.xml', bytes: text.length }],
      contradictions: [],
      sha256: createHash('sha256').update(text).digest('hex'),
    });
  });

  test('JUnit behind an empty line, which XML does not allow before its declaration', async () => {
    const found = await read(...marked(['', ' ', ...XML]));
    expect(found.ok && found.results.counts).toMatchObject({ tests: 2, failed: 1 });
  });

  test('more lines than are parsed at a time', async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => `<testcase name="case ${i}"/>`);
    const found = await read(...marked(['<testsuite name="s">', ...many, '</testsuite>']));
    expect(found.ok && found.results.counts).toMatchObject({ tests: 2_500, passed: 2_500 });
  });

  test('TAP, with and without markers', async () => {
    const tap = ['TAP version 14', '1..2', 'ok 1 - a', 'not ok 2 - b'];
    const bare = await read('npm test', ...tap, '');
    expect(bare.ok && bare.results).toMatchObject({
      source: 'log',
      counts: { tests: 2, passed: 1, failed: 1 },
      failed: [{ name: 'b' }],
      files: [{ path: 'TAP' }],
    });
    const between = await read(...marked(tap));
    expect(between.ok && between.results.counts).toMatchObject({ tests: 2, passed: 1, failed: 1 });
  });

  test('both, as several files', async () => {
    const found = await read(...marked(XML, 'unit'), ...marked(['1..1', 'ok 1 - c'], 'smoke'), counted(2));
    expect(found.ok && found.results.counts).toMatchObject({ tests: 3, passed: 2, failed: 1 });
    expect(found.ok && found.results.files.map(({ path }) => path)).toEqual(['unit', 'smoke']);
  });
});

describe('is not proof', () => {
  test.each<[string, readonly string[], object]>([
    ['an empty log', [], { kind: 'absent' }],
    ['words that no runner marked', ['all 42 tests passed', 'ok 1 - a', '1..1'], { kind: 'absent' }],
    ['markers with nothing between', marked([]), { kind: 'incomplete', detail: 'results "log" are empty' }],
    [
      'something else between markers',
      [...marked(['{"passed": 42}'], 'a.json'), counted(1)],
      { kind: 'invalid', file: 'a.json', detail: 'it is neither JUnit XML nor TAP' },
    ],
    ['TAP without its plan', marked(['ok 1 - a']), { kind: 'incomplete', detail: 'TAP: the plan is missing' }],
    [
      'TAP that is cut',
      ['TAP version 13', '1..2', 'ok 1', ''],
      { kind: 'incomplete', detail: 'TAP: 2 tests were planned, 1 came' },
    ],
    ['a block that is cut', marked(XML).slice(0, -1), { kind: 'incomplete', detail: 'results "log" have no end' }],
    ['XML that is cut', marked(XML.slice(0, -1)), { kind: 'invalid', file: 'log' }],
    [
      'XML with other output in it',
      marked(['<testsuite>', 'warning: 5 < 6 & so on', '</testsuite>']),
      { kind: 'invalid' },
    ],
    [
      'one bad block among good ones',
      [...marked(XML, 'a'), ...marked(['<a', '>'], 'b'), counted(2)],
      { kind: 'invalid' },
    ],
    ['one of several', [...marked(XML, 'b'), counted(2)], { kind: 'incomplete' }],
    ['results of another run', marked(XML).map((line) => line.replace(RUN, 'other')), { kind: 'incomplete' }],
  ])('%s', async (_, lines, problem) => {
    expect(await read(...lines)).toMatchObject({ ok: false, problem });
  });
});
