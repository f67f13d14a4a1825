import { expect, it } from 'vitest';
import { mergeReadable, mergeResults } from '../../../src/core/results/merge.ts';
import type { ResultsRead } from '../../../src/core/model/results.ts';
import { aTestCase, passingResults, resultsOf } from '../../fakes/builders.ts';

const two: ResultsRead = { ok: true, results: { ...passingResults(2), sha256: 'aa', contradictions: ['less'] } };
const one: ResultsRead = {
  ok: true,
  results: { ...resultsOf([aTestCase('pays', 'failed')]), sha256: 'bb', files: [{ path: 'a.xml', bytes: 7 }] },
};
const none: ResultsRead = { ok: false, problem: { kind: 'no-files' } };

it('adds counts, keeps the order of the shards, and says which shard ran a test', () => {
  const merged = mergeResults([two, one]);
  expect(merged).toMatchObject({
    ok: true,
    results: { counts: { tests: 3, passed: 2, failed: 1 }, sha256: 'aa bb', contradictions: ['shard 1: less'] },
  });
  const results = merged.ok ? merged.results : undefined;
  expect(results?.cases.length).toBe(3);
  for (let again = 0; again < 2; again += 1)
    expect([...(results?.cases ?? [])].map(({ shard }) => shard)).toEqual([0, 0, 1]);
  expect(results?.failed).toMatchObject([{ name: 'pays', shard: 1 }]);
  expect(results?.files.at(-1)).toEqual({ path: 'shard-2/a.xml', bytes: 7 });
});

it('is no result of the whole when one shard has none', () => {
  expect(mergeResults([two, none, one])).toEqual({ ok: false, problem: { kind: 'no-files' } });
  expect(mergeResults([])).toEqual({ ok: false, problem: { kind: 'absent' } });
});

it('shows what could be read all the same, under the numbers of the shards', () => {
  expect(mergeReadable([none, one])?.failed).toMatchObject([{ shard: 1 }]);
  expect(mergeReadable([none])).toBeUndefined();
});

it('has no checksum when one shard has none', () => {
  const unsigned: ResultsRead = { ok: true, results: { ...passingResults(1), sha256: '' } };
  expect(mergeReadable([two, unsigned])?.sha256).toBe('');
});
