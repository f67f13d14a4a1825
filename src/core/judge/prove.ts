import type { Results } from '../model/results.ts';
import type { Revision } from '../report/report.ts';

declare const proven: unique symbol;

/** All that must be known before the gate opens (design §3). Only `prove` makes one. */
export type Proof = {
  readonly [proven]: true;
  jobUid: string;
  revision: Revision;
  results: Results;
};

/** The only passing verdict. Only `pass` constructs it, and it takes the proof as its argument. */
export type Passed = { kind: 'passed'; class: 'PASSED'; proof: Proof };
