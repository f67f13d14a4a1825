/**
 * What surrounds the two parties: nodes and their heartbeats, storage, quotas, endpoints. It explains and attributes, so
 * each kind is read as far as the gate is permitted, and only from the moment at which it can matter
 * (`core/observation/wanted.ts`). What could not be read is part of the observation; it never counts as healthy.
 */
import type { Condition, Meta, Read } from './seen.ts';

export type Node = {
  meta: Meta;
  /** `Ready`: `False` is the kubelet's own word, `Unknown` means that it stopped talking. */
  conditions: readonly Condition[];
  /** `spec.unschedulable`: cordoned. */
  unschedulable: boolean;
  taints: readonly { key: string; effect: string }[];
};

/** `status` of the node's condition Ready; `Unknown` where there is none. */
export function readinessOf(node: Node): Condition['status'] {
  return node.conditions.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
}

/** The heartbeat of a node (coordination.k8s.io/v1 in kube-node-lease), renewed about every 10 s by the kubelet. */
export type Lease = {
  /** `meta.name` is the name of the node. */
  meta: Meta;
  renewTimeMs: number | undefined;
  leaseDurationSeconds: number | undefined;
};

export type PersistentVolumeClaim = {
  meta: Meta;
  phase: 'Pending' | 'Bound' | 'Lost' | 'Unknown';
  storageClassName: string | undefined;
  volumeName: string | undefined;
};

export type ResourceQuota = {
  meta: Meta;
  hard: Readonly<Record<string, string>>;
  used: Readonly<Record<string, string>>;
};

/** discovery.k8s.io/v1. */
export type EndpointSlice = {
  meta: Meta;
  /** Label `kubernetes.io/service-name`. */
  serviceName: string | undefined;
  /** Empty when the Service's named targetPort is in no container. */
  ports: readonly { name: string; port: number | undefined }[];
  endpoints: readonly Endpoint[];
};

export type Endpoint = {
  addresses: readonly string[];
  /** `conditions.ready`; an absent one counts as true, as the API says. */
  ready: boolean;
  serving: boolean;
  terminating: boolean;
  /** `targetRef.uid`; undefined when no object is behind it. */
  targetUid: string | undefined;
  targetName: string | undefined;
};

/**
 * `podEvents` are all events, also Normal ones such as TriggeredScaleUp, of pods that no node has taken yet; they are
 * shown among the observation's `events`.
 */
export const SURROUNDING_KINDS = ['nodes', 'leases', 'claims', 'quotas', 'endpointSlices', 'podEvents'] as const;
export type SurroundingKind = (typeof SURROUNDING_KINDS)[number];

/** `not-wanted`: nothing so far made this kind matter. A forbidden kind is `failing` with that error, and stays so. */
export type SurroundingRead = Read | { state: 'not-wanted' };

export type Surroundings = {
  /** Those of our pods; all of the cluster where `everyNode`. */
  nodes: readonly Node[];
  /** `nodes` holds every node of the cluster: looked at only when all nodes of ours are lost. */
  everyNode: boolean;
  leases: readonly Lease[];
  claims: readonly PersistentVolumeClaim[];
  quotas: readonly ResourceQuota[];
  endpointSlices: readonly EndpointSlice[];
  reads: Readonly<Record<SurroundingKind, SurroundingRead>>;
};

/** Before anything around the parties was looked at. */
export const NO_SURROUNDINGS: Surroundings = {
  nodes: [],
  everyNode: false,
  leases: [],
  claims: [],
  quotas: [],
  endpointSlices: [],
  reads: {
    nodes: { state: 'not-wanted' },
    leases: { state: 'not-wanted' },
    claims: { state: 'not-wanted' },
    quotas: { state: 'not-wanted' },
    endpointSlices: { state: 'not-wanted' },
    podEvents: { state: 'not-wanted' },
  },
};
