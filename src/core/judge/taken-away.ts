import type { Finding } from '../causes/finding.ts';
import type { Pod } from '../model/seen.ts';
import type { Facts } from './outcome-facts.ts';
import { POD_DELETED, isTerminating } from './pod-facts.ts';
import { nodeLost } from './rules/nodes.ts';
import { disruptionFinding } from './rules/placement.ts';
import { causeFor, podEvidence } from './rules/rule.ts';

/** The pod of testcar was taken away, and the cluster says so. */
export function disturbed(facts: Facts): Finding | undefined {
  return facts.pod && (disruptionFinding('testcar', facts.pod) ?? nodeLost(facts, facts.pod)?.finding);
}

/**
 * Somebody deleted the pod before its results were out, which the Job controller does only at the deadline: whatever
 * the containers ended with then is the consequence.
 */
export function deleted({ pod, read }: Facts): Finding | undefined {
  return pod === undefined || read !== undefined ? undefined : deletedPod(pod);
}

/**
 * The same while its courier sent: within the grace period all may still have come and the Job be complete, but a pod that
 * somebody takes away cannot be read once more, and without that there is no proof.
 */
export function deletedWithResults({ pod, shard }: Facts): Finding | undefined {
  return pod === undefined || shard !== undefined ? undefined : deletedPod(pod);
}

function deletedPod(pod: Pod): Finding | undefined {
  if (!isTerminating(pod)) return undefined;
  return { cause: causeFor('testcar', 'disrupted'), evidence: podEvidence(pod, { reason: POD_DELETED }) };
}
