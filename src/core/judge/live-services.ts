import type { Finding } from '../causes/finding.ts';
import { versus } from '../causes/wording.ts';
import type { Revision } from '../model/revision.ts';
import type { ApiError } from '../model/api-error.ts';
import type { Observation } from '../model/seen.ts';
import type { Endpoint } from '../model/surroundings.ts';
import { MOST_SERVICES } from '../observation/wanted.ts';
import type { Plan } from '../plan/plan.ts';
import { findingFromApiError } from './api-finding.ts';
import { decide, earliest } from './decide.ts';
import { endpointsOf } from './endpoints.ts';
import { type JudgeContext, type Judgement, failed } from './judgement.ts';
import { firstSeenMs } from './memory.ts';
import { podsOf } from './pod-facts.ts';
import type { Held } from './rules/rule.ts';
import { rolledOutTopic, topicKey } from './sightings.ts';

/** Where the live Services send to after the roll-out of `revision`. */
export type Serving =
  | { kind: 'new-revision-alone' }
  /** Not permitted, or too many: stated, and counted neither for nor against. */
  | { kind: 'unknowable'; why: string }
  /** `finding` closes when it is still so after its grace; `services`: how many, undefined where that was not read. */
  | { kind: 'not-yet'; forWhat: string; finding: Finding; services: number | undefined };

/**
 * Do the live Services send to the new revision, and to nothing else? Pods that end leave a Service within moments
 * (`terminating`), so this is the tail of a roll-out; what stays was never part of it.
 * https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
 */
export function servingOf(seen: Observation, plan: Plan, revision: Revision): Serving {
  const services = servicesToWatch(plan);
  if (services.length === 0) return { kind: 'new-revision-alone' };
  const read = seen.around.reads.endpointSlices;
  if (read.state === 'failing') {
    return read.error.kind === 'forbidden'
      ? { kind: 'unknowable', why: 'EndpointSlices cannot be read (forbidden)' }
      : notRead(read.error);
  }
  if (read.state !== 'current') return notRead();
  const own = [...revision.podUids, ...podsOf(seen.sutPods, revision.replicaSetUid).map(({ meta }) => meta.uid)];
  const problems = services.flatMap((service) => problemOf(service, seen, revision, own) ?? []);
  const [first] = problems;
  if (first !== undefined) return { ...first, services: problems.length };
  const more = plan.liveServices.length - services.length;
  return more === 0
    ? { kind: 'new-revision-alone' }
    : { kind: 'unknowable', why: `${more} of ${plan.liveServices.length} live Services are more than are watched` };
}

/**
 * A roll-out that is complete is done when the live Services have followed it. Both what was not read, which has rules and
 * graces of its own, and what somebody gave a longer grace, wait no longer than the roll-out itself may take.
 */
export function judgeServing(ctx: JudgeContext, revision: Revision): Judgement<Revision> {
  const serving = servingOf(ctx.seen, ctx.plan, revision);
  if (serving.kind !== 'not-yet') return { kind: 'done', value: revision };
  const deadlineMs = ctx.phaseStartedAtMs + ctx.plan.options.readyTimeoutMs;
  const { decided, nextAtMs } = decide([{ name: 'live-services', check: () => heldSinceRollOut(ctx, serving) }], {
    ...ctx,
    party: 'sut',
    pods: [],
    owner: undefined,
  });
  const [finding] = decided;
  if (finding !== undefined) return failed(finding);
  if (ctx.nowMs >= deadlineMs) return failed(serving.finding);
  return { kind: 'waiting', forWhat: serving.forWhat, nextAtMs: earliest([nextAtMs, deadlineMs]) };
}

/** Endpoints of old pods are as they should be until the roll-out is complete. */
function heldSinceRollOut(
  { seen: { deployment }, memory, nowMs, phaseStartedAtMs }: JudgeContext,
  { finding, services }: Extract<Serving, { kind: 'not-yet' }>,
): readonly Held[] {
  if (services === undefined || deployment === undefined) return [];
  const completeMs = firstSeenMs(memory, topicKey(deployment.meta.uid, '', rolledOutTopic(deployment.meta)), nowMs);
  return [{ finding, sinceMs: Math.max(completeMs, phaseStartedAtMs) }];
}

/** Live Services follow only what is rolled out under the live Deployment's name; a preview is hidden from them. */
export function servicesToWatch(plan: Plan): readonly string[] {
  // One of those that are watched is the run's own.
  return plan.watchedDeployment === plan.liveDeployment ? plan.liveServices.slice(0, MOST_SERVICES - 1) : [];
}

function notRead(error?: ApiError): Serving {
  const finding: Finding =
    error === undefined
      ? { cause: 'EvidenceContradicts', evidence: { object: 'EndpointSlices', message: 'they were not read' } }
      : findingFromApiError(error, 'watching EndpointSlices', 'running');
  return { kind: 'not-yet', forWhat: 'the endpoints of the live Services to be read', finding, services: undefined };
}

type Problem = Omit<Extract<Serving, { kind: 'not-yet' }>, 'services'>;

function problemOf(
  service: string,
  seen: Observation,
  { replicaSetName, podUids }: Revision,
  own: readonly string[],
): Problem | undefined {
  const known = endpointsOf(seen, service);
  const usable = known.kind === 'known' ? known.ready : [];
  const isOwn = ({ targetUid }: Endpoint): boolean => targetUid !== undefined && own.includes(targetUid);
  const foreign = usable.filter((endpoint) => !isOwn(endpoint) && !isOfOtherWorkload(seen, endpoint));
  const found = foreign.map(({ targetName, addresses }) => targetName ?? addresses.join(' '));
  const object = `service/${service}`;
  if (foreign.length > 0) {
    const evidence = { object, details: versus(`pods of ReplicaSet ${replicaSetName}`, found.join(', ')) };
    const forWhat = `Service ${service} to send to the new revision alone; it also sends to ${found.join(', ')}`;
    return { kind: 'not-yet', forWhat, finding: { cause: 'EndpointsOfAnotherRevision', evidence } };
  }
  if (usable.some(isOwn)) return undefined;
  const evidence = { object, details: versus(`${podUids.length}`, '0') };
  return {
    kind: 'not-yet',
    forWhat: `Service ${service} to send to the new pods`,
    finding: { cause: 'SutNoEndpoints', evidence },
  };
}

/**
 * A Service may be shared on purpose, for example with a canary's Deployment: pods that this Deployment's selector does
 * not match are no revision of it. An endpoint without a pod behind it is nobody's, and is not excused.
 */
function isOfOtherWorkload({ sutPods, reads }: Observation, { targetUid }: Endpoint): boolean {
  return (
    targetUid !== undefined && reads.sutPods.state === 'current' && !sutPods.some(({ meta }) => meta.uid === targetUid)
  );
}
