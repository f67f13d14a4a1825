import type { Pod } from '../model/seen.ts';
import type { JudgeContext } from './judgement.ts';
import { firstSeenMs } from './memory.ts';
import { restartTopic, topicKey } from './sightings.ts';

/**
 * A container that ends right after each start makes its pod ready for a moment each time, and tests that begin in such a
 * moment are lost. Longer than those moments, shorter than the kubelet's first back-off of 10 s.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
const STEADY_MS = 5_000;

/** What is ready and was restarted has to stay up for a moment first; undefined when nothing has to. */
export function untilSteady(
  { memory, nowMs }: JudgeContext,
  pods: readonly Pod[],
): { forWhat: string; atMs: number } | undefined {
  // The next one, if there is another, is found when this one has been up for long enough.
  const [young] = pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      if (container.state.kind !== 'running' || container.restartCount === 0) return [];
      const key = topicKey(pod.meta.uid, container.name, restartTopic(container));
      const atMs = firstSeenMs(memory, key, nowMs) + STEADY_MS;
      const forWhat = `container ${container.name} of pod ${pod.meta.name} to stay up after restart ${container.restartCount}`;
      return atMs > nowMs ? [{ forWhat, atMs }] : [];
    }),
  );
  return young;
}
