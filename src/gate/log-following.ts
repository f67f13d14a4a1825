import type { Observation, Pod } from '../core/model/seen.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { LogEnd, Ports } from '../ports.ts';

/** What came over the live log of the test container. */
export type FollowedLog = { pod: string | undefined; tail: readonly string[]; end: LogEnd | undefined };

/** Lines kept of the live log for the report; the whole log stays with the pipeline's own log. */
const TAIL_LINES = 50;
/** After the Job has ended, what is still in flight of its log may take this long. */
const DRAIN_MS = 5_000;

/** Follows the test container's log from the first moment at which there can be one. */
export class Follower {
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
