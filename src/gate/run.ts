import { fail, pass, prove } from '../core/judge/prove.ts';
import type { Finding } from '../core/causes/finding.ts';
import { CAUSES } from '../core/causes/index.ts';
import { type Control, judgeControl } from '../core/judge/control.ts';
import { servicesToWatch } from '../core/judge/live-services.ts';
import { judgeReady } from '../core/judge/ready.ts';
import { stringAt } from '../core/model/json.ts';
import { type Attachments, NO_ATTACHMENTS } from '../core/model/attachments.ts';
import type { Ledger } from '../core/model/ledger.ts';
import type { Results } from '../core/model/results.ts';
import type { Verdict } from '../core/judge/verdict.ts';
import type { Plan } from '../core/plan/plan.ts';
import { whatHappened } from '../core/report/headline.ts';
import type { Report } from '../core/report/report.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Feed, Ports } from '../ports.ts';
import { AdmissionNotes } from './admission-notes.ts';
import type { GateInput } from './input.ts';
import { Cancelled } from './cancelled.ts';
import { ClockNotes } from './clock-notes.ts';
import { collect, collectEnded } from './collect.ts';
import { confirm } from './confirm.ts';
import { runControl } from './control.ts';
import type { Changed } from './apply.ts';
import { deploy } from './deploy.ts';
import { type LogTail, logTails } from './evidence.ts';
import { cleanUp } from './clean-up.ts';
import { Made } from './made.ts';
import { preflight } from './preflight.ts';
import { RunLog } from './run-log.ts';
import { promote } from './promote.ts';
import { type Step, closed, done } from './step.ts';
import { type Stoppable, stoppable } from './stoppable.ts';
import type { FollowedLog, Follower } from './log-following.ts';
import { type Testing, test } from './testing.ts';
import { Waiter, sinceGeneration } from './wait.ts';
import { untilAborted } from './until-aborted.ts';

export { Cancelled };

/** Together with the budget of the clean-up this stays below the 7.5 s after which agents lose patience. */
const LAST_ANSWERS_MS = 1_000;

/**
 * One run of the gate, from preflight to settlement. Resolves with the report whatever happened to the run; every
 * verdict but `Passed` closes. `signal` cancels: its reason is a `Cancelled`.
 */
export async function runGate(input: GateInput, ports: Ports, signal: AbortSignal): Promise<Report> {
  return new Run(input, ports, signal).run();
}

class Run {
  readonly #input: GateInput;
  readonly #ports: Ports;
  readonly #signal: AbortSignal;
  readonly #log: RunLog;
  readonly #waiter: Waiter;
  readonly #admission: AdmissionNotes;
  readonly #made = new Made();
  readonly #changed: Changed[] = [];
  #watches = new AbortController();
  /** What the phases change the cluster by; settlement has `#ports`, which a cancellation does not stop. */
  readonly #acting: Stoppable;
  #plan: Plan | undefined;
  #feed: Feed | undefined;
  #revision: Revision | undefined;
  #results: Results | undefined;
  #shards: Report['shards'];
  #testing: Testing | undefined;
  #attachments: Attachments = NO_ATTACHMENTS;
  #followed: readonly FollowedLog[] = [];
  readonly #followers: Follower[] = [];
  #tails: readonly LogTail[] | undefined;
  #control: Control | undefined;
  #promoted = false;
  #unchanged = false;
  #guardrails: Report['guardrails'];
  #decidedAtMs: number | undefined;

  constructor(input: GateInput, ports: Ports, signal: AbortSignal) {
    this.#input = input;
    this.#ports = ports;
    this.#signal = signal;
    this.#acting = stoppable(ports.objects, signal);
    this.#log = new RunLog(ports.clock, ports.host);
    this.#admission = new AdmissionNotes(this.#log);
    this.#waiter = new Waiter(ports.clock, this.#log, signal);
  }

  async run(): Promise<Report> {
    const verdict = await this.#verdict();
    this.#log.enter('settle');
    if (this.#signal.aborted) await this.#lastAnswers();
    if (this.#plan) await cleanUp(verdict, this.#plan, this.#made, this.#changed, this.#ports, this.#log);
    this.#watches.abort(new Error('the run has ended'));
    // A run that was interrupted never came to it.
    const followed = await Promise.all(this.#followers.map((follower) => follower.drain(false)));
    this.#log.enter('report');
    return this.#report(
      verdict,
      followed.flatMap(({ ledgers }) => ledgers),
    );
  }

  /** The verdict before settlement. Cancellation and bugs of our own end here as verdicts, never as Passed. */
  async #verdict(): Promise<Verdict> {
    try {
      const passed = await untilAborted(this.#phases(), this.#signal);
      if (passed.ok) return passed.value;
      this.#decided();
      this.#announce(passed.finding);
      this.#tails ??= await this.#evidence();
      await this.#endedShards(passed.finding);
      return fail(passed.finding, passed.others);
    } catch (error) {
      return this.#interrupted(error);
    }
  }

  async #phases(): Promise<Step<Verdict>> {
    const ports: Ports = { ...this.#ports, objects: this.#acting.objects };
    const { clock } = ports;
    this.#log.enter('preflight');
    const clocks = new ClockNotes(this.#log);
    const prepared = await preflight(this.#input, ports, this.#log, clocks);
    if (!prepared.ok) return prepared;
    const plan = prepared.value;
    this.#plan = plan;
    this.#waiter.also((seen) => {
      this.#admission.look(plan, seen);
      clocks.look(seen);
    });

    this.#log.enter('deploy');
    const feed = this.#watch(plan);
    const deployed = await deploy(plan, ports, this.#made, this.#changed, this.#log);
    if (!deployed.ok) return deployed;

    this.#unchanged = deployed.value.unchanged;
    this.#log.enter('ready');
    const ready = await this.#waiter.until(feed, (moment) =>
      judgeReady({ ...moment, seen: sinceGeneration(moment.seen, deployed.value.minGeneration), plan }),
    );
    if (!ready.ok) return ready;
    const revision = ready.value;
    this.#revision = revision;

    this.#log.enter('test');
    const tested = await test(
      plan,
      revision,
      ports,
      feed,
      this.#waiter,
      this.#made,
      this.#log,
      this.#followers,
      this.#signal,
      (testing) => {
        this.#testing = testing;
      },
    );
    if (!tested.ok) return tested;
    this.#followed = tested.value.log;
    const collected = await collect(plan, revision, tested.value, feed, this.#waiter, ports, this.#log);
    if (!collected.ok) return collected;
    const { results, outcome, shards, shardResults, attachments } = collected.value;
    this.#results = results;
    this.#shards = shards;
    this.#attachments = attachments;
    if (outcome.kind === 'failed') return this.#closeTested(plan, outcome, ports);

    this.#log.enter('confirm');
    const confirmed = await confirm(plan, feed.current(), ports);
    if (!confirmed.ok) return confirmed;
    const proof = prove({
      plan,
      jobUid: tested.value.jobUid,
      end: tested.value.end,
      revision,
      results: outcome.results,
      ...(shardResults && { shardResults }),
      confirmed: confirmed.value,
      memory: this.#waiter.memory,
      seen: feed.current(),
      nowMs: clock.nowMs(),
    });
    this.#guardrails = proof.kind === 'failed' ? proof.guardrails : proof.proof.guardrails;
    if (proof.kind === 'failed') return closed(proof.finding, proof.others);
    if (plan.options.mode === 'preview' && plan.options.promote) {
      this.#log.enter('settle');
      const promotion = await promote(plan, revision, ports, this.#watch, this.#waiter, this.#changed, this.#log);
      if (!promotion.ok) return promotion;
      this.#promoted = true;
      if (promotion.value) this.#guardrails = [...(this.#guardrails ?? []), promotion.value];
      this.#log.settled(`Deployment ${plan.liveDeployment} promoted to the tested images`);
    }
    return done(pass(proof.proof));
  }

  /** A change that was sent before the cancellation may still be carried out; cleaning up before it would miss it. */
  async #lastAnswers(): Promise<void> {
    const enough = new AbortController();
    const late = this.#ports.clock.sleep(LAST_ANSWERS_MS, enough.signal).catch(() => undefined);
    await Promise.race([this.#acting.idle(), late]);
    enough.abort(new Error('answered'));
  }

  /** Watches what `plan` says, and nothing else any more: one run has six watches at a time. */
  readonly #watch = (plan: Plan): Feed => {
    this.#watches.abort(new Error('something else is watched now'));
    this.#watches = new AbortController();
    const scope = {
      namespace: plan.namespace,
      deployment: plan.watchedDeployment,
      sutSelector: plan.sutSelector,
      job: plan.jobName,
      testcarSelector: plan.testcarSelector,
      serviceNames: [plan.serviceName, ...servicesToWatch(plan)],
    };
    this.#feed = this.#ports.watching.watch(scope, AbortSignal.any([this.#signal, this.#watches.signal]));
    return this.#feed;
  };

  /** Failed tests are compared with the stable revision where that was asked for. The gate closes in any case. */
  async #closeTested(
    plan: Plan,
    failed: { finding: Finding; others: readonly Finding[] },
    ports: Ports,
  ): Promise<Step<never>> {
    const { finding, others } = failed;
    if (!plan.options.control || finding.cause !== 'TestsFailed' || !this.#results) return closed(finding, others);
    // Evidence of the revision under test comes first: from now on the stable one is watched.
    this.#waiter.lookAgain();
    this.#tails = await this.#evidence();
    this.#control = await runControl(
      plan,
      this.#results,
      ports,
      this.#watch,
      this.#made,
      this.#log,
      this.#followers,
      this.#signal,
    );
    return closed(judgeControl(finding, this.#control), others);
  }

  async #evidence(): Promise<readonly LogTail[]> {
    if (!this.#plan || !this.#feed) return [];
    return logTails(this.#plan, this.#feed.current(), this.#followed, this.#ports);
  }

  async #endedShards({ cause }: Finding): Promise<void> {
    if (cause !== 'TestDeadlineExceeded' || !this.#plan || !this.#testing || this.#results) return;
    const ended = await collectEnded(this.#plan, this.#testing, this.#waiter, this.#ports, this.#log);
    this.#results = ended?.results;
    this.#shards = ended?.shards;
    this.#attachments = await this.#testing.couriers.attachments();
  }

  #decided(): void {
    this.#decidedAtMs ??= this.#ports.clock.nowMs();
    this.#waiter.lookAgain();
  }

  /** A cluster in trouble makes evidence and clean-up slow; nobody should look at a silent log meanwhile. */
  #announce(finding: Finding): void {
    const { class: verdictClass } = CAUSES[finding.cause];
    if (verdictClass !== 'CLUSTER_ERROR') return;
    this.#log.note(`closed: ${verdictClass} ${finding.cause}: ${whatHappened({ finding })}`);
  }

  #interrupted(error: unknown): Verdict {
    this.#decided();
    if (this.#signal.aborted) {
      const reason: unknown = this.#signal.reason;
      const name = reason instanceof Cancelled ? reason.signalName : 'the caller';
      return fail(
        { cause: 'Cancelled', evidence: { object: `run/${this.#plan?.runId ?? 'not started'}`, reason: name } },
        [],
      );
    }
    // The stack stays out of the log of others' pipelines: the message and the phase are what a maintainer asks for.
    const message = error instanceof Error ? `${error.name}: ${error.message}` : 'an exception that is not an Error';
    return fail({ cause: 'GateInternalError', evidence: { object: `phase/${this.#log.phase}`, message } }, []);
  }

  #report(verdict: Verdict, ledgers: readonly Ledger[]): Report {
    const { options, namespace, manifests, gateVersion } = this.#input;
    const sut =
      this.#plan?.liveDeployment ?? options.deployment ?? stringAt(manifests?.deployment, 'metadata', 'name') ?? '';
    return {
      gateVersion,
      runId: this.#plan?.runId ?? '',
      attempt: options.attempt,
      mode: options.mode,
      namespace,
      sut,
      startedAtMs: this.#log.startedAtMs,
      endedAtMs: this.#ports.clock.nowMs(),
      verdict,
      revision: this.#revision,
      results: this.#results,
      admission: this.#admission.changes,
      liveChanged: this.#changed.length > 0,
      settlement: this.#log.settlement,
      notes: this.#log.notes,
      timeline: this.#log.timeline(),
      ...(this.#decidedAtMs !== undefined && { decidedAtMs: this.#decidedAtMs }),
      ledgers,
      logTails: this.#tails ?? [],
      ...(this.#shards && { shards: this.#shards }),
      ...(options.attachments.length > 0 && { attachments: this.#attachments }),
      ...(this.#control !== undefined && { control: this.#control }),
      phases: this.#log.phases(),
      ...(this.#unchanged && { unchanged: true }),
      ...(this.#guardrails && { guardrails: this.#guardrails }),
      reportDir: options.reportDir,
      ...(options.mode === 'preview' && { promoted: this.#promoted }),
    };
  }
}
