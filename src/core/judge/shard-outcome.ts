import type { ResultsRead } from '../model/results.ts';
import type { Pod } from '../model/seen.ts';
import type { Finding } from '../causes/finding.ts';
import { FACT } from '../causes/wording.ts';
import { mergeReadable, mergeResults } from '../results/merge.ts';
import { blame, groundFinding } from './blame.ts';
import { disruptionOf } from './disruption.ts';
import { groundOf } from './ground.ts';
import type { JobEnd } from './job-end.ts';
import { rememberedPods } from './job-end.ts';
import type { Outcome } from './outcome.ts';
import { type Facts, type OutcomeInput, factsOf, jobEvidence } from './outcome-facts.ts';
import { OUTCOME_RULES, type OutcomeRule, firstFinding } from './outcome-rules.ts';
import { isTerminating } from './pod-facts.ts';
import { gap, proofGaps } from './proof-gaps.ts';
import { disruptionFinding } from './rules/placement.ts';
import { podEvidence } from './rules/rule.ts';
import { type Shard, ofShard, shardInWords, strays } from './shards.ts';
import { testsFailed } from './tests-failed.ts';

/** Judged on the merged results: one shard may be left without tests, or skip all of its part. */
const OF_THE_WHOLE: readonly string[] = ['too-few', 'all-skipped'];
/** The proof is asked for when nothing is known to be wrong with any shard: one that is good by itself is no news then. */
const OF_THE_PROOF = 'proof-gaps';

/**
 * Each shard is judged like a run of its own, by its own pod and results; the first that failed decides, in the order of
 * the indexes. Then the merged results; last, what the proof needs of every index.
 */
export function judgeShards(input: OutcomeInput): Outcome {
  const { plan, end, shardResults } = input;
  const count = plan.options.shards;
  const merged = factsOf({ ...input, end: { ...end, pod: undefined }, results: mergeResults(shardResults ?? []) });
  const { shards = [] } = end;
  if (shards.length !== count || shardResults?.length !== count) {
    return failure(gap(merged, `${count} shards`, `${shards.length}, and results of ${shardResults?.length ?? 0}`));
  }
  const all = shards.flatMap((shard) => {
    const results = shardResults[shard.index];
    return results === undefined ? [] : [shardFacts(input, shard, results)];
  });
  const failing = whatFailed(input, all, shardResults);
  const ofShards = all.flatMap((facts) => ownFinding(facts, failing) ?? []);
  const [finding, ...others] = [...new Set([...ofShards, ...(failing === undefined ? [] : [failing])])];
  const ground = groundOf(input);
  if (finding !== undefined) {
    const blamed = blame(finding, ground);
    return { kind: 'failed', finding: blamed.finding, others: [...blamed.others, ...others] };
  }
  const unproven =
    firstFinding(
      OUTCOME_RULES.filter(({ name }) => OF_THE_WHOLE.includes(name)),
      merged,
    ) ?? notProven(merged, all, end);
  if (unproven !== undefined) {
    const blamed = blame(unproven, ground);
    return { kind: 'failed', finding: blamed.finding, others: blamed.others };
  }
  const moved = ground && groundFinding(ground, 'passed');
  if (moved !== undefined) return failure(moved);
  if (merged.read === undefined) return failure(gap(merged, 'results of every shard', 'not all'));
  return { kind: 'proven-so-far', results: merged.read };
}

const SHARD_RULES: readonly OutcomeRule[] = OUTCOME_RULES.flatMap((rule) => {
  if (rule.name === OF_THE_PROOF || OF_THE_WHOLE.includes(rule.name)) return [];
  // Behind what the cluster says of the pod, before what only its results say.
  if (rule.name !== 'deleted') return [rule];
  return [{ name: 'shard-lost-after-its-end', check: lostAfterItsEnd }, rule, { name: 'shard-lost', check: lost }];
});

function ownFinding(facts: ShardFacts, failing: Finding | undefined): Finding | undefined {
  const finding = brokeItsLimit(facts) ?? firstFinding(SHARD_RULES, facts);
  if (finding === undefined) return undefined;
  // By exit code alone no test is counted, and the shard that says so is the finding.
  if (finding.cause === 'TestsFailed' && facts.failing > 0) return failing;
  return ofShard(finding, facts.shard.index, facts.plan.options.shards);
}

/** The controller replaces such a pod like one that the cluster took away, but it is testcar's own doing. */
function brokeItsLimit({ shard }: ShardFacts): Finding | undefined {
  const pod = shard.replaced.find((each) => disruptionOf(each)?.by === 'own');
  return pod && disruptionFinding('testcar', pod);
}

type ShardFacts = Facts & { shard: Shard };

function shardFacts(input: OutcomeInput, shard: Shard, results: ResultsRead): ShardFacts {
  const { pod } = shard;
  const end = { ...input.end, pod, reason: reasonFor(input.end, shard) };
  return { ...factsOf({ ...input, results, end }), shard };
}

/** The Job's deadline ends the shards that still run, by deleting their pods; it says nothing about those before. */
function reasonFor({ job, reason }: JobEnd, { index, pod }: Shard): string {
  if (job.completedIndexes.includes(index)) return '';
  const ended = pod !== undefined && (pod.phase === 'Succeeded' || pod.phase === 'Failed') && !isTerminating(pod);
  return ended ? '' : reason;
}

/** Failed tests of all shards are one finding. It names the first shard that has any. */
function whatFailed(
  input: OutcomeInput,
  all: readonly ShardFacts[],
  shardResults: readonly ResultsRead[],
): Finding | undefined {
  const where = all.filter(({ failing }) => failing > 0);
  const [first] = where;
  const results = mergeReadable(shardResults);
  if (first === undefined || results === undefined) return undefined;
  const finding = testsFailed(factsOf({ ...input, results: { ok: true, results } }));
  if (finding === undefined) return undefined;
  const count = input.plan.options.shards;
  const also = where.slice(1).map(({ shard }) => shardInWords(shard.index, count));
  const more = also.length === 0 ? [] : [{ label: FACT.alsoIn, value: also.join(', ') }];
  const details = [...(finding.evidence.details ?? []), ...more];
  return ofShard({ ...finding, evidence: { ...finding.evidence, details } }, first.shard.index, count);
}

/** The Job counts it as completed, and then its pod was deleted: no test was cut off, only their results are gone. */
function lostAfterItsEnd(facts: Facts): Finding | undefined {
  const { pod, shard, end, problem } = facts;
  if (pod === undefined || shard === undefined || problem?.kind !== 'absent') return undefined;
  return end.job.completedIndexes.includes(shard.index) && (isTerminating(pod) || isGone(facts, pod))
    ? podGone(pod)
    : undefined;
}

/** Its pod was never seen, or went away with its results, and nothing says why. */
function lost(facts: Facts): Finding | undefined {
  const { pod, problem } = facts;
  if (pod === undefined) return { cause: 'TestcarShardLost', evidence: jobEvidence(facts, { reason: 'NoPod' }) };
  return problem?.kind === 'absent' && isGone(facts, pod) ? podGone(pod) : undefined;
}

function isGone({ memory }: Facts, pod: Pod): boolean {
  return memory.pods.get(pod.meta.uid)?.goneSinceMs !== undefined;
}

function podGone(pod: Pod): Finding {
  return { cause: 'TestcarShardLost', evidence: podEvidence(pod, { reason: 'PodGone' }) };
}

/** What the proof needs of the Job and of every index, with the first shard that lacks it. */
function notProven(merged: Facts, all: readonly ShardFacts[], end: JobEnd): Finding | undefined {
  const count = merged.plan.options.shards;
  const [stray] = strays(rememberedPods(merged.memory, merged.jobUid), merged.jobUid, count);
  if (stray !== undefined) return gap(merged, `pods of ${count} shards`, `pod ${stray.meta.name} of none of them`);
  for (const facts of all) {
    const { index } = facts.shard;
    const finding =
      proofGaps({ ...facts, end: { ...end, pod: facts.shard.pod } }) ??
      (end.job.completedIndexes.includes(index) && !end.job.failedIndexes.includes(index)
        ? undefined
        : { cause: 'TestcarShardLost' as const, evidence: jobEvidence(facts, { reason: 'NotCompleted' }) });
    if (finding !== undefined) return ofShard(finding, index, count);
  }
  return undefined;
}

function failure(finding: Finding): Outcome {
  return { kind: 'failed', finding, others: [] };
}
