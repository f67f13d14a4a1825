import type { Observation, Pod } from '../core/model/seen.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { LogEnd, Ports } from '../ports.ts';

/** What came over the live log of the test container. */
export type FollowedLog = { pod: string; tail: readonly string[]; end: LogEnd | undefined };

type Following = { pod: string; tail: string[]; end: Promise<LogEnd | undefined> };

/** Lines kept of the live log for the report; the whole log stays with the pipeline's own log. */
const TAIL_LINES = 50;
/** After the Job has ended, what is still in flight of its log may take this long. */
const DRAIN_MS = 5_000;

/** Follows the test container's log of every pod, from the first moment at which there can be one. */
export class Follower {
  readonly #plan: Plan;
  readonly #jobUid: string;
  readonly #ports: Ports;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** By pod UID. */
  readonly #following = new Map<string, Following>();

  constructor(plan: Plan, jobUid: string, ports: Ports, signal: AbortSignal) {
    this.#plan = plan;
    this.#jobUid = jobUid;
    this.#ports = ports;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  look(seen: Observation): void {
    for (const pod of seen.testcarPods) {
      if (this.#hasLog(pod) && !this.#following.has(pod.meta.uid)) this.#follow(pod);
    }
  }

  #follow(pod: Pod): void {
    const tail: string[] = [];
    const source = { namespace: this.#plan.namespace, pod: pod.meta.name, container: this.#plan.testcarContainer };
    const end = this.#ports.logs
      .follow(
        source,
        (line) => {
          this.#line(pod, tail, line);
        },
        this.#signal,
      )
      .catch((error: unknown): undefined => {
        if (!this.#signal.aborted) throw error;
      });
    this.#following.set(pod.meta.uid, { pod: pod.meta.name, tail, end });
  }

  /** Waits for the rest of the log: fully when the Job has ended by itself, else not at all. */
  async drain(ended: boolean): Promise<readonly FollowedLog[]> {
    const all = [...this.#following.values()];
    const late = ended && all.length > 0 ? this.#ports.clock.sleep(DRAIN_MS, this.#signal) : Promise.resolve();
    const ends = await Promise.all(
      all.map(({ end }) => Promise.race([...(ended ? [end] : []), late.then(() => undefined)])),
    );
    this.#stop.abort(new Error('the log is no longer needed'));
    return all.map(({ pod, tail }, place) => ({ pod, tail: [...tail], end: ends[place] }));
  }

  #line({ completionIndex }: Pod, tail: string[], line: string): void {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    const { testcarContainer, options } = this.#plan;
    const shard =
      options.shards > 1 && completionIndex !== undefined ? ` ${completionIndex + 1}/${options.shards}` : '';
    void this.#ports.host.relay(`${testcarContainer}${shard}`, [line]);
  }

  #hasLog(pod: Pod): boolean {
    if (pod.meta.controllerUid !== this.#jobUid) return false;
    const container = pod.containers.find(({ name }) => name === this.#plan.testcarContainer);
    return container?.state.kind === 'running' || container?.state.kind === 'terminated';
  }
}
