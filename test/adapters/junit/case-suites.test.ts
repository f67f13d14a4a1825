import fc from 'fast-check';
import { type SaxesTagPlain, SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { caseSuites } from '../../../src/adapters/junit/case-suites.ts';
import { Room } from '../../../src/adapters/junit/room.ts';
import type { TestCase, TestOutcome } from '../../../src/core/model/results.ts';

type Suite = { name: string; shard: string; counts: string; cases: string[] };

/** A reader of its own: ours forgives much, and gives the cases of neighbouring suites as one list. */
function suitesIn(pieces: Iterable<string>): Suite[] {
  const suites: Suite[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes: all }: SaxesTagPlain) => {
    const last = suites.at(-1);
    if (name === 'testsuite') {
      const counts = `${all['tests']} ${all['failures']} ${all['errors']} ${all['skipped']}`;
      suites.push({ name: all['name'] ?? '', shard: '', counts, cases: [] });
    } else if (name === 'property' && last !== undefined) last.shard += all['value'] ?? '';
    else if (name === 'testcase') last?.cases.push(`${all['name'] ?? ''} passed`);
    else if (['failure', 'error', 'skipped'].includes(name))
      last?.cases.push((last.cases.pop() ?? '').replace(/passed$/, name));
  });
  parser.write('<testsuites>');
  for (const piece of pieces) parser.write(piece);
  parser.write('</testsuites>').close();
  return suites;
}

const ELEMENT = { passed: 'passed', failed: 'failure', error: 'error', skipped: 'skipped' } as const;

/** What must come of these cases, said without a thought of memory. */
function expectedOf(cases: readonly TestCase[], shards: number, batch: number): Suite[] {
  const batches = Array.from({ length: Math.ceil(cases.length / batch) }, (_, i) =>
    cases.slice(i * batch, (i + 1) * batch),
  );
  return batches.flatMap((some) => {
    const keys = [...new Set(some.map(({ shard, suite }) => JSON.stringify([shard, suite])))];
    return keys.map((key) => {
      const mine = some.filter(({ shard, suite }) => JSON.stringify([shard, suite]) === key);
      const [{ shard, suite } = ONE] = mine;
      const count = (...outcomes: TestOutcome[]): number =>
        mine.filter(({ outcome }) => outcomes.includes(outcome)).length;
      return {
        name: suite === '' ? 'testcar' : suite,
        shard: shard === undefined ? '' : `shard ${shard + 1} of ${shards} (index ${shard})`,
        counts: `${mine.length} ${count('failed')} ${count('error')} ${count('skipped')}`,
        cases: mine.map(({ name, outcome }) => `${name === '' ? 'test without a name' : name} ${ELEMENT[outcome]}`),
      };
    });
  });
}

const ONE: TestCase = {
  suite: 's',
  classname: 'c',
  name: 'n',
  timeMs: 1,
  outcome: 'passed',
  message: '',
  details: '',
};

const text = fc.oneof(
  fc.constantFrom('', '𝄞', 'é', '<&>"', 'line\nline', ']]>', '1/s', '$&', '<testcase name="place of the cases"/>'),
  fc.constant('long'),
);
/** Longer than what is kept of a text, but not in the words of a failure. */
const LONG = '𝄞x'.repeat(11_000);
const lengthened = (said: string): string => (said === 'long' ? LONG : said);
const spoken = (cases: readonly TestCase[]): readonly TestCase[] =>
  cases.map((one) => ({ ...one, message: lengthened(one.message), details: lengthened(one.details) }));
/** Nothing in suites and names that is written differently; the names number the cases, but some have none. */
const anyCases = fc
  .array(
    fc.record({
      shard: fc.oneof({ arbitrary: fc.constant(undefined), weight: 5 }, fc.constantFrom(0, 1, 11)),
      suite: fc.oneof(
        { arbitrary: fc.constant('s'), weight: 5 },
        fc.constantFrom('', '1/s', '"&amp;< 𝄞', 'testcar', 't'),
      ),
      isNamed: fc.boolean(),
      outcome: fc.constantFrom<TestOutcome>('passed', 'passed', 'failed', 'error', 'skipped'),
      message: text,
      details: text,
    }),
    { maxLength: 60 },
  )
  .map((all) =>
    all.map(({ shard, isNamed, ...one }, i): TestCase => {
      const name = isNamed ? `case ${i} 𝄞` : '';
      return { ...ONE, ...one, name, ...(shard !== undefined && { shard }) };
    }),
  );

describe('the suites of testcar’s cases', () => {
  test('property: every case once, in its suite and shard, in order, and counted', () => {
    fc.assert(
      fc.property(anyCases, fc.integer({ min: 1, max: 12 }), (cases, batch) => {
        expect(suitesIn(caseSuites(spoken(cases), 12, batch))).toEqual(expectedOf(cases, 12, batch));
      }),
      { numRuns: 200 },
    );
  });

  test('property: what finds no room is counted, and nothing else is missing', () => {
    let full = 0;
    fc.assert(
      fc.property(
        anyCases,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 20_000 }),
        (all, batch, maxBytes) => {
          const cases = all.map((one, i) => ({ ...one, name: `${i}` }));
          const found = suitesIn(caseSuites(spoken(cases), 12, batch, new Room(cases.length, maxBytes)));
          const last = found.at(-1);
          const [, more, , failed = '0'] =
            /^and (\d+) more tests(, (\d+) of them failed)? (?:skipped|failure)$/.exec(last?.cases[0] ?? '') ?? [];
          const listed = (more === undefined ? found : found.slice(0, -1)).flatMap((suite) => suite.cases);
          if (more !== undefined) full += 1;
          const left = cases.filter(({ name, outcome }) => !listed.includes(`${name} ${ELEMENT[outcome]}`));
          expect(listed.length + left.length).toBe(cases.length);
          expect(left).toHaveLength(Number.parseInt(more ?? '0', 10));
          expect(left.filter(({ outcome }) => outcome === 'failed' || outcome === 'error')).toHaveLength(
            Number.parseInt(failed, 10),
          );
          const isLeft = new Set<TestCase>(left);
          const kept = cases.filter((one) => !isLeft.has(one));
          expect(more === undefined ? found : found.slice(0, -1)).toEqual(expectedOf(kept, 12, batch));
        },
      ),
      { numRuns: 200 },
    );
    expect(full).toBeGreaterThan(20);
  });

  test.each([
    ['tabs', '\t'],
    ['line feeds', 'x\n'],
    ['quotes', '"'],
  ])('whose failures say nothing but %s stay below what Azure takes', (_, said) => {
    function* many(): Generator<TestCase> {
      const message = said.repeat(32_000 / said.length);
      for (let i = 0; i < 3_000; i += 1) yield { ...ONE, name: `${i}`, outcome: 'failed', message };
    }
    let bytes = 0;
    for (const piece of caseSuites({ length: 3_000, [Symbol.iterator]: many }, 0)) bytes += Buffer.byteLength(piece);
    expect(bytes).toBeLessThan(75_000_000);
  });
});
