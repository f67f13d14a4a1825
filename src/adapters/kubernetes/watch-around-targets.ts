import type { Wanted } from '../../core/observation/index.ts';
import type { SurroundingKind } from '../../core/model/surroundings.ts';
import type { WatchTarget } from './list-watch.ts';

/** Heartbeats of all nodes: https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats */
const LEASE_NAMESPACE = 'kube-node-lease';
/** Of a cluster larger than this the first nodes tell as well whether anything is still up. */
const MOST_OF_ALL_NODES = 500;

/** One watch per name, by field selector: a Role may then be limited to names, and nobody else's changes come in. */
export function aroundTargets(
  namespace: string,
  wanted: Wanted,
): Record<SurroundingKind | 'everyNode', readonly WatchTarget[]> {
  const here = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const core = { apiVersion: 'v1' };
  const nodes = { ...core, kind: 'Node', path: '/api/v1/nodes' };
  return {
    nodes: wanted.nodes.map((name) => ({ ...nodes, ...named(name), doing: `watching node ${name}` })),
    everyNode: wanted.everyNode ? [{ ...nodes, limit: MOST_OF_ALL_NODES, doing: 'watching all nodes' }] : [],
    leases: wanted.nodes.map((name) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      path: `/apis/coordination.k8s.io/v1/namespaces/${LEASE_NAMESPACE}/leases`,
      ...named(name),
      doing: `watching the lease of node ${name}`,
    })),
    claims: wanted.claims.map((name) => ({
      ...core,
      kind: 'PersistentVolumeClaim',
      path: `${here}/persistentvolumeclaims`,
      ...named(name),
      doing: `watching PersistentVolumeClaim ${namespace}/${name}`,
    })),
    quotas: wanted.quotas
      ? [
          {
            ...core,
            kind: 'ResourceQuota',
            path: `${here}/resourcequotas`,
            doing: `watching ResourceQuotas of namespace ${namespace}`,
          },
        ]
      : [],
    endpointSlices: wanted.services.map((name) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      path: `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`,
      labelSelector: `kubernetes.io/service-name=${name}`,
      doing: `watching EndpointSlices of Service ${namespace}/${name}`,
    })),
    podEvents: wanted.podEvents.map((uid) => ({
      ...core,
      kind: 'Event',
      path: `${here}/events`,
      fieldSelector: `involvedObject.uid=${uid}`,
      withoutBookmarks: true,
      doing: `watching events of the pod with UID ${uid}`,
    })),
  };
}

function named(name: string): { fieldSelector: string } {
  return { fieldSelector: `metadata.name=${name}` };
}
