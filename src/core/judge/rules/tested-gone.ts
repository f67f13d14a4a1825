import { groundFinding } from '../blame.ts';
import { groundOf } from '../ground.ts';
import { firstSeenMs } from '../memory.ts';
import { containerTopic, topicKey } from '../sightings.ts';
import { type Rule, perContainer } from './rule.ts';

/** Tests that lose their counterpart mostly fail within the time limits of their own calls, and then say more than we can. */
const TESTS_NOTICE_MS = 60_000;

/**
 * Every pod that was tested is gone. Whatever comes of these tests can be no pass, and what they wait for may never
 * answer, so the end of their time is not waited for.
 */
export function testedGoneRule(jobUid: string): Rule {
  return {
    name: 'tested-gone',
    check: (ctx) => {
      const { revision, memory } = ctx;
      if (revision === undefined || revision.podUids.length === 0) return [];
      const goneSinceMs = revision.podUids.map((uid) => memory.pods.get(uid)?.goneSinceMs);
      const known = goneSinceMs.filter((ms) => ms !== undefined);
      if (known.length < goneSinceMs.length) return [];
      const ground = groundOf({ ...ctx, revision, jobUid });
      const finding = ground && groundFinding(ground, 'failed');
      return finding === undefined ? [] : [{ finding, sinceMs: Math.max(...known), graceMs: TESTS_NOTICE_MS }];
    },
  };
}

/**
 * The kubelet waits 10 s before it starts a container again, then 20, then 40. Not seen up for so long, it has crashed at
 * least three times.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
const LONG_BACK_OFF_MS = 30_000;

/** What is tested crashes again and again: no pass can come of that, however patient the tests are. */
export function testedLoopsRule(jobUid: string): Rule {
  return {
    name: 'tested-loops',
    check: (ctx) =>
      perContainer(ctx, (pod, container) => {
        const { revision, memory, nowMs } = ctx;
        if (container.state.kind !== 'waiting' || container.state.reason !== 'CrashLoopBackOff') return undefined;
        const ground = revision && groundOf({ ...ctx, revision, jobUid });
        const finding = ground && groundFinding(ground, 'failed');
        if (finding === undefined) return undefined;
        const sinceMs = firstSeenMs(memory, topicKey(pod.meta.uid, container.name, containerTopic(container)), nowMs);
        return { finding, sinceMs, graceMs: LONG_BACK_OFF_MS };
      }),
  };
}
