import type { Evidence } from '../model/evidence.ts';
import type { Job, Pod } from '../model/seen.ts';
import type { Finding } from '../causes/finding.ts';
import { type Disruption, disruptionOf } from './disruption.ts';
import { podsOf } from './pod-facts.ts';

/** One index of the Job. `pod` is its newest, as last seen; `replaced` are those before it, oldest first. */
export type Shard = { index: number; pod: Pod | undefined; replaced: readonly Pod[] };

/** A pod of a shard that was disrupted and replaced by the Job controller. */
export type Retry = { pod: string; reason: string; message: string };

/** `pods` oldest first. One entry for each index, whether or not it has a pod. */
export function shardsOf(pods: readonly Pod[], jobUid: string, count: number): readonly Shard[] {
  const ours = podsOf(pods, jobUid);
  return Array.from({ length: count }, (_, index) => {
    const mine = ours.filter(({ completionIndex }) => completionIndex === index);
    return { index, pod: mine.at(-1), replaced: mine.slice(0, -1) };
  });
}

export function retriesOf({ replaced }: Shard): readonly Retry[] {
  return replaced.flatMap((pod): Retry[] => {
    const disruption = retryable(pod);
    return disruption === undefined
      ? []
      : [{ pod: pod.meta.name, reason: disruption.reason, message: disruption.message }];
  });
}

/** What excuses another try. A pod that broke a limit of its own will do so again. */
export function retryable(pod: Pod): Disruption | undefined {
  const disruption = disruptionOf(pod);
  return disruption?.by === 'own' ? undefined : disruption;
}

/** Pods of our Job that belong to no shard of this run: a Job that is not as we made it. */
export function strays(pods: readonly Pod[], jobUid: string, count: number): readonly Pod[] {
  return podsOf(pods, jobUid).filter(
    ({ completionIndex }) => completionIndex === undefined || completionIndex >= count,
  );
}

/** People count from 1, TESTCAR_SHARD_INDEX and the pod's name from 0. */
export function shardInWords(index: number, count: number): string {
  return `shard ${index + 1} of ${count} (index ${index})`;
}

/** Has the Job controller counted the end of this pod's shard? */
export function isCounted(job: Job | undefined, pod: Pod): boolean {
  const { completionIndex } = pod;
  if (job === undefined || completionIndex === undefined) return false;
  return job.completedIndexes.includes(completionIndex) || job.failedIndexes.includes(completionIndex);
}

export function ofShard(finding: Finding, index: number, count: number): Finding {
  const evidence: Evidence = { ...finding.evidence, shard: finding.evidence.shard ?? shardInWords(index, count) };
  return { ...finding, evidence };
}

/** Adds the shard to a finding about one of these pods. */
export function withShard(finding: Finding, pods: readonly Pod[], count: number): Finding {
  const pod = count === 1 ? undefined : pods.find(({ meta }) => finding.evidence.object === `pod/${meta.name}`);
  return pod?.completionIndex === undefined ? finding : ofShard(finding, pod.completionIndex, count);
}
