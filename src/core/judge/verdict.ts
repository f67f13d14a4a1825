import type { Finding } from '../causes/finding.ts';
import type { FailureClass } from '../model/evidence.ts';
import type { Passed } from './prove.ts';

/** One failed verdict: the deciding finding, and what else was true at that moment. */
export type Failed = {
  kind: 'failed';
  class: FailureClass;
  finding: Finding;
  /** Findings that did not decide, for example what the gate was still waiting for. */
  others: readonly Finding[];
};

export type Verdict = Passed | Failed;
