import type { Ledger, LogEndKind, LogEnding } from '../core/model/ledger.ts';
import type { Observation, Pod } from '../core/model/seen.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { LogInstance, Ports } from '../ports.ts';
import { type Instance, instancesOf } from './log-instances.ts';

/** The last lines of a test container, as they came over its live log. */
export type FollowedLog = { pod: string; tail: readonly string[]; ledger: Ledger };
export type Followed = { tails: readonly FollowedLog[]; ledgers: readonly Ledger[] };

type Following = {
  instance: Instance;
  tail: string[];
  /** Undefined until it is read. */
  ledger: Promise<Ledger> | undefined;
  isOver: boolean;
  hadToWait: boolean;
};

/** Lines kept of the live log for the report; the whole log stays with the pipeline's own log. */
const TAIL_LINES = 50;
/** Each is a connection of the API server to a node. The logs beyond are read as soon as others have ended. */
const MAX_OPEN = 32;
const WAITED = `it had to wait: the gate reads ${MAX_OPEN} logs at a time`;
/**
 * After the Job has ended, what is still in flight of its logs is waited for while it comes. The kubelet looks at a file
 * every second and an API server that is busy answers within seconds: after five without a line nothing comes soon.
 */
const STALLED_MS = 5_000;
/** A console that takes 1 MB/s has then shown 60 MB more; the verdict has waited long enough. */
const DRAIN_MS = 60_000;

/** Follows the log of every container of the Job's pods, from the first moment at which there can be one. */
export class Follower {
  readonly #plan: Plan;
  readonly #jobUid: string;
  readonly #ports: Ports;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** By pod, container and restart. */
  readonly #following = new Map<string, Following>();
  #open = 0;
  #progressAtMs = 0;
  #drained: Promise<Followed> | undefined;
  #settled = (): void => undefined;

  constructor(plan: Plan, jobUid: string, ports: Ports, signal: AbortSignal) {
    this.#plan = plan;
    this.#jobUid = jobUid;
    this.#ports = ports;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  look(seen: Observation): void {
    for (const pod of seen.testcarPods) {
      if (pod.meta.controllerUid === this.#jobUid) this.#lookAt(pod);
    }
    this.#openNext();
  }

  #lookAt(pod: Pod): void {
    const instances = new Map(instancesOf(pod, this.#plan).map((instance) => [instance.key, instance]));
    for (const [key, instance] of instances) {
      const known = this.#following.get(key);
      if (known === undefined)
        this.#following.set(key, { instance, tail: [], ledger: undefined, isOver: false, hadToWait: false });
      else known.instance = instance;
    }
    for (const log of this.#following.values()) {
      const { source, key, podUid } = log.instance;
      if (log.ledger !== undefined || podUid !== pod.meta.uid || instances.has(key)) continue;
      log.ledger = Promise.resolve(unread(source, { kind: 'instance-gone' }));
      log.isOver = true;
    }
  }

  /** Waits for the rest of the logs when the Job has `ended` by itself, else not at all; then lets go of them. */
  drain(ended: boolean): Promise<Followed> {
    this.#drained ??= this.#drain(ended);
    return this.#drained;
  }

  async #drain(ended: boolean): Promise<Followed> {
    if (ended) await this.#untilRead();
    const all = [...this.#following.values()];
    const wasCancelled = this.#signal.aborted;
    const open = new Set(all.filter(({ isOver }) => !isOver));
    this.#stop.abort(new Error('the log is no longer needed'));
    const kind: LogEndKind = ended && !wasCancelled ? 'drain-over' : 'stopped';
    const logs = await Promise.all(
      all.map(async (log) => {
        const ledger = (await log.ledger) ?? unread(log.instance.source, { kind, detail: WAITED });
        return { ...log, ledger: open.has(log) ? { ...ledger, end: { ...ledger.end, kind } } : ledger };
      }),
    );
    const tails = logs.filter(({ instance }) => instance.isTest);
    return {
      tails: tails.map(({ instance, tail, ledger }) => ({ pod: instance.source.pod, tail: [...tail], ledger })),
      ledgers: logs.map(({ ledger }) => ledger),
    };
  }

  async #untilRead(): Promise<void> {
    const { clock } = this.#ports;
    const enough = new AbortController();
    const signal = AbortSignal.any([this.#signal, enough.signal]);
    const allRead = new Promise<void>((resolve) => {
      this.#settled = () => {
        if ([...this.#following.values()].every(({ isOver }) => isOver)) resolve();
      };
      this.#settled();
    }).then(() => {
      enough.abort(new Error('all is read'));
    });
    const endMs = clock.nowMs() + DRAIN_MS;
    this.#progressAtMs = clock.nowMs();
    await Promise.race([allRead, Promise.resolve()]);
    for (;;) {
      const waitMs = Math.min(this.#progressAtMs + STALLED_MS, endMs) - clock.nowMs();
      if (waitMs <= 0 || signal.aborted) return;
      await Promise.race([allRead, clock.sleep(waitMs, signal).catch(() => undefined)]);
    }
  }

  /** Test containers first; the others in the order in which they were seen. */
  #openNext(): void {
    const waiting = [...this.#following.values()].filter(({ ledger }) => ledger === undefined);
    const first = [
      ...waiting.filter(({ instance }) => instance.isTest),
      ...waiting.filter((log) => !log.instance.isTest),
    ];
    const free = Math.max(0, MAX_OPEN - this.#open);
    for (const log of first.slice(0, free)) this.#follow(log);
    for (const log of first.slice(free)) log.hadToWait = true;
  }

  #follow(log: Following): void {
    this.#open += 1;
    log.ledger = this.#read(log);
    // Asked for when the log is drained, if at all.
    log.ledger.catch(() => undefined);
  }

  async #read(log: Following): Promise<Ledger> {
    try {
      const take = (lines: readonly string[]): Promise<void> => this.#take(log, lines);
      // A signal of its own: Node warns on stderr of more than ten listeners to one, as of a leak.
      const signal = AbortSignal.any([this.#signal]);
      const ledger = await this.#ports.logs.follow(log.instance.source, take, signal);
      return log.hadToWait ? { ...ledger, end: { detail: WAITED, ...ledger.end } } : ledger;
    } finally {
      log.isOver = true;
      this.#open -= 1;
      if (!this.#signal.aborted) this.#openNext();
      this.#settled();
    }
  }

  #take({ instance, tail }: Following, lines: readonly string[]): Promise<void> {
    this.#progressAtMs = this.#ports.clock.nowMs();
    if (instance.isTest) {
      tail.push(...lines.slice(Math.max(0, lines.length - TAIL_LINES)));
      tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
    }
    return this.#ports.host.relay(instance.mark, lines);
  }
}

function unread({ pod, container, restart }: LogInstance, end: LogEnding): Ledger {
  const nothing = { firstMs: undefined, lastMs: undefined, lines: 0, bytes: 0, cutLines: 0, undated: undefined };
  return { pod, container, restart, ...nothing, reopens: 0, gaps: [], moreGaps: 0, end };
}
