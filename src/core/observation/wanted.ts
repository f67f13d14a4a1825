import type { ClusterEvent, Observation, Pod } from '../model/seen.ts';
import { readinessOf } from '../model/surroundings.ts';

/** Which surroundings are worth a watch now. Names and UIDs, each bounded, so that a run's load on the API server is too. */
export type Wanted = {
  /** Names of nodes, and of their leases. */
  nodes: readonly string[];
  /** Is anything of the cluster still up? One watch of all its nodes. */
  everyNode: boolean;
  claims: readonly string[];
  quotas: boolean;
  /** UIDs of pods all of whose events are wanted. */
  podEvents: readonly string[];
  /** Services whose EndpointSlices are wanted. */
  services: readonly string[];
};

export const NOTHING_WANTED: Wanted = {
  nodes: [],
  everyNode: false,
  claims: [],
  quotas: false,
  podEvents: [],
  services: [],
};

/** Two watches per node. Testcar has one pod and a preview few; of a big SUT some nodes are enough to see a common trouble. */
export const MOST_NODES = 8;
const MOST_CLAIMS = 4;
const MOST_UNSCHEDULED = 4;
/** One is the run's own. */
export const MOST_SERVICES = 8;

type Seen = Pick<Observation, 'replicaSets' | 'sutPods' | 'job' | 'testcarPods' | 'events' | 'around'>;

/**
 * What of the surroundings can matter, judged from what is seen. Nodes stay wanted once they were (`before`): what became
 * of a node is asked when its pods may be gone.
 */
export function wantedAround(seen: Seen, serviceNames: readonly string[], before: Wanted): Wanted {
  // Testcar first: it is one pod, and without its node there is no result.
  const pods = [...seen.testcarPods, ...seen.sutPods];
  const nodes = first(MOST_NODES, [...pods.flatMap(({ nodeName }) => nodeName ?? []), ...before.nodes]);
  return {
    nodes,
    everyNode: areAllLost(seen, nodes),
    claims: first(
      MOST_CLAIMS,
      pods.filter(({ phase }) => phase === 'Pending').flatMap(({ claims }) => claims),
    ),
    quotas: isQuotaInTheWay(seen),
    podEvents: first(
      MOST_UNSCHEDULED,
      pods.filter(isUnscheduled).map(({ meta }) => meta.uid),
    ),
    services: seen.sutPods.length === 0 ? [] : first(MOST_SERVICES, serviceNames),
  };
}

function first(most: number, names: readonly string[]): readonly string[] {
  return [...new Set(names)].slice(0, most).sort();
}

/** Of the nodes that are wanted every one is seen, and none is ready. */
function areAllLost({ around }: Seen, wanted: readonly string[]): boolean {
  const ours = around.nodes.filter(({ meta }) => wanted.includes(meta.name));
  return ours.length > 0 && ours.length === wanted.length && ours.every((node) => readinessOf(node) !== 'True');
}

function isUnscheduled({ phase, nodeName, conditions }: Pod): boolean {
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  return phase === 'Pending' && nodeName === undefined && scheduled?.status === 'False';
}

/** "exceeded quota: …" and "failed quota: …: must specify …" (apiserver's quota admission). */
const QUOTA = /(?:exceeded|failed) quota/;

/** The ReplicaSet tells it in its condition, the Job only by an event. */
function isQuotaInTheWay({ replicaSets, job, events }: Seen): boolean {
  const failed = replicaSets.some(({ conditions }) =>
    conditions.some(
      ({ type, status, message }) => type === 'ReplicaFailure' && status === 'True' && QUOTA.test(message),
    ),
  );
  const refused = ({ involved, reason, message }: ClusterEvent): boolean =>
    involved.uid === job?.meta.uid && reason === 'FailedCreate' && QUOTA.test(message);
  return failed || events.some(refused);
}
