import { CAUSES } from '../causes/index.ts';
import { FACT, versus } from '../causes/wording.ts';
import type { Job, Pod } from '../model/seen.ts';
import type { Finding } from '../causes/finding.ts';
import { formatDuration } from '../options/duration.ts';
import { RUN_LABEL, SPEC_HASH_ANNOTATION } from '../plan/naming.ts';
import { blame } from './blame.ts';
import { type Decision, decide, earliest } from './decide.ts';
import { tellingMessage } from './explain.ts';
import { groundOf } from './ground.ts';
import { type JobEnd, endOf, rememberedPods } from './job-end.ts';
import { type JudgeContext, type Judgement, failed } from './judgement.ts';
import { firstSeenMs } from './memory.ts';
import { podsOf } from './pod-facts.ts';
import { waitingWords } from './rules/api-reads.ts';
import { nodeRule } from './rules/nodes.ts';
import { testedGoneRule, testedLoopsRule } from './rules/tested-gone.ts';
import { PARTY_RULES } from './rules/order.ts';
import type { RuleContext } from './rules/rule.ts';
import { withShard } from './shards.ts';
import { TOPIC, topicKey } from './sightings.ts';
import { lacksPods, progressInWords, testedShards } from './test-progress.ts';

export type { JobEnd };

/** After its create was answered, the watch shows the Job within moments; the rest is a busy API server. */
const APPEAR_MS = 30_000;
/** Who replaces a Job deletes it first, and the watch tells of the two one after the other: the other Job says more. */
const REPLACED_MS = 1_000;
/** Job and pod come over two watches: after the Job's end, its pod's last status is waited for this long. */
const POD_END_MS = 10_000;

/** Waits until our Job has ended, or until it is certain or time that it will not. */
export function judgeTest(ctx: JudgeContext): Judgement<JobEnd> {
  const jobUid = ctx.job?.uid;
  if (jobUid === undefined) {
    return failed({
      cause: 'EvidenceContradicts',
      evidence: { object: jobObject(ctx), reason: 'the UID of the Job is not known' },
    });
  }
  const job = ctx.seen.job?.meta.uid === jobUid ? ctx.seen.job : undefined;
  const last = job ?? ctx.memory.jobs.get(jobUid)?.job;
  const end = last && endOf(last);
  const pods = rememberedPods(ctx.memory, jobUid);
  const pod = pods.at(-1);
  const shards = testedShards(ctx, pods, jobUid);
  if (last !== undefined && end !== undefined) return ended(ctx, { job: last, pod, ...end, ...shards });

  const identity = identityProblem(ctx, jobUid, job);
  if (identity?.finding !== undefined) return failed(identity.finding);
  const decision = together(
    ctx.plan.options.shards,
    pods,
    decide(PARTY_RULES, testcarContext(ctx, jobUid, job)),
    decide([nodeRule, testedGoneRule(jobUid), testedLoopsRule(jobUid)], testedContext(ctx)),
  );
  const [decided, ...also] = decision.decided;
  if (decided !== undefined) return failed(decided, [...also, ...decision.pending]);

  const suspended = job === undefined ? undefined : suspension(ctx, job);
  if (suspended !== undefined && pod !== undefined) return failed(suspended, decision.pending);
  const deadlineMs = ctx.phaseStartedAtMs + ctx.plan.options.testTimeoutMs;
  if (ctx.nowMs >= deadlineMs) return tooLate(ctx, jobUid, pod, suspended, decision.pending);
  return {
    kind: 'waiting',
    forWhat: waitingWords(
      suspended === undefined ? progressInWords(ctx, jobUid, pod) : `Job ${ctx.plan.jobName} is suspended`,
      decision.pending,
    ),
    nextAtMs: earliest([decision.nextAtMs, identity?.atMs, deadlineMs]),
  };
}

function ended(ctx: JudgeContext, end: JobEnd): Judgement<JobEnd> {
  const pods = end.shards === undefined ? [end.pod] : end.shards.map(({ pod }) => pod);
  const over = pods.every(
    (pod) =>
      pod !== undefined &&
      (pod.phase === 'Succeeded' ||
        pod.phase === 'Failed' ||
        ctx.memory.pods.get(pod.meta.uid)?.goneSinceMs !== undefined),
  );
  const lastMs =
    firstSeenMs(ctx.memory, topicKey(end.job.meta.uid, '', TOPIC.ended), Number.NEGATIVE_INFINITY) + POD_END_MS;
  if (over || ctx.nowMs >= lastMs) return { kind: 'done', value: end };
  return {
    kind: 'waiting',
    forWhat: `the last status of the ${pods.length === 1 ? 'pod' : 'pods'} of Job ${ctx.plan.jobName}`,
    nextAtMs: lastMs,
  };
}

/** The Job that we see is not ours, or ours is not there. Only what a current read shows counts. */
function identityProblem(
  ctx: JudgeContext,
  jobUid: string,
  job: Job | undefined,
): { finding?: Finding; atMs?: number } | undefined {
  if (ctx.seen.reads.job.state !== 'current') return undefined;
  const { plan, seen } = ctx;
  if (job !== undefined) {
    const run = job.meta.labels[RUN_LABEL] ?? plan.runId;
    const hash = job.meta.annotations[SPEC_HASH_ANNOTATION] ?? plan.specHash;
    if (run === plan.runId && hash === plan.specHash) return undefined;
    return notOurs(
      ctx,
      run === plan.runId ? `spec hash ${plan.specHash}` : `run ${plan.runId}`,
      run === plan.runId ? `spec hash ${hash}` : `run ${run}`,
    );
  }
  // A watch may lag behind the create that gave us the UID, so a Job that was never seen gets time to appear.
  const goneSinceMs = ctx.memory.jobs.get(jobUid)?.goneSinceMs;
  const appearMs = ctx.phaseStartedAtMs + APPEAR_MS;
  if (goneSinceMs === undefined && ctx.nowMs < appearMs) return { atMs: appearMs };
  if (seen.job !== undefined) return notOurs(ctx, `UID ${jobUid}`, `UID ${seen.job.meta.uid}`);
  if (goneSinceMs !== undefined && ctx.nowMs < goneSinceMs + REPLACED_MS) return { atMs: goneSinceMs + REPLACED_MS };
  const reason = goneSinceMs === undefined ? 'NeverSeen' : 'Deleted';
  return { finding: { cause: 'JobDeleted', evidence: { object: jobObject(ctx), reason } } };
}

function notOurs(ctx: JudgeContext, expected: string, found: string): { finding: Finding } {
  const details = versus(expected, found);
  return { finding: { cause: 'JobNotOurs', evidence: { object: jobObject(ctx), details } } };
}

function testcarContext(ctx: JudgeContext, jobUid: string, job: Job | undefined): RuleContext {
  const current = ctx.seen.reads.testcarPods.state === 'current';
  const pods = current ? podsOf(ctx.seen.testcarPods, jobUid) : [];
  const missingPods = current && job !== undefined && lacksPods(ctx, jobUid, job, pods);
  const owner = { object: jobObject(ctx), uid: jobUid, missingPods };
  return { ...ctx, party: 'testcar', pods, owner };
}

/** Tests against a system whose node is gone cannot come to a result, so the end of their time is not waited for. */
function testedContext(ctx: JudgeContext): RuleContext {
  const uids = ctx.revision?.podUids ?? [];
  const pods = uids
    .flatMap((uid) => ctx.memory.pods.get(uid) ?? [])
    .flatMap(({ pod, goneSinceMs }) => (goneSinceMs === undefined ? [pod] : []));
  return { ...ctx, party: 'sut', pods, owner: undefined };
}

function together(shards: number, pods: readonly Pod[], testcar: Decision, tested: Decision): Decision {
  const named = (finding: Finding): Finding => withShard(finding, pods, shards);
  return {
    decided: [...testcar.decided.map(named), ...tested.decided],
    pending: [...testcar.pending.map(named), ...tested.pending],
    nextAtMs: earliest([testcar.nextAtMs, tested.nextAtMs]),
  };
}

/** A queue such as Kueue holds a Job back before it starts, which is worth waiting for; later it kills the tests. */
function suspension(ctx: JudgeContext, job: Job): Finding | undefined {
  const suspended = job.conditions.find(({ type, status }) => type === 'Suspended' && status === 'True');
  if (!job.suspend && suspended === undefined) return undefined;
  const message = suspended?.message ? { message: suspended.message } : {};
  return { cause: 'JobSuspended', evidence: { object: jobObject(ctx), ...message } };
}

function tooLate(
  ctx: JudgeContext,
  jobUid: string,
  pod: Pod | undefined,
  suspended: Finding | undefined,
  pending: readonly Finding[],
): Judgement<JobEnd> {
  const waitedFor = { label: FACT.waitedFor, value: formatDuration(ctx.plan.options.testTimeoutMs) };
  if (suspended !== undefined) {
    return failed({ ...suspended, evidence: { ...suspended.evidence, details: [waitedFor] } }, pending);
  }
  const message = pod && tellingMessage(ctx.seen, pod);
  const finding: Finding = {
    cause: 'TestDeadlineExceeded',
    evidence: {
      object: jobObject(ctx),
      reason: 'testTimeout',
      ...(message === undefined ? {} : { message }),
      details: [waitedFor, { label: FACT.blocker, value: progressInWords(ctx, jobUid, pod) }],
    },
  };
  const sidecar = pending.find(({ cause }) => cause === 'TestcarSidecarNeverEnds');
  if (sidecar !== undefined) return failed(sidecar, [finding, ...pending.filter((other) => other !== sidecar)]);
  const [first] = pending;
  if (first !== undefined && CAUSES[first.cause].class === 'CLUSTER_ERROR')
    return failed(first, [finding, ...pending.slice(1)]);
  const ground = ctx.revision && groundOf({ ...ctx, revision: ctx.revision, jobUid });
  const blamed = blame(finding, ground);
  return failed(blamed.finding, [...blamed.others, ...pending]);
}

function jobObject(ctx: JudgeContext): string {
  return `job/${ctx.plan.jobName}`;
}
