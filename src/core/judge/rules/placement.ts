import type { ClusterEvent, Pod } from '../../model/seen.ts';
import type { Evidence } from '../../model/evidence.ts';
import { disruptionOf } from '../disruption.ts';
import { firstSeenMs } from '../memory.ts';
import { condition, isReady, isTrue } from '../pod-facts.ts';
import { TOPIC, eventTopic, topicKey } from '../sightings.ts';
import { type Held, ONLY_EXPLAINS, type Rule, type RuleContext, causeFor, podEvidence, said } from './rule.ts';

/** No node can take the pod. While the autoscaler brings one up, there is no reason to give up before the deadline. */
export const schedulingRule: Rule = {
  name: 'scheduling',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      const scheduled = condition(pod.conditions, 'PodScheduled');
      if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return [];
      const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', TOPIC.unschedulable), ctx.nowMs);
      return [
        {
          finding: {
            cause: causeFor(ctx.party, 'unschedulable'),
            evidence: podEvidence(pod, { ...said(scheduled), sinceMs }),
          },
          sinceMs,
          ...(eventOf(ctx, pod, 'TriggeredScaleUp') === undefined ? {} : { graceMs: ONLY_EXPLAINS }),
        },
      ];
    }),
};

/** "MountVolume.SetUp failed for volume "x" : secret "y" not found" (kubernetes#110158), and the same for ConfigMaps. */
const MISSING_REFERENCE = /(?:secrets?|configmaps?) "[^"]*" not found|references non-existent (?:secret|config) key/i;

/** A volume that cannot be mounted. A missing Secret or ConfigMap decides; storage trouble often passes and explains. */
export const mountRule: Rule = {
  name: 'mount',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      if (pod.phase !== 'Pending' || pod.containers.some(({ state }) => state.kind !== 'waiting')) return [];
      const event = eventOf(ctx, pod, 'FailedMount');
      if (event === undefined || !MISSING_REFERENCE.test(event.message)) return [];
      const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', eventTopic('FailedMount')), ctx.nowMs);
      const evidence = podEvidence(pod, { ...said(event), sinceMs });
      return [{ finding: { cause: causeFor(ctx.party, 'configMissing'), evidence }, sinceMs }];
    }),
};

/**
 * The pod was taken away. For the SUT this only explains: its ReplicaSet brings another pod, which may come up. For
 * testcar, whose Job does not retry, it decides once the pod should have terminated.
 */
export const disruptionRule: Rule = {
  name: 'disruption',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      const finding = disruptionFinding(ctx.party, pod);
      if (finding === undefined) return [];
      const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', TOPIC.disrupted), ctx.nowMs);
      const graceMs = ctx.party === 'sut' && finding.cause !== 'SutStorageExceeded' ? { graceMs: ONLY_EXPLAINS } : {};
      return [{ finding, sinceMs, ...graceMs }];
    }),
};

export function disruptionFinding(party: 'sut' | 'testcar', pod: Pod): Held['finding'] | undefined {
  const disruption = disruptionOf(pod);
  if (disruption === undefined) return undefined;
  const { container } = disruption;
  const evidence: Evidence = podEvidence(pod, {
    ...said(disruption),
    ...(container === undefined ? {} : { container }),
  });
  if (disruption.by === 'own') return { cause: causeFor(party, 'storageExceeded'), evidence };
  return { cause: disruption.by === 'node' ? 'NodeLost' : causeFor(party, 'disrupted'), evidence };
}

/**
 * The node does not answer any more. The pod still reads Running with old container states for 5 minutes, so its own
 * status proves nothing; the node controller's event and the lost readiness do.
 */
export const nodeRule: Rule = {
  name: 'node',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      const held = nodeLost(ctx, pod);
      return held === undefined ? [] : [held];
    }),
};

export function nodeLost(ctx: Pick<RuleContext, 'seen' | 'memory' | 'nowMs'>, pod: Pod): Held | undefined {
  if (pod.nodeName === undefined || isReady(pod) || pod.phase === 'Succeeded' || pod.phase === 'Failed')
    return undefined;
  const event = eventOf(ctx, pod, 'NodeNotReady');
  const unknown = pod.phase === 'Unknown' && isTrue(pod.conditions, 'PodScheduled');
  if (event === undefined && !unknown) return undefined;
  // Counted from the lost readiness, not from the event, which stays listed after the node has come back.
  const topic = event === undefined ? TOPIC.phaseUnknown : TOPIC.notReady;
  const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', topic), ctx.nowMs);
  const reason = event?.reason ?? 'phase Unknown';
  const message = event?.message ?? pod.message;
  return {
    finding: { cause: 'NodeLost', evidence: podEvidence(pod, { ...said({ reason, message }), sinceMs }) },
    sinceMs,
  };
}

export function eventOf(ctx: Pick<RuleContext, 'seen'>, pod: Pod, reason: string): ClusterEvent | undefined {
  return ctx.seen.events.find((event) => event.involved.uid === pod.meta.uid && event.reason === reason);
}
