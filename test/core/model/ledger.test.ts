import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LOG_ENDS,
  LOG_GAP_CAUSES,
  type Ledger,
  completenessInWords,
  completenessOf,
  gapInWords,
} from '../../../src/core/model/ledger.ts';
import { aLedger } from '../../fakes/ledgers.ts';

const time = (ms: number): string => `t${ms}`;
const inWords = (own: Partial<Ledger>): string => completenessInWords(aLedger(own), time);

describe('completeness', () => {
  it('is complete when it was read to its end without a gap', () => {
    expect(inWords({})).toBe('complete');
    expect(inWords({ lines: 0, bytes: 0, firstMs: undefined, lastMs: undefined })).toBe('complete');
    expect(inWords({ reopens: 7 })).toBe('complete');
  });

  it('is complete when the container never started, as long as nothing says otherwise', () => {
    const end = { kind: 'never-started' } as const;
    expect(inWords({ end, lines: 0 })).toBe('complete (it never started)');
    expect(inWords({ end, lines: 2 })).toBe('truncated (there are lines of a container that never started)');
    expect(inWords({ end, lines: 0, undated: { count: 1, first: 'odd' } })).toBe(
      'truncated (1 line without a time stamp left out, the first: odd)',
    );
  });

  it('tells every gap, and how many more there were', () => {
    const gaps = [
      { fromMs: 1, toMs: 2, cause: 'rotated' },
      { fromMs: 3, toMs: undefined, cause: 'slow-reader' },
    ] as const;
    expect(inWords({ gaps, moreGaps: 4 })).toBe(
      'truncated (lines between t1 and t2 may be missing: the node changed log files; lines after t3 may be missing: ' +
        'the log was read more slowly than it was written; and 4 more gaps)',
    );
    expect(inWords({ moreGaps: 1 })).toMatch(/^truncated/);
  });

  it('tells lines that were cut or had no stamp', () => {
    expect(inWords({ cutLines: 1 })).toBe('truncated (1 line was longer than the gate holds and cut)');
    expect(inWords({ cutLines: 2 })).toBe('truncated (2 lines were longer than the gate holds and cut)');
    expect(inWords({ undated: { count: 3, first: 'no stamp' } })).toBe(
      'truncated (3 lines without a time stamp left out, the first: no stamp)',
    );
  });

  it('is lost when nothing was read of it, and not because the gate stopped by itself', () => {
    expect(inWords({ lines: 0, end: { kind: 'pod-gone' } })).toBe(
      'lost (the pod was deleted before its log was read to the end)',
    );
    expect(inWords({ lines: 1, end: { kind: 'refused', detail: 'pods/log is forbidden' } })).toBe(
      'truncated (reading it was refused (pods/log is forbidden))',
    );
    expect(inWords({ lines: 0, end: { kind: 'stopped' } })).toBe(
      'truncated (the gate stopped reading while it was open)',
    );
  });
});

it.each(LOG_ENDS)('the end %s has words', (kind) => {
  expect(inWords({ lines: 0, end: { kind } })).toMatch(/^(complete|(complete|truncated|lost) \(.{8,}\))$/);
});

it.each(LOG_GAP_CAUSES)('the gap %s has words', (cause) => {
  expect(gapInWords({ fromMs: 1, toMs: 2, cause }, time)).toMatch(/^lines between t1 and t2 may be missing: .{8,}$/);
});

const count = fc.nat({ max: 3 });
const anyLedger: fc.Arbitrary<Ledger> = fc.record({
  pod: fc.constant('p'),
  container: fc.constant('c'),
  restart: count,
  firstMs: fc.option(count, { nil: undefined }),
  lastMs: fc.option(count, { nil: undefined }),
  lines: count,
  bytes: count,
  cutLines: count,
  undated: fc.option(fc.record({ count: fc.integer({ min: 1, max: 3 }), first: fc.string() }), { nil: undefined }),
  reopens: count,
  gaps: fc.array(
    fc.record({
      fromMs: count,
      toMs: fc.option(count, { nil: undefined }),
      cause: fc.constantFrom(...LOG_GAP_CAUSES),
    }),
    { maxLength: 2 },
  ),
  moreGaps: count,
  end: fc.record({ kind: fc.constantFrom(...LOG_ENDS) }),
});

/** Told a second time, and the other way round: what completeness is not allowed to forget. */
function provenComplete({ end, gaps, moreGaps, cutLines, undated, lines }: Ledger): boolean {
  const ended = end.kind === 'read-to-end' || (end.kind === 'never-started' && lines === 0);
  return ended && gaps.length === 0 && moreGaps === 0 && cutLines === 0 && undated === undefined;
}

it('is complete exactly when that is proven; everything else says why not', () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const known = completenessOf(ledger, time);
      expect(known.state === 'complete').toBe(provenComplete(ledger));
      if (known.state !== 'complete') expect(known.why.length).toBeGreaterThan(0);
      if (known.state === 'lost') expect(ledger.lines).toBe(0);
    }),
    { seed: 42, numRuns: 2_000 },
  );
});
