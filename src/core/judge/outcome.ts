import type { Results } from '../model/results.ts';
import type { Finding } from '../causes/finding.ts';
import { blame, groundFinding } from './blame.ts';
import { groundOf } from './ground.ts';
import { type OutcomeInput, factsOf } from './outcome-facts.ts';
import { OUTCOME_RULES, firstFinding } from './outcome-rules.ts';
import { judgeShards } from './shard-outcome.ts';
import { testsFailed } from './tests-failed.ts';

export type { OutcomeInput };

export type Outcome =
  /** Nothing speaks against a pass; `prove` still asks for a last consistent read. */
  { kind: 'proven-so-far'; results: Results } | { kind: 'failed'; finding: Finding; others: readonly Finding[] };

/** What the ended Job, its pod's containers, the results and the SUT under them say together. */
export function judgeOutcome(input: OutcomeInput): Outcome {
  if (input.plan.options.shards > 1) return judgeShards(input);
  const facts = factsOf(input);
  const ground = groundOf(input);
  const finding = firstFinding(OUTCOME_RULES, facts);
  if (finding !== undefined) {
    const blamed = blame(finding, ground);
    const alsoFailed = finding.cause === 'TestsFailed' ? undefined : testsFailed(facts);
    return {
      kind: 'failed',
      finding: blamed.finding,
      others: alsoFailed ? [...blamed.others, alsoFailed] : blamed.others,
    };
  }
  const moved = ground && groundFinding(ground, 'passed');
  if (moved !== undefined) return { kind: 'failed', finding: moved, others: [] };
  if (!input.results.ok) {
    return {
      kind: 'failed',
      finding: { cause: 'EvidenceContradicts', evidence: { object: `job/${input.end.job.meta.name}` } },
      others: [],
    };
  }
  return { kind: 'proven-so-far', results: input.results.results };
}
