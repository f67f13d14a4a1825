import type { Ledger } from '../../src/core/model/ledger.ts';

/** The ledger of a log that was read to its end. */
export function aLedger(own: Partial<Ledger> = {}): Ledger {
  return {
    pod: 'testcar-1',
    container: 'testcar',
    restart: 0,
    firstMs: 1_000,
    lastMs: 61_000,
    lines: 12,
    bytes: 480,
    cutLines: 0,
    undated: undefined,
    reopens: 0,
    gaps: [],
    moreGaps: 0,
    end: { kind: 'read-to-end' },
    ...own,
  };
}
