import type { JsonObject } from '../../core/model/json.ts';
import { type ClusterEvent, type Observation, type Read, WATCHED, type Watched } from '../../core/model/seen.ts';
import {
  NOTHING_WANTED,
  parseDeployment,
  parseEvent,
  parseJob,
  parsePod,
  parseReplicaSet,
  wantedAround,
} from '../../core/observation/index.ts';
import type { Feed, WatchScope, Watching } from '../../ports.ts';
import { Known } from './known.ts';
import { WATCH_LIMITS, type WatchLimits, listAndWatch } from './list-watch.ts';
import type { Api } from './request.ts';
import { Waiters } from './waiters.ts';
import { WatchesAround } from './watch-around.ts';
import { unreadableRead } from './watch-on-demand.ts';
import { targetsOf } from './watch-targets.ts';

/** Warning events of a busy namespace; the newest are kept. */
const MAX_EVENTS = 2_000;

export function kubernetesWatching(api: Api, limits: WatchLimits = WATCH_LIMITS): Watching {
  return { watch: (scope, signal) => new KubernetesFeed(api, scope, signal, limits) };
}

class KubernetesFeed implements Feed {
  readonly #api: Api;
  readonly #signal: AbortSignal;
  readonly #serviceNames: readonly string[];
  readonly #around: WatchesAround;
  #wanted = NOTHING_WANTED;
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
    this.#serviceNames = scope.serviceNames;
    // A bug of ours: whoever waits must hear of it.
    const bug = (error: unknown): void => {
      this.#changed.reject(error);
      this.#synced.reject(error);
    };
    const note = (): void => this.#note(() => undefined);
    this.#around = new WatchesAround(api, scope.namespace, signal, limits, { note, bug });
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
      listAndWatch(api, targets[which], handler, signal, limits).catch(bug);
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
      events: withoutDoubles([...events.list(), ...this.#around.events()]),
      reads: this.#readable(),
      around: this.#around.observe(this.#api.clock.nowMs()),
    };
  }

  /** An object that we cannot read is not the same as no object: its kind counts as failing. Events are best effort. */
  #readable(): Observation['reads'] {
    const reads = { ...this.#reads };
    for (const which of WATCHED) {
      const { unreadable } = this.#known[which];
      if (which === 'events' || unreadable === undefined || reads[which].state !== 'current') continue;
      reads[which] = unreadableRead(unreadable, this.#api.clock.nowMs());
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
      if (this.#signal.aborted) return;
      this.#seen ??= this.#observe();
      this.#wanted = wantedAround(this.#seen, this.#serviceNames, this.#wanted);
      this.#around.want(this.#wanted);
      if (!this.#isNoticed) this.#changed.resolve();
    });
  }
}

/** Warnings of a pod come over two watches; the newer object of one event is the last. */
function withoutDoubles(events: readonly ClusterEvent[]): readonly ClusterEvent[] {
  return [...new Map(events.map((event) => [event.meta.uid, event])).values()];
}
