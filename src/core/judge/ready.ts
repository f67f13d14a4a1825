import { FACT, versus } from '../causes/wording.ts';
import type { Deployment, Observation } from '../model/seen.ts';
import { CAUSES } from '../causes/index.ts';
import type { Finding } from '../causes/finding.ts';
import { formatDuration } from '../options/duration.ts';
import type { Revision } from '../model/revision.ts';
import { askedFor } from './admission.ts';
import { decide, earliest } from './decide.ts';
import { disruptionOf } from './disruption.ts';
import { podsCarryImage, revisionCarriesImage, templateCarriesImage } from './expected-image.ts';
import { type JudgeContext, type Judgement, failed } from './judgement.ts';
import { judgeServing } from './live-services.ts';
import { hopelessDeployment, neverReady } from './never-ready.ts';
import { imagesNotFixed } from './mutable-images.ts';
import { otherDigest } from './other-digest.ts';
import { isTerminating, podsOf } from './pod-facts.ts';
import { isDeleting, livePods, newReplicaSet } from './revision.ts';
import { type RollOut, rollOutOf } from './rollout.ts';
import { waitingWords } from './rules/api-reads.ts';
import { PARTY_RULES } from './rules/order.ts';
import type { RuleContext } from './rules/rule.ts';
import { untilSteady } from './steady.ts';

/** After our own create or apply the watch shows the Deployment within moments; longer means that somebody deleted it. */
const APPEAR_MS = 30_000;

/** Waits for the new revision: rolled out completely, all pods ready, and in `observe` carrying `expectImage`. */
export function judgeReady(ctx: JudgeContext): Judgement<Revision> {
  const { plan, seen } = ctx;
  const current = isCurrent(seen);
  const rollOut: RollOut = current
    ? rollOutOf(seen, plan)
    : { kind: 'under-way', forWhat: `Deployment ${plan.watchedDeployment} and its pods to be read` };
  const expected = plan.options.mode === 'observe' ? plan.options.expectImage : undefined;
  const arrived = expected === undefined || hasArrived(seen, rollOut, ctx, expected);
  const deadlineMs = ctx.phaseStartedAtMs + plan.options.readyTimeoutMs;
  if (rollOut.kind === 'complete' && arrived) {
    const steady = ctx.nowMs < deadlineMs ? untilSteady(ctx, rollOut.pods) : undefined;
    if (steady === undefined) return proven(ctx, rollOut);
    return { kind: 'waiting', forWhat: steady.forWhat, nextAtMs: Math.min(steady.atMs, deadlineMs) };
  }

  // Until the expected revision is delivered, the pods are those of an older one, whose troubles are not this run's.
  const decision = decide(PARTY_RULES, sutContext(ctx, current && arrived));
  const [decided, ...also] = decision.decided;
  if (decided !== undefined) return failed(decided, [...also, ...decision.pending]);

  const other = arrived || expected === undefined ? undefined : otherDigest(ctx, rollOut, expected);
  const [wrong] = other?.decided ?? [];
  if (wrong !== undefined) return failed(wrong, decision.pending);

  const gone = current ? deploymentGone(ctx) : undefined;
  if (gone?.finding !== undefined) return failed(gone.finding, decision.pending);
  const hopeless = current && arrived ? hopelessDeployment(seen.deployment) : undefined;
  const forWhat = waitingFor(rollOut, arrived, expected);
  if (hopeless !== undefined || ctx.nowMs >= deadlineMs) {
    const finding = arrived ? neverReady({ ctx, rollOut, hopeless, forWhat }) : notArrived(ctx);
    const pending = decision.pending.filter(({ cause }) => cause !== finding.cause);
    const [first] = decision.pending;
    // What the cluster still owed at the end is the cluster's, whatever the SUT might have done later.
    if (first !== undefined && CAUSES[first.cause].class === 'CLUSTER_ERROR') {
      return failed(first, [finding, ...decision.pending.slice(1)]);
    }
    return failed(finding, pending);
  }
  return {
    kind: 'waiting',
    forWhat: waitingWords(forWhat, decision.pending),
    nextAtMs: earliest([decision.nextAtMs, other?.nextAtMs, gone?.atMs, deadlineMs]),
  };
}

/** The roll-out is complete; what it brought must be one known image, and the one that was built. */
function proven(ctx: JudgeContext, { revision, pods }: Extract<RollOut, { kind: 'complete' }>): Judgement<Revision> {
  const { plan, seen } = ctx;
  const { expectImage, mutableImages } = plan.options;
  const [unfixed, ...others] =
    mutableImages === 'allow' ? [] : imagesNotFixed(seen.deployment, pods, askedFor('sut', plan, seen));
  if (unfixed !== undefined) return failed(unfixed, others);
  if (expectImage === undefined || revisionCarriesImage(seen.deployment, pods, expectImage))
    return judgeServing(ctx, revision);
  const details = versus(expectImage, Object.values(revision.imageIDs).join(', '));
  return failed({
    cause: 'SutRevisionMismatch',
    evidence: { object: `deployment/${revision.deploymentName}`, reason: 'OtherDigest', details },
  });
}

function isCurrent({ reads }: Observation): boolean {
  return [reads.deployment, reads.replicaSets, reads.sutPods].every(({ state }) => state === 'current');
}

function waitingFor(rollOut: RollOut, arrived: boolean, expected: string | undefined): string {
  if (!arrived && expected !== undefined) return `a revision with image ${expected} to be delivered`;
  return rollOut.kind === 'complete' ? 'the roll-out' : rollOut.forWhat;
}

function hasArrived(seen: Observation, rollOut: RollOut, ctx: JudgeContext, expected: string): boolean {
  if (rollOut.kind === 'complete') return revisionCarriesImage(seen.deployment, rollOut.pods, expected);
  const replicaSet = newReplicaSet(seen, ctx.plan);
  if (seen.deployment === undefined || replicaSet === undefined) return false;
  return (
    templateCarriesImage(seen.deployment, expected) ||
    podsCarryImage(livePods(seen.sutPods, replicaSet.meta.uid), expected)
  );
}

/** Rules look at the pods of the new ReplicaSet; without it, or when what is shown is history, only at the API. */
export function sutContext(ctx: JudgeContext, judgePods: boolean): RuleContext {
  const replicaSet = judgePods ? newReplicaSet(ctx.seen, ctx.plan) : undefined;
  if (replicaSet === undefined) return { ...ctx, party: 'sut', pods: [], owner: undefined };
  const { uid, name } = replicaSet.meta;
  const live = livePods(ctx.seen.sutPods, uid);
  const ended = podsOf(ctx.seen.sutPods, uid).filter((pod) => !isTerminating(pod) && !live.includes(pod));
  // Evicted pods stay beside their replacements; they matter when nothing replaced them, or when the next will end alike.
  const telling = live.length === 0 ? ended : ended.filter((pod) => disruptionOf(pod)?.by === 'own');
  const owner = { object: `replicaset/${name}`, uid, missingPods: live.length < replicaSet.specReplicas };
  return { ...ctx, party: 'sut', pods: [...live, ...telling], owner };
}

function deploymentGone(ctx: JudgeContext): { atMs?: number; finding?: Finding } | undefined {
  const { plan, seen } = ctx;
  const isGoing = seen.deployment !== undefined && isDeleting(seen.deployment);
  if (seen.deployment !== undefined && !isGoing) return undefined;
  const object = `deployment/${plan.watchedDeployment}`;
  const observing = plan.options.mode === 'observe';
  // No delete is taken back. In `observe` somebody else may make it anew.
  if (isGoing && !observing) return { finding: { cause: 'RevisionChanged', evidence: { object, reason: 'Deleted' } } };
  const atMs =
    ctx.phaseStartedAtMs + (observing ? plan.options.readyTimeoutMs : Math.min(APPEAR_MS, plan.options.readyTimeoutMs));
  if (ctx.nowMs < atMs) return { atMs };
  const waitedFor = { label: FACT.waitedFor, value: formatDuration(ctx.nowMs - ctx.phaseStartedAtMs) };
  if (observing) return { finding: { cause: 'SutNotFound', evidence: { object, details: [waitedFor] } } };
  return { finding: { cause: 'RevisionChanged', evidence: { object, reason: 'Deleted', details: [waitedFor] } } };
}

function notArrived(ctx: JudgeContext): Finding {
  const details = [
    ...versus(ctx.plan.options.expectImage ?? '', imagesInWords(ctx.seen.deployment)),
    { label: FACT.waitedFor, value: formatDuration(ctx.nowMs - ctx.phaseStartedAtMs) },
  ];
  return { cause: 'SutRevisionMismatch', evidence: { object: `deployment/${ctx.plan.watchedDeployment}`, details } };
}

function imagesInWords(deployment: Deployment | undefined): string {
  const images = Object.values(deployment?.images ?? {});
  return images.length === 0 ? 'no image' : images.join(', ');
}
