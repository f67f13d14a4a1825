import type { Finding } from '../causes/finding.ts';
import type { Observation } from '../model/seen.ts';
import type { Plan } from '../plan/plan.ts';
import type { Revision } from '../model/revision.ts';
import type { Memory } from './memory.ts';

/** All that a judge may know. `nowMs` and `phaseStartedAtMs` are the gate's clock; `memory` has seen `seen`. */
export type JudgeContext = {
  plan: Plan;
  seen: Observation;
  memory: Memory;
  nowMs: number;
  phaseStartedAtMs: number;
  revision?: Revision;
  job?: { uid: string };
};

export type Judgement<T> =
  /** `forWhat`: one line for a person, without running times. `nextAtMs`: when time alone would change the judgement. */
  | { kind: 'waiting'; forWhat: string; nextAtMs: number | undefined }
  | { kind: 'done'; value: T }
  | { kind: 'failed'; finding: Finding; others: readonly Finding[] };

export function failed(finding: Finding, others: readonly Finding[] = []): Judgement<never> {
  return { kind: 'failed', finding, others };
}
