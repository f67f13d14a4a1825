import { CAUSES } from '../../causes/index.ts';
import { FACT } from '../../causes/wording.ts';
import type { ClusterEvent, Pod } from '../../model/seen.ts';
import type { PersistentVolumeClaim } from '../../model/surroundings.ts';
import { firstSeenMs } from '../memory.ts';
import { condition } from '../pod-facts.ts';
import { TOPIC, eventTopic, topicKey } from '../sightings.ts';
import { eventsOf, newestOf } from './events.ts';
import { type Held, ONLY_EXPLAINS, type Rule, type RuleContext, causeFor, podEvidence, said } from './rule.ts';

/** "MountVolume.SetUp failed for volume "x" : secret "y" not found" (kubernetes#110158), and the same for ConfigMaps. */
const MISSING_REFERENCE = /(?:secrets?|configmaps?) "[^"]*" not found|references non-existent (?:secret|config) key/i;
/** The kubelet has not yet synced its cache of ConfigMaps and Secrets; gone at the next try. */
const CACHE_RACE = /failed to sync (?:configmap|secret) cache/i;
/** The other pod has to go first, or the attach-detach controller waits 6 minutes (maxWaitForUnmountDuration). */
const MULTI_ATTACH = /Multi-Attach error/;
/** No retry changes what is on the node's disk. */
const WRONG_ON_NODE = /hostPath type check failed/;
/** The kubelet's summary, without the reason, which an earlier event tells. */
const SUMMARY = /^Unable to attach or mount volumes/;

/** Things that will not change without a person get the grace of missing configuration. */
const CERTAIN_MS = CAUSES.SutConfigMissing.graceMs;

/** A volume that cannot be mounted. Missing Secrets and ConfigMaps are configuration; the rest is storage of the cluster. */
export const mountRule: Rule = {
  name: 'mount',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      if (!isBeforeContainers(pod)) return [];
      const events = eventsOf(ctx, pod, ['FailedMount', 'FailedAttachVolume']);
      const missing = events.find(({ message }) => MISSING_REFERENCE.test(message));
      const event = missing ?? tellingEvent(events);
      if (event === undefined) return [];
      const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', eventTopic(event.reason)), ctx.nowMs);
      const evidence = podEvidence(pod, { ...said(event), sinceMs });
      if (missing !== undefined)
        return [{ finding: { cause: causeFor(ctx.party, 'configMissing'), evidence }, sinceMs }];
      return [
        { finding: { cause: causeFor(ctx.party, 'volumeNotMounted'), evidence }, sinceMs, ...mountGrace(pod, event) },
      ];
    }),
};

function tellingEvent(events: readonly ClusterEvent[]): ClusterEvent | undefined {
  const trouble = events.filter(({ message }) => !CACHE_RACE.test(message));
  return newestOf(trouble.filter(({ message }) => !SUMMARY.test(message))) ?? newestOf(trouble);
}

function mountGrace(pod: Pod, { message }: ClusterEvent): Pick<Held, 'graceMs'> {
  if (WRONG_ON_NODE.test(message)) return { graceMs: CERTAIN_MS };
  return MULTI_ATTACH.test(message) || !tellsSandbox(pod) ? { graceMs: ONLY_EXPLAINS } : {};
}

/**
 * On a node, and no container was started. PodReadyToStartContainers says that volumes and network are there, so that an
 * old event about them proves nothing (on by default since 1.29: KEP-3085).
 */
export function isBeforeContainers(pod: Pod): boolean {
  if (pod.phase !== 'Pending' || pod.nodeName === undefined) return false;
  return (
    pod.containers.every(({ state }) => state.kind === 'waiting') &&
    condition(pod.conditions, 'PodReadyToStartContainers')?.status !== 'True'
  );
}

/** Without the condition nobody tells a pod that waits for its volume from one that pulls a big image. */
export function tellsSandbox(pod: Pod): boolean {
  return condition(pod.conditions, 'PodReadyToStartContainers') !== undefined;
}

/** Of the scheduler's VolumeBinding plugin: no node is looked at before the claims are right. */
const NO_SUCH_CLAIM = /persistentvolumeclaim "([^"]*)" not found/;
const UNBOUND = /unbound immediate PersistentVolumeClaims|bound to non-existent persistentvolume/;
/** "storageclass.storage.k8s.io "x" not found": the PV controller does not ask again until somebody makes it. */
const NO_SUCH_CLASS = /storageclass\S* "[^"]*" not found/;

export function waitsForClaims(pod: Pod): boolean {
  const message = condition(pod.conditions, 'PodScheduled')?.message ?? '';
  return NO_SUCH_CLAIM.test(message) || UNBOUND.test(message);
}

/**
 * A claim that is missing or gets no volume. A claim of a class with volumeBindingMode WaitForFirstConsumer is Pending
 * until its pod has found a node, which is as it should be: only what the scheduler, the provisioner or the claim itself
 * complains of counts.
 */
export const claimRule: Rule = {
  name: 'claim',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      if (pod.phase !== 'Pending' || pod.nodeName !== undefined) return [];
      const held = missingClaim(ctx, pod) ?? pendingClaim(ctx, pod);
      return held === undefined ? [] : [held];
    }),
};

function missingClaim(ctx: RuleContext, pod: Pod): Held | undefined {
  const scheduled = condition(pod.conditions, 'PodScheduled');
  const name = NO_SUCH_CLAIM.exec(scheduled?.message ?? '')?.[1];
  if (scheduled?.status !== 'False' || name === undefined) return undefined;
  return heldFor(ctx, pod, 'claimMissing', unscheduledSinceMs(ctx, pod), name, said(scheduled));
}

function pendingClaim(ctx: RuleContext, pod: Pod): Held | undefined {
  const claims = ctx.seen.around.claims.filter(({ meta }) => pod.claims.includes(meta.name));
  const failure = newestOf(
    ctx.seen.events.filter(
      ({ involved, reason }) =>
        reason === 'ProvisioningFailed' &&
        involved.kind === 'PersistentVolumeClaim' &&
        pod.claims.includes(involved.name) &&
        !claims.some(({ meta, phase }) => meta.name === involved.name && phase === 'Bound'),
    ),
  );
  const lost = claims.find(({ phase }) => phase === 'Lost');
  const scheduled = condition(pod.conditions, 'PodScheduled');
  const isUnbound = scheduled?.status === 'False' && UNBOUND.test(scheduled.message);
  if (failure === undefined && lost === undefined && !isUnbound) return undefined;
  const claim = lost ?? claims.find(({ phase, meta }) => phase === 'Pending' && isOf(failure, meta.name));
  const words = lost === undefined ? said(failure ?? scheduled ?? { reason: '', message: '' }) : { reason: 'Lost' };
  const sinceMs =
    failure === undefined
      ? unscheduledSinceMs(ctx, pod)
      : firstSeenMs(ctx.memory, topicKey(failure.involved.uid, '', eventTopic(failure.reason)), ctx.nowMs);
  const held = heldFor(ctx, pod, 'claimPending', sinceMs, claim?.meta.name ?? failure?.involved.name, words, claim);
  if (lost !== undefined || hasNoClass(claim) || NO_SUCH_CLASS.test(failure?.message ?? '')) {
    return { ...held, graceMs: CERTAIN_MS };
  }
  // A provisioner that does not complain is at work, which takes seconds to minutes.
  return failure === undefined ? { ...held, graceMs: ONLY_EXPLAINS } : held;
}

function isOf(failure: ClusterEvent | undefined, claim: string): boolean {
  return failure === undefined || failure.involved.name === claim;
}

/** Nothing provisions for it: the class is "" or there is no default class that would have filled it in. */
function hasNoClass(claim: PersistentVolumeClaim | undefined): boolean {
  return claim !== undefined && (claim.storageClassName ?? '') === '' && claim.volumeName === undefined;
}

function unscheduledSinceMs(ctx: RuleContext, pod: Pod): number {
  return firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', TOPIC.unschedulable), ctx.nowMs);
}

function heldFor(
  ctx: RuleContext,
  pod: Pod,
  trouble: 'claimMissing' | 'claimPending',
  sinceMs: number,
  name: string | undefined,
  words: ReturnType<typeof said>,
  claim?: PersistentVolumeClaim,
): Held {
  const object = name === undefined ? `pod/${pod.meta.name}` : `persistentvolumeclaim/${name}`;
  const details = [
    { label: FACT.askedBy, value: `pod/${pod.meta.name}` },
    ...(claim === undefined ? [] : [{ label: FACT.storageClass, value: claim.storageClassName || 'none' }]),
  ];
  return {
    finding: { cause: causeFor(ctx.party, trouble), evidence: { object, ...words, sinceMs, details } },
    sinceMs,
  };
}
