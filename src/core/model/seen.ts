/**
 * What was seen of the cluster at one moment, as plain data. Names are those of the Kubernetes API.
 *
 * Every string in here is hostile text: it was written by whoever could write to the cluster, and must not reach a
 * pipeline's log except through the host's neutraliser.
 *
 * Times: `…Ms` are milliseconds since the epoch. Those read from an object are the server's or the node's clock and
 * are only shown or compared with each other; waiting times are always taken from the gate's own clock.
 */
import type { ApiError } from './api-error.ts';
import type { Program } from './program.ts';
import type { Surroundings } from './surroundings.ts';

export type Meta = {
  name: string;
  namespace: string;
  uid: string;
  generation: number | undefined;
  resourceVersion: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  /** UID of the owner reference with `controller: true`. */
  controllerUid: string | undefined;
  creationTimestampMs: number | undefined;
  deletionTimestampMs: number | undefined;
};

/** `Unknown` also stands for a status that is missing or is none of the three words. */
export type Condition = {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTimeMs: number | undefined;
};

export type ContainerState =
  | { kind: 'waiting'; reason: string; message: string }
  | { kind: 'running'; startedAtMs: number | undefined }
  | {
      kind: 'terminated';
      exitCode: number;
      signal: number | undefined;
      reason: string;
      message: string;
      startedAtMs: number | undefined;
      finishedAtMs: number | undefined;
    }
  /** The API gave no state, or one that this version does not know. */
  | { kind: 'unknown' };

/** `sidecar` is an init container with `restartPolicy: Always` (native sidecar, on by default since 1.29). */
export type ContainerKind = 'init' | 'sidecar' | 'main';

export type Container = {
  name: string;
  kind: ContainerKind;
  /** As the pod's spec names it. */
  image: string;
  /** As the runtime resolved it; empty until the container was started once. */
  imageID: string;
  ready: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState;
  /** `status.started`: its startup probe has passed, or it has none and runs. */
  started: boolean;
  /** From the spec; a probe that is not there is not asked. */
  probes: Probes;
  /** From the spec. What is not named there may be listened on all the same. */
  ports: readonly ContainerPort[];
  memoryLimit: string | undefined;
  /** undefined where the pod's spec does not have the container. */
  program: Program | undefined;
};

export const PROBE_KINDS = ['startup', 'readiness', 'liveness'] as const;
export type ProbeKind = (typeof PROBE_KINDS)[number];
export type Probes = Readonly<Partial<Record<ProbeKind, Probe>>>;

export type ContainerPort = { name: string; containerPort: number };

/** A probe as the spec gives it, with the API's defaults filled in. */
export type Probe = {
  /** `HTTP GET /ready on port 8080`, `TCP connect to port 5432`, `exec cat /tmp/up`, `gRPC on port 9090`. */
  asks: string;
  /** Number or name of a container port; undefined for `exec`. */
  port: string | undefined;
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
};

export type Pod = {
  meta: Meta;
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  reason: string;
  message: string;
  nodeName: string | undefined;
  podIP: string | undefined;
  conditions: readonly Condition[];
  containers: readonly Container[];
  /** Names of those that somebody added to the running pod (`kubectl debug`); no template has any. */
  ephemeralContainers: readonly string[];
  /** Names of the PersistentVolumeClaims that its volumes ask for. */
  claims: readonly string[];
  /** Which shard of an Indexed Job it is: annotation `batch.kubernetes.io/job-completion-index`. */
  completionIndex: number | undefined;
};

export type Job = {
  meta: Meta;
  conditions: readonly Condition[];
  suspend: boolean;
  active: number;
  succeeded: number;
  failed: number;
  /** Of an Indexed Job, in rising order; empty of any other. */
  completedIndexes: readonly number[];
  failedIndexes: readonly number[];
  startTimeMs: number | undefined;
  completionTimeMs: number | undefined;
};

export type Deployment = {
  meta: Meta;
  /** `spec.replicas`; 1 where the field is absent (API default). */
  specReplicas: number;
  paused: boolean;
  /** `spec.selector.matchLabels`. */
  matchLabels: Readonly<Record<string, string>>;
  /** Annotation `deployment.kubernetes.io/revision`. */
  revision: string | undefined;
  observedGeneration: number | undefined;
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
  minReadySeconds: number;
  conditions: readonly Condition[];
  /** Main containers of the template: name → image. */
  images: Readonly<Record<string, string>>;
};

export type ReplicaSet = {
  meta: Meta;
  specReplicas: number;
  replicas: number;
  readyReplicas: number;
  /** Annotation `deployment.kubernetes.io/revision`. */
  revision: string | undefined;
  /** Label `pod-template-hash`. */
  podTemplateHash: string | undefined;
  conditions: readonly Condition[];
};

/** A Warning event (core/v1). Events are best effort: their absence proves nothing. */
export type ClusterEvent = {
  meta: Meta;
  type: string;
  reason: string;
  message: string;
  count: number;
  /** `container` where the event is about one of the pod's (`fieldPath`). */
  involved: { kind: string; name: string; uid: string; container?: string };
  lastSeenMs: number | undefined;
};

/** The kinds that a run watches, one watch each (design: at most six). */
export const WATCHED = ['deployment', 'replicaSets', 'sutPods', 'job', 'testcarPods', 'events'] as const;
export type Watched = (typeof WATCHED)[number];

/** How current our knowledge of one watched kind is. What could not be read is part of the observation. */
export type Read =
  /** The first list has not come back yet. */
  | { state: 'pending' }
  | { state: 'current' }
  /** The connection is lost or refused since `sinceMs` (gate's clock); what is shown of this kind is history. */
  | { state: 'failing'; sinceMs: number; error: ApiError };

export type Observation = {
  /** The gate's clock. */
  atMs: number;
  deployment: Deployment | undefined;
  replicaSets: readonly ReplicaSet[];
  /** Every pod that the SUT's selector matches, whatever its revision or owner. */
  sutPods: readonly Pod[];
  job: Job | undefined;
  /** Every pod labelled with this run; rules compare `controllerUid` with the Job's UID. */
  testcarPods: readonly Pod[];
  events: readonly ClusterEvent[];
  reads: Readonly<Record<Watched, Read>>;
  around: Surroundings;
};
