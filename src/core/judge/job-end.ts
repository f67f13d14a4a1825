import type { Job, Pod } from '../model/seen.ts';
import { disruptionOf } from './disruption.ts';
import type { Memory } from './memory.ts';
import { condition, podsOf } from './pod-facts.ts';
import type { Shard } from './shards.ts';

/**
 * How the Job ended. `pod` is its newest pod as last seen, also when it is gone by now; `shards` has one for each index,
 * where option `shards` split the tests.
 */
export type JobEnd = {
  job: Job;
  pod: Pod | undefined;
  finished: 'complete' | 'failed';
  reason: string;
  shards?: readonly Shard[];
};

export const DEADLINE_EXCEEDED = 'DeadlineExceeded';

/** batch/v1: an ended Job carries one of these; older servers leave the reason of Complete empty. */
const KNOWN_REASONS: Readonly<Record<JobEnd['finished'], ReadonlySet<string>>> = {
  complete: new Set(['', 'CompletionsReached', 'SuccessPolicy']),
  failed: new Set([
    'BackoffLimitExceeded',
    DEADLINE_EXCEEDED,
    'PodFailurePolicy',
    'FailedIndexes',
    'MaxFailedIndexesExceeded',
  ]),
};

export function isKnownReason({ finished, reason }: Pick<JobEnd, 'finished' | 'reason'>): boolean {
  return KNOWN_REASONS[finished].has(reason);
}

/**
 * Complete or Failed with status True. FailureTarget and SuccessCriteriaMet come before them, while pods still
 * terminate, and do not count (kubernetes#123775).
 */
export function endOf(job: Job): Pick<JobEnd, 'finished' | 'reason'> | undefined {
  const complete = condition(job.conditions, 'Complete');
  const failed = condition(job.conditions, 'Failed');
  if (failed?.status === 'True') {
    return { finished: 'failed', reason: complete?.status === 'True' ? 'both Complete and Failed' : failed.reason };
  }
  return complete?.status === 'True' ? { finished: 'complete', reason: complete.reason } : undefined;
}

/** Pods of the Job as last seen, newest last. By owner UID: a Job of the same name may have left others. */
export function rememberedPods(memory: Memory, jobUid: string): readonly Pod[] {
  return [...memory.pods.values()]
    .filter(({ pod }) => pod.meta.controllerUid === jobUid)
    .sort((a, b) => (a.pod.meta.creationTimestampMs ?? a.firstMs) - (b.pod.meta.creationTimestampMs ?? b.firstMs))
    .map(({ pod }) => pod);
}

export function oldestFirst(pods: readonly Pod[]): readonly Pod[] {
  return [...pods].sort((a, b) => (a.meta.creationTimestampMs ?? 0) - (b.meta.creationTimestampMs ?? 0));
}

/** Pods that were not taken away: more than one means that the tests may have run twice. */
export function undisturbedPods(pods: readonly Pod[], jobUid: string): readonly Pod[] {
  return podsOf(pods, jobUid).filter((pod) => disruptionOf(pod) === undefined);
}
