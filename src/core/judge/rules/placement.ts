import { FACT } from '../../causes/wording.ts';
import type { Pod } from '../../model/seen.ts';
import type { Evidence } from '../../model/evidence.ts';
import { disruptionOf } from '../disruption.ts';
import { firstSeenMs } from '../memory.ts';
import { condition } from '../pod-facts.ts';
import { TOPIC, topicKey } from '../sightings.ts';
import { eventsOf, newestOf } from './events.ts';
import { type Held, ONLY_EXPLAINS, type Rule, type RuleContext, causeFor, podEvidence, said } from './rule.ts';
import { waitsForClaims } from './volumes.ts';

/** An autoscaler is bringing a node: cluster-autoscaler and Karpenter say it in Normal events. */
const SCALE_UP = ['TriggeredScaleUp', 'Nominated'];
const NO_SCALE_UP = ['NotTriggerScaleUp'];
/** cluster-autoscaler gives a node up after this (--max-node-provision-time, default), Karpenter a NodeClaim too. */
const SCALE_UP_MS = 15 * 60_000;

/** Of condition PodScheduled: api, core/v1 types.go (PodReason…). */
const NOT_SCHEDULED: readonly string[] = ['Unschedulable', 'SchedulingGated', 'SchedulerError'];

/**
 * No node can take the pod. While an autoscaler brings one, it is worth waiting as long as the autoscaler itself does;
 * when it has looked and says that it will not help, nothing is left to wait for. A scheduling gate is somebody's will, and
 * an error of the scheduler itself is tried again.
 */
export const schedulingRule: Rule = {
  name: 'scheduling',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      const scheduled = condition(pod.conditions, 'PodScheduled');
      if (scheduled?.status !== 'False' || waitsForClaims(pod)) return [];
      if (!NOT_SCHEDULED.includes(scheduled.reason)) return [];
      const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', TOPIC.unschedulable), ctx.nowMs);
      const autoscaler = newestOf(eventsOf(ctx, pod, [...SCALE_UP, ...NO_SCALE_UP]));
      const details =
        autoscaler === undefined
          ? []
          : [{ label: FACT.autoscaler, value: `${autoscaler.reason}: ${autoscaler.message}` }];
      return [
        {
          finding: {
            cause: causeFor(ctx.party, 'unschedulable'),
            evidence: podEvidence(pod, { ...said(scheduled), sinceMs, details }),
          },
          sinceMs,
          ...schedulingGrace(scheduled.reason, autoscaler?.reason),
        },
      ];
    }),
};

function schedulingGrace(reason: string, autoscaler: string | undefined): Pick<Held, 'graceMs'> {
  if (reason !== 'Unschedulable') return { graceMs: ONLY_EXPLAINS };
  if (autoscaler === undefined) return {};
  return { graceMs: SCALE_UP.includes(autoscaler) ? SCALE_UP_MS : 0 };
}

/**
 * The pod was taken away. For the SUT this only explains: its ReplicaSet brings another pod, which may come up; so does
 * the Job of a sharded run. For testcar in one pod, whose Job does not retry, it decides once the pod should have
 * terminated.
 */
export const disruptionRule: Rule = {
  name: 'disruption',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      const finding = disruptionFinding(ctx.party, pod);
      if (finding === undefined) return [];
      const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', TOPIC.disrupted), ctx.nowMs);
      const graceMs = isReplaced(ctx, pod) ? { graceMs: ONLY_EXPLAINS } : {};
      return [{ finding, sinceMs, ...graceMs }];
    }),
};

function isReplaced({ party, plan }: RuleContext, pod: Pod): boolean {
  return (party === 'sut' || plan.options.shards > 1) && disruptionOf(pod)?.by !== 'own';
}

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
