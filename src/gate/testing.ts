import type { JobEnd } from '../core/judge/testing.ts';
import { judgeTest } from '../core/judge/testing.ts';
import { jobFor } from '../core/plan/job.ts';
import type { Plan } from '../core/plan/plan.ts';
import { serviceFor, sutUrl } from '../core/plan/service.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Feed, Ports } from '../ports.ts';
import { Couriers } from './couriers.ts';
import { makeOrAdopt } from './deploy.ts';
import { type FollowedLog, Follower } from './log-following.ts';
import type { Made } from './made.ts';
import { refOf, uidOf } from './ref.ts';
import { RetryNotes } from './retry-notes.ts';
import type { RunLog } from './run-log.ts';
import { type Step, closedBy, done } from './step.ts';
import type { Waiter } from './wait.ts';

/** What a test that goes on has made so far. */
export type Testing = { jobUid: string; couriers: Couriers };
export type Tested = Testing & { end: JobEnd; log: readonly FollowedLog[] };

/** Starts testcar beside the revision, relays its log and waits until the Job has ended. */
export async function test(
  plan: Plan,
  revision: Revision,
  ports: Ports,
  feed: Feed,
  waiter: Waiter,
  made: Made,
  log: RunLog,
  followers: Follower[],
  signal: AbortSignal,
  begun?: (testing: Testing) => void,
): Promise<Step<Tested>> {
  const job = await makeOrAdopt(jobFor(plan, revision), plan, revision, ports, made, log);
  if (!job.ok) return job;
  const jobUid = uidOf(job.value);
  const service = await makeOrAdopt(serviceFor(plan, revision, jobUid), plan, revision, ports, made, log);
  if (!service.ok) return service;
  const owned = await ownCopies(plan, jobUid, ports);
  if (!owned.ok) return owned;
  log.note(`testcar runs against ${sutUrl(plan)}, revision ${revision.replicaSetName}`);

  const follower = new Follower(plan, jobUid, ports, signal);
  // What is known of the logs is told however the run goes on.
  followers.push(follower);
  const couriers = new Couriers(plan, jobUid, ports, signal);
  begun?.({ jobUid, couriers });
  const retries = new RetryNotes(plan, jobUid, log);
  const ended = await waiter.until(
    feed,
    (moment) => judgeTest({ ...moment, plan, revision, job: { uid: jobUid } }),
    (seen) => {
      follower.look(seen);
      couriers.look(seen);
      retries.look(seen);
    },
  );
  log.enter('collect');
  const { tails } = await follower.drain(ended.ok);
  if (!ended.ok) couriers.leave(feed.current());
  return ended.ok ? done({ jobUid, end: ended.value, log: tails, couriers }) : ended;
}

/**
 * Makes the Job the owner of the preview's copies: its TTL then sweeps everything, even when this process is killed and
 * nothing else gets to clean up (Kubernetes garbage collection follows owner references).
 */
async function ownCopies(plan: Plan, jobUid: string, ports: Ports): Promise<Step<undefined>> {
  if (plan.options.mode !== 'preview') return done(undefined);
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: plan.jobName, uid: jobUid }];
  const answers = await Promise.all(
    plan.toDeploy.map((copy) => ports.objects.patch(refOf(copy), { metadata: { ownerReferences } })),
  );
  for (const answer of answers) {
    if (!answer.ok) return closedBy(answer.error, 'handing the preview to the Job for clean-up', 'running');
  }
  return done(undefined);
}
