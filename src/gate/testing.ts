import type { JobEnd } from '../core/judge/testing.ts';
import { judgeTest } from '../core/judge/testing.ts';
import type { Observation, Pod } from '../core/model/seen.ts';
import { jobFor } from '../core/plan/job.ts';
import type { Plan } from '../core/plan/plan.ts';
import { serviceFor, sutUrl } from '../core/plan/service.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Feed, LogEnd, Ports } from '../ports.ts';
import { makeOrAdopt } from './deploy.ts';
import type { Made } from './made.ts';
import { refOf, uidOf } from './ref.ts';
import type { RunLog } from './run-log.ts';
import { type Step, closedBy, done } from './step.ts';
import type { Waiter } from './wait.ts';

export type Tested = { jobUid: string; end: JobEnd; log: FollowedLog };

/** What came over the live log of the test container. */
export type FollowedLog = { pod: string | undefined; tail: readonly string[]; end: LogEnd | undefined };

/** Lines kept of the live log for the report; the whole log stays with the pipeline's own log. */
const TAIL_LINES = 50;
/** After the Job has ended, what is still in flight of its log may take this long. */
const DRAIN_MS = 5_000;

/** Starts testcar beside the revision, relays its log and waits until the Job has ended. */
export async function test(
  plan: Plan,
  revision: Revision,
  ports: Ports,
  feed: Feed,
  waiter: Waiter,
  made: Made,
  log: RunLog,
  signal: AbortSignal,
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
  const ended = await waiter.until(
    feed,
    (moment) => judgeTest({ ...moment, plan, revision, job: { uid: jobUid } }),
    (seen) => {
      follower.look(seen);
    },
  );
  log.enter('collect');
  const followed = await follower.drain(ended.ok);
  return ended.ok ? done({ jobUid, end: ended.value, log: followed }) : ended;
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

/** Follows the test container's log from the first moment at which there can be one. */
class Follower {
  readonly #plan: Plan;
  readonly #jobUid: string;
  readonly #ports: Ports;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #tail: string[] = [];
  #following: { pod: string; end: Promise<LogEnd | undefined> } | undefined;

  constructor(plan: Plan, jobUid: string, ports: Ports, signal: AbortSignal) {
    this.#plan = plan;
    this.#jobUid = jobUid;
    this.#ports = ports;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  look(seen: Observation): void {
    if (this.#following) return;
    const pod = seen.testcarPods.find((candidate) => this.#hasLog(candidate));
    if (!pod) return;
    const source = { namespace: this.#plan.namespace, pod: pod.meta.name, container: this.#plan.testcarContainer };
    const end = this.#ports.logs
      .follow(
        source,
        (line) => {
          this.#line(line);
        },
        this.#signal,
      )
      .catch((error: unknown): undefined => {
        if (!this.#signal.aborted) throw error;
      });
    this.#following = { pod: pod.meta.name, end };
  }

  /** Waits for the rest of the log: fully when the Job has ended by itself, else not at all. */
  async drain(ended: boolean): Promise<FollowedLog> {
    const following = this.#following;
    let end: LogEnd | undefined;
    if (following && ended) {
      end = await Promise.race([following.end, this.#ports.clock.sleep(DRAIN_MS, this.#signal).then(() => undefined)]);
    }
    this.#stop.abort(new Error('the log is no longer needed'));
    return { pod: following?.pod, tail: [...this.#tail], end };
  }

  #line(line: string): void {
    this.#tail.push(line);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
    this.#ports.host.relay(this.#plan.testcarContainer, line);
  }

  #hasLog(pod: Pod): boolean {
    if (pod.meta.controllerUid !== this.#jobUid) return false;
    const container = pod.containers.find(({ name }) => name === this.#plan.testcarContainer);
    return container?.state.kind === 'running' || container?.state.kind === 'terminated';
  }
}
