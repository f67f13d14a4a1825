import type { Finding } from '../causes/finding.ts';
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
  if (pod === undefined || !isTerminating(pod) || read !== undefined) return undefined;
  return { cause: causeFor('testcar', 'disrupted'), evidence: podEvidence(pod, { reason: POD_DELETED }) };
}
