import type { Read } from '../../src/core/model/seen.ts';
import type {
  EndpointSlice,
  Lease,
  Node,
  PersistentVolumeClaim,
  ResourceQuota,
  SurroundingKind,
  SurroundingRead,
  Surroundings,
} from '../../src/core/model/surroundings.ts';
import type { Wanted } from '../../src/core/observation/index.ts';
import { aLease, aNode } from './builders.ts';

type Named = { meta: { name: string; namespace: string } };

/** What surrounds the parties in the fake cluster; shown as far as it is wanted, and at once. */
export class FakeAround {
  /** The node of the builders' pods is there and well. */
  readonly nodes = new Map<string, Node>([['node-1', aNode()]]);
  readonly leases = new Map<string, Lease>([['node-1', aLease()]]);
  readonly claims = new Map<string, PersistentVolumeClaim>();
  readonly quotas = new Map<string, ResourceQuota>();
  readonly endpointSlices = new Map<string, EndpointSlice>();
  readonly #reads = new Map<SurroundingKind, Read>();

  read(kind: SurroundingKind, read: Read): void {
    this.#reads.set(kind, read);
  }

  observe(namespace: string, wanted: Wanted): Surroundings {
    const isHere = ({ meta }: Named): boolean => meta.namespace === namespace;
    const named = <T extends Named>(items: ReadonlyMap<string, T>, names: readonly string[]): T[] =>
      [...items.values()].filter(({ meta }) => names.includes(meta.name));
    return {
      nodes: wanted.everyNode ? [...this.nodes.values()] : named(this.nodes, wanted.nodes),
      everyNode: wanted.everyNode,
      leases: named(this.leases, wanted.nodes),
      claims: named(this.claims, wanted.claims).filter(isHere),
      quotas: wanted.quotas ? [...this.quotas.values()].filter(isHere) : [],
      endpointSlices: [...this.endpointSlices.values()].filter(
        (slice) => isHere(slice) && wanted.services.includes(slice.serviceName ?? ''),
      ),
      reads: {
        nodes: this.#readOf('nodes', wanted.nodes.length > 0),
        leases: this.#readOf('leases', wanted.nodes.length > 0),
        claims: this.#readOf('claims', wanted.claims.length > 0),
        quotas: this.#readOf('quotas', wanted.quotas),
        endpointSlices: this.#readOf('endpointSlices', wanted.services.length > 0),
        podEvents: this.#readOf('podEvents', wanted.podEvents.length > 0),
      },
    };
  }

  #readOf(kind: SurroundingKind, isWanted: boolean): SurroundingRead {
    return isWanted ? (this.#reads.get(kind) ?? { state: 'current' }) : { state: 'not-wanted' };
  }
}
