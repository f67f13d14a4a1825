import type { ClusterEvent } from '../../core/model/seen.ts';
import type { Surroundings } from '../../core/model/surroundings.ts';
import {
  type Wanted,
  parseClaim,
  parseEndpointSlice,
  parseEvent,
  parseLease,
  parseNode,
  parseQuota,
} from '../../core/observation/index.ts';
import { Known } from './known.ts';
import { type WatchLimits, listAndWatch } from './list-watch.ts';
import type { Api } from './request.ts';
import { aroundTargets } from './watch-around-targets.ts';
import { OnDemand, type Start } from './watch-on-demand.ts';

/** Events of one pod; an autoscaler writes a handful. */
const MAX_POD_EVENTS = 100;

/** Keeps what surrounds the parties current, as far as it is wanted. */
export class WatchesAround {
  readonly #namespace: string;
  readonly #nodes;
  readonly #everyNode;
  readonly #leases;
  readonly #claims;
  readonly #quotas;
  readonly #endpointSlices;
  readonly #podEvents;

  constructor(
    api: Api,
    namespace: string,
    signal: AbortSignal,
    limits: WatchLimits,
    on: { note: () => void; bug: (error: unknown) => void },
  ) {
    this.#namespace = namespace;
    const start: Start = (target, handler, stop) => {
      listAndWatch(api, target, handler, AbortSignal.any([signal, stop]), limits).catch(on.bug);
    };
    const onDemand = <T>(parse: (json: unknown) => T | undefined, max?: number): OnDemand<T> =>
      new OnDemand(() => new Known(parse, max), start, on.note);
    this.#nodes = onDemand(parseNode);
    this.#everyNode = onDemand(parseNode);
    this.#leases = onDemand(parseLease);
    this.#claims = onDemand(parseClaim);
    this.#quotas = onDemand(parseQuota);
    this.#endpointSlices = onDemand(parseEndpointSlice);
    this.#podEvents = onDemand(parseEvent, MAX_POD_EVENTS);
  }

  want(wanted: Wanted): void {
    const targets = aroundTargets(this.#namespace, wanted);
    this.#nodes.want(targets.nodes);
    this.#everyNode.want(targets.everyNode);
    this.#leases.want(targets.leases);
    this.#claims.want(targets.claims);
    this.#quotas.want(targets.quotas);
    this.#endpointSlices.want(targets.endpointSlices);
    this.#podEvents.want(targets.podEvents);
  }

  /** All events of the pods whose events are wanted; warnings among them are seen by the standing watch too. */
  events(): readonly ClusterEvent[] {
    return this.#podEvents.list();
  }

  observe(nowMs: number): Surroundings {
    const everyNode = this.#everyNode.read(nowMs).state === 'current';
    return {
      nodes: everyNode ? this.#everyNode.list() : this.#nodes.list(),
      everyNode,
      leases: this.#leases.list(),
      claims: this.#claims.list(),
      quotas: this.#quotas.list(),
      endpointSlices: this.#endpointSlices.list(),
      reads: {
        nodes: this.#nodes.read(nowMs),
        leases: this.#leases.read(nowMs),
        claims: this.#claims.read(nowMs),
        quotas: this.#quotas.read(nowMs),
        endpointSlices: this.#endpointSlices.read(nowMs),
        podEvents: this.#podEvents.read(nowMs),
      },
    };
  }
}
