import { versus } from '../../causes/wording.ts';
import { firstSeenMs } from '../memory.ts';
import type { Pod } from '../../model/seen.ts';
import { isCounted, retryable } from '../shards.ts';
import { TOPIC, topicKey } from '../sightings.ts';
import { type Rule, type RuleContext, podEvidence } from './rule.ts';

/**
 * The Job controller counts an ended pod within seconds, as soon as its finalizer `batch.kubernetes.io/job-tracking` is
 * gone. After a minute it does not run, or somebody holds the pod: only its word completes a Job, so it stays unproven.
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-tracking-with-finalizers
 */
const COUNTED_WITHIN_MS = 60_000;

/** The Job of a sharded run goes on after the end of one: counted by its index, or ignored for what the cluster did. */
function isKnown({ plan, seen }: RuleContext, pod: Pod): boolean {
  return plan.options.shards > 1 && (isCounted(seen.job, pod) || retryable(pod) !== undefined);
}

export const uncountedRule: Rule = {
  name: 'uncounted',
  check: (ctx) => {
    if (ctx.party !== 'testcar' || ctx.owner === undefined) return [];
    const { object } = ctx.owner;
    return ctx.pods
      .filter((pod) => (pod.phase === 'Succeeded' || pod.phase === 'Failed') && !isKnown(ctx, pod))
      .map((pod) => {
        const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', TOPIC.podEnded), ctx.nowMs);
        const details = versus(
          `condition Complete or Failed of ${object}`,
          `pod phase ${pod.phase}, which the Job controller has not counted`,
        );
        const evidence = podEvidence(pod, { sinceMs, details });
        return { finding: { cause: 'EvidenceContradicts' as const, evidence }, sinceMs, graceMs: COUNTED_WITHIN_MS };
      });
  },
};
