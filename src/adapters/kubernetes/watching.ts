import type { JsonObject } from '../../core/model/json.ts';
import { type ClusterEvent, type Observation, type Read, WATCHED, type Watched } from '../../core/model/seen.ts';
import { NO_SURROUNDINGS } from '../../core/model/surroundings.ts';
import { parseDeployment, parseEvent, parseJob, parsePod, parseReplicaSet } from '../../core/observation/index.ts';
import type { Feed, WatchScope, Watching } from '../../ports.ts';
import { apiError } from './api-error.ts';
import { Known } from './known.ts';
import { WATCH_LIMITS, type WatchLimits, listAndWatch } from './list-watch.ts';
import type { Api } from './request.ts';
import { Waiters } from './waiters.ts';
import { targetsOf } from './watch-targets.ts';

/** Warning events of a busy namespace; the newest are kept. */
const MAX_EVENTS = 2_000;

export function kubernetesWatching(api: Api, limits: WatchLimits = WATCH_LIMITS): Watching {
  return { watch: (scope, signal) => new KubernetesFeed(api, scope, signal, limits) };
}

class KubernetesFeed implements Feed {
  readonly #api: Api;
  readonly #signal: AbortSignal;
  readonly #known = {
    deployment: new Known(parseDeployment),
    replicaSets: new Known(parseReplicaSet),
    sutPods: new Known(parsePod),
    job: new Known(parseJob),
    testcarPods: new Known(parsePod),
    events: new Known<ClusterEvent>(parseEvent, MAX_EVENTS),
  };
  readonly #reads: Record<Watched, Read> = {
    deployment: { state: 'pending' },
    replicaSets: { state: 'pending' },
    sutPods: { state: 'pending' },
    job: { state: 'pending' },
    testcarPods: { state: 'pending' },
    events: { state: 'pending' },
  };
  #seen: Omit<Observation, 'atMs'> | undefined;
  #isNoticed = false;
  #wakePending = false;
  readonly #changed = new Waiters();
  readonly #synced = new Waiters();

  constructor(api: Api, scope: WatchScope, signal: AbortSignal, limits: WatchLimits) {
    this.#api = api;
    this.#signal = signal;
    const abort = (): void => {
      this.#changed.reject(signal.reason);
      this.#synced.reject(signal.reason);
    };
    if (signal.aborted) return;
    signal.addEventListener('abort', abort, { once: true });
    const targets = targetsOf(scope);
    for (const which of WATCHED) {
      const known = this.#known[which];
      const handler = {
        replaced: (objects: readonly JsonObject[]) => this.#note(() => known.replace(objects)),
        changed: (object: JsonObject) => this.#note(() => known.put(object)),
        removed: (object: JsonObject) => this.#note(() => known.remove(object)),
        read: (read: Read) => this.#setRead(which, read),
      };
      listAndWatch(api, targets[which], handler, signal, limits).catch((error: unknown) => {
        // A bug of ours: whoever waits must hear of it.
        this.#changed.reject(error);
        this.#synced.reject(error);
      });
    }
  }

  current(): Observation {
    this.#isNoticed = true;
    this.#seen ??= this.#observe();
    return { atMs: this.#api.clock.nowMs(), ...this.#seen };
  }

  async changed(): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#isNoticed) await this.#changed.wait();
  }

  async synced(): Promise<void> {
    this.#signal.throwIfAborted();
    if (!this.#isSynced()) await this.#synced.wait();
  }

  #isSynced(): boolean {
    return WATCHED.every((which) => this.#reads[which].state !== 'pending');
  }

  #observe(): Omit<Observation, 'atMs'> {
    const { deployment, replicaSets, sutPods, job, testcarPods, events } = this.#known;
    return {
      deployment: deployment.list()[0],
      replicaSets: replicaSets.list(),
      sutPods: sutPods.list(),
      job: job.list()[0],
      testcarPods: testcarPods.list(),
      events: events.list(),
      reads: this.#readable(),
      around: NO_SURROUNDINGS,
    };
  }

  /** An object that we cannot read is not the same as no object: its kind counts as failing. Events are best effort. */
  #readable(): Observation['reads'] {
    const reads = { ...this.#reads };
    for (const which of WATCHED) {
      const { unreadable } = this.#known[which];
      if (which === 'events' || unreadable === undefined || reads[which].state !== 'current') continue;
      const error = apiError('not-kubernetes', `the API server sent an object that cannot be read: ${unreadable}`);
      reads[which] = { state: 'failing', sinceMs: this.#api.clock.nowMs(), error };
    }
    return reads;
  }

  #setRead(which: Watched, read: Read): void {
    const before = this.#reads[which];
    if (before.state === 'current' && read.state === 'current') return;
    this.#note(() => {
      this.#reads[which] = read;
    });
    if (this.#isSynced()) this.#synced.resolve();
  }

  /** Changes that arrive together wake the gate once. */
  #note(change: () => void): void {
    change();
    this.#seen = undefined;
    this.#isNoticed = false;
    if (this.#wakePending) return;
    this.#wakePending = true;
    setImmediate(() => {
      this.#wakePending = false;
      if (!this.#isNoticed) this.#changed.resolve();
    });
  }
}
