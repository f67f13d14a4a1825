/**
 * Small complete objects for tests. Everything has a healthy default, so a test names only what matters to it:
 * Deployment `web` → ReplicaSet `web-5d4f` → pod `web-5d4f-1`; Job `testcar-1` → pod `testcar-1-x1`; namespace `shop`.
 */
import type { ApiError, ApiErrorKind } from '../../src/core/model/api-error.ts';
import type {
  ClusterEvent,
  Condition,
  Container,
  ContainerState,
  Deployment,
  Job,
  Meta,
  Observation,
  Pod,
  Probe,
  ReplicaSet,
} from '../../src/core/model/seen.ts';
import {
  type Endpoint,
  type EndpointSlice,
  type Lease,
  NO_SURROUNDINGS,
  type Node,
  type PersistentVolumeClaim,
  type ResourceQuota,
  type SurroundingKind,
  type SurroundingRead,
  type Surroundings,
} from '../../src/core/model/surroundings.ts';
import type { Results, TestCase, TestOutcome } from '../../src/core/model/results.ts';

export const NAMESPACE = 'shop';
export const SUT_IMAGE = 'registry.example/web:2';
export const SUT_DIGEST = `sha256:${'a'.repeat(64)}`;
export const TESTCAR_IMAGE = 'registry.example/testcar:7';

/** UIDs are made from kind and name, so that feed, stored objects and owner references agree without wiring. */
export function uidOf(kind: string, name: string): string {
  return `uid-${kind.toLowerCase()}-${name}`;
}

type Named<T extends { meta: Meta }> = Partial<Omit<T, 'meta'>> & {
  name?: string;
  uid?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  controllerUid?: string;
  meta?: Partial<Meta>;
};

export function aMeta(kind: string, name: string, over: Partial<Meta> = {}): Meta {
  return {
    name,
    namespace: NAMESPACE,
    uid: uidOf(kind, name),
    generation: 1,
    resourceVersion: '1',
    labels: {},
    annotations: {},
    controllerUid: undefined,
    creationTimestampMs: 0,
    deletionTimestampMs: undefined,
    ...over,
  };
}

function split<T extends { meta: Meta }>(
  kind: string,
  defaultName: string,
  over: Named<T>,
  defaults: Partial<Meta> = {},
): { meta: Meta; rest: Omit<Named<T>, 'name' | 'uid' | 'labels' | 'annotations' | 'controllerUid' | 'meta'> } {
  const { name = defaultName, uid, labels, annotations, controllerUid, meta, ...rest } = over;
  return {
    meta: aMeta(kind, name, {
      ...defaults,
      ...(uid !== undefined && { uid }),
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(controllerUid !== undefined && { controllerUid }),
      ...meta,
    }),
    rest,
  };
}

export function aCondition(
  type: string,
  status: Condition['status'] = 'True',
  over: Partial<Omit<Condition, 'type' | 'status'>> = {},
): Condition {
  return { type, status, reason: '', message: '', lastTransitionTimeMs: 1000, ...over };
}

export function running(startedAtMs = 0): ContainerState {
  return { kind: 'running', startedAtMs };
}

export function waiting(reason: string, message = ''): ContainerState {
  return { kind: 'waiting', reason, message };
}

type Terminated = Extract<ContainerState, { kind: 'terminated' }>;

export function exited(exitCode: number, over: Partial<Omit<Terminated, 'kind' | 'exitCode'>> = {}): ContainerState {
  return {
    kind: 'terminated',
    exitCode,
    signal: undefined,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    message: '',
    startedAtMs: 0,
    finishedAtMs: 0,
    ...over,
  };
}

export function aProbe(over: Partial<Probe> = {}): Probe {
  return {
    asks: 'HTTP GET /ready on port 8080',
    port: '8080',
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    failureThreshold: 3,
    ...over,
  };
}

export function aContainer(over: Partial<Container> = {}): Container {
  return {
    name: 'web',
    kind: 'main',
    image: SUT_IMAGE,
    imageID: `registry.example/web@${SUT_DIGEST}`,
    ready: true,
    restartCount: 0,
    state: running(),
    lastState: { kind: 'unknown' },
    started: true,
    probes: { readiness: aProbe() },
    ports: [{ name: 'http', containerPort: 8080 }],
    memoryLimit: undefined,
    program: undefined,
    ...over,
  };
}

/** A ready pod of the SUT's new revision. `ready: false` is short for its Ready and ContainersReady conditions. */
export function aPod(over: Named<Pod> & { ready?: boolean } = {}): Pod {
  const { ready = true, ...named } = over;
  const { meta, rest } = split<Pod>('Pod', 'web-5d4f-1', named, {
    labels: { app: 'web', 'pod-template-hash': '5d4f' },
    controllerUid: uidOf('ReplicaSet', 'web-5d4f'),
  });
  const status = ready ? 'True' : 'False';
  return {
    meta,
    phase: 'Running',
    reason: '',
    message: '',
    nodeName: 'node-1',
    podIP: '10.244.0.7',
    conditions: [
      aCondition('PodScheduled'),
      aCondition('Initialized'),
      aCondition('ContainersReady', status),
      aCondition('Ready', status),
    ],
    containers: [aContainer({ ready })],
    ephemeralContainers: [],
    claims: [],
    completionIndex: undefined,
    ...rest,
  };
}

/** The running pod of the testcar Job with its courier. */
export function aTestcarPod(
  over: Named<Pod> & { ready?: boolean; state?: ContainerState; courier?: ContainerState } = {},
): Pod {
  const { ready = true, state = running(), courier = running(), ...named } = over;
  const { meta, rest } = split<Pod>('Pod', 'testcar-1-x1', named, {
    labels: { 'batch.kubernetes.io/job-name': 'testcar-1' },
    controllerUid: uidOf('Job', 'testcar-1'),
  });
  const container = { image: TESTCAR_IMAGE, imageID: `registry.example/testcar@sha256:${'b'.repeat(64)}` };
  return {
    ...aPod({ ready }),
    meta,
    podIP: '10.244.0.8',
    containers: [
      aContainer({ ...container, name: 'courier', kind: 'sidecar', state: courier, ready: courier.kind === 'running' }),
      aContainer({ ...container, name: 'testcar', state, ready: state.kind === 'running', probes: {} }),
    ],
    ...rest,
  };
}

/** A Job with one active pod. */
export function aJob(over: Named<Job> = {}): Job {
  const { meta, rest } = split<Job>('Job', 'testcar-1', over);
  return {
    meta,
    conditions: [],
    suspend: false,
    active: 1,
    succeeded: 0,
    failed: 0,
    completedIndexes: [],
    failedIndexes: [],
    startTimeMs: 0,
    completionTimeMs: undefined,
    ...rest,
  };
}

export function aCompleteJob(over: Named<Job> = {}): Job {
  const conditions = [
    aCondition('SuccessCriteriaMet', 'True', { reason: 'CompletionsReached' }),
    aCondition('Complete', 'True', { reason: 'CompletionsReached' }),
  ];
  return aJob({ active: 0, succeeded: 1, completionTimeMs: 0, conditions, ...over });
}

export function aFailedJob(over: Named<Job> & { reason?: string } = {}): Job {
  const { reason = 'BackoffLimitExceeded', ...rest } = over;
  const conditions = [aCondition('FailureTarget', 'True', { reason }), aCondition('Failed', 'True', { reason })];
  return aJob({ active: 0, failed: 1, conditions, ...rest });
}

/** Rolled out completely: one replica, updated, ready and available. */
export function aDeployment(over: Named<Deployment> = {}): Deployment {
  const { meta, rest } = split<Deployment>('Deployment', 'web', over, {
    annotations: { 'deployment.kubernetes.io/revision': '2' },
  });
  return {
    meta,
    specReplicas: 1,
    paused: false,
    matchLabels: { app: 'web' },
    revision: '2',
    observedGeneration: meta.generation,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    minReadySeconds: 0,
    conditions: [
      aCondition('Available', 'True', { reason: 'MinimumReplicasAvailable' }),
      aCondition('Progressing', 'True', { reason: 'NewReplicaSetAvailable' }),
    ],
    images: { web: SUT_IMAGE },
    ...rest,
  };
}

export function aReplicaSet(over: Named<ReplicaSet> = {}): ReplicaSet {
  const { meta, rest } = split<ReplicaSet>('ReplicaSet', 'web-5d4f', over, {
    labels: { app: 'web', 'pod-template-hash': '5d4f' },
    annotations: { 'deployment.kubernetes.io/revision': '2' },
    controllerUid: uidOf('Deployment', 'web'),
  });
  return {
    meta,
    specReplicas: 1,
    replicas: 1,
    readyReplicas: 1,
    revision: '2',
    podTemplateHash: meta.labels['pod-template-hash'],
    conditions: [],
    ...rest,
  };
}

export function anEvent(
  reason: string,
  message: string,
  involved: { kind: string; name: string; uid?: string; container?: string } = { kind: 'Pod', name: 'web-5d4f-1' },
  over: Partial<Omit<ClusterEvent, 'reason' | 'message' | 'involved'>> = {},
): ClusterEvent {
  return {
    meta: aMeta('Event', `${involved.name}.${reason.toLowerCase()}`),
    type: 'Warning',
    reason,
    message,
    count: 1,
    involved: { uid: uidOf(involved.kind, involved.name), ...involved },
    lastSeenMs: 0,
    ...over,
  };
}

const CURRENT: Observation['reads'] = {
  deployment: { state: 'current' },
  replicaSets: { state: 'current' },
  sutPods: { state: 'current' },
  job: { state: 'current' },
  testcarPods: { state: 'current' },
  events: { state: 'current' },
};

/** Everything was read, and nothing is there but what the test gives. `reads` overrides single kinds. */
export function anObservation(
  over: Partial<Omit<Observation, 'reads' | 'around'>> & {
    reads?: Partial<Observation['reads']>;
    around?: Partial<Omit<Surroundings, 'reads'>> & { reads?: Partial<Surroundings['reads']> };
  } = {},
): Observation {
  const { reads, around, ...rest } = over;
  return {
    atMs: 0,
    deployment: undefined,
    replicaSets: [],
    sutPods: [],
    job: undefined,
    testcarPods: [],
    events: [],
    ...rest,
    reads: { ...CURRENT, ...reads },
    around: { ...NO_SURROUNDINGS, ...around, reads: { ...aroundReads(around), ...around?.reads } },
  };
}

/** What a test gives was read; of the rest nothing is known. */
function aroundReads(around: Partial<Omit<Surroundings, 'reads'>> = {}): Surroundings['reads'] {
  const read = (kind: Exclude<SurroundingKind, 'podEvents'>): SurroundingRead => ({
    state: around[kind] === undefined ? 'not-wanted' : 'current',
  });
  return {
    nodes: read('nodes'),
    leases: read('leases'),
    claims: read('claims'),
    quotas: read('quotas'),
    endpointSlices: read('endpointSlices'),
    podEvents: { state: 'not-wanted' },
  };
}

/** A ready node without taints. `ready` is short for its condition Ready. */
export function aNode(over: Named<Node> & { ready?: Condition['status'] } = {}): Node {
  const { ready = 'True', ...named } = over;
  const { meta, rest } = split<Node>('Node', 'node-1', named, { namespace: '', generation: undefined });
  const words = {
    True: { reason: 'KubeletReady', message: 'kubelet is posting ready status' },
    False: { reason: 'KubeletNotReady', message: 'container runtime is down' },
    Unknown: { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
  };
  return {
    meta,
    conditions: [
      aCondition('MemoryPressure', ready === 'Unknown' ? 'Unknown' : 'False'),
      aCondition('Ready', ready, words[ready]),
    ],
    unschedulable: false,
    taints: [],
    ...rest,
  };
}

export function aLease(over: Named<Lease> = {}): Lease {
  const { meta, rest } = split<Lease>('Lease', 'node-1', over, { namespace: 'kube-node-lease', generation: undefined });
  return { meta, renewTimeMs: 1_000, leaseDurationSeconds: 40, ...rest };
}

/** Bound. */
export function aClaim(over: Named<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  const { meta, rest } = split<PersistentVolumeClaim>('PersistentVolumeClaim', 'data', over, { generation: undefined });
  return { meta, phase: 'Bound', storageClassName: 'standard', volumeName: 'pv-1', ...rest };
}

export function aQuota(over: Named<ResourceQuota> = {}): ResourceQuota {
  const { meta, rest } = split<ResourceQuota>('ResourceQuota', 'compute', over, { generation: undefined });
  return { meta, hard: { pods: '2' }, used: { pods: '2' }, ...rest };
}

export function anEndpoint(over: Partial<Endpoint> = {}): Endpoint {
  return {
    addresses: ['10.244.0.7'],
    ready: true,
    serving: true,
    terminating: false,
    targetUid: uidOf('Pod', 'web-5d4f-1'),
    targetName: 'web-5d4f-1',
    ...over,
  };
}

/** Of Service `web`, with the one healthy pod behind it. */
export function anEndpointSlice(over: Named<EndpointSlice> = {}): EndpointSlice {
  const { serviceName = 'web', ...named } = over;
  const { meta, rest } = split<EndpointSlice>('EndpointSlice', `${serviceName}-x1`, named, {
    labels: { 'kubernetes.io/service-name': serviceName },
  });
  return { meta, serviceName, ports: [{ name: '', port: 8080 }], endpoints: [anEndpoint()], ...rest };
}

const STATUS_OF: Partial<Record<ApiErrorKind, [number, string]>> = {
  unauthorized: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  'not-found': [404, 'NotFound'],
  'already-exists': [409, 'AlreadyExists'],
  conflict: [409, 'Conflict'],
  invalid: [422, 'Invalid'],
  expired: [410, 'Expired'],
  'too-many-requests': [429, 'TooManyRequests'],
  'server-error': [500, 'InternalError'],
};

export function anApiError(kind: ApiErrorKind, over: Partial<ApiError> = {}): ApiError {
  const [httpStatus, reason] = STATUS_OF[kind] ?? [undefined, undefined];
  return {
    kind,
    message: `test: ${kind}`,
    httpStatus,
    reason,
    code: kind === 'unreachable' ? 'ECONNREFUSED' : undefined,
    retryAfterMs: undefined,
    ...over,
  };
}

export function aTestCase(name: string, outcome: TestOutcome = 'passed', over: Partial<TestCase> = {}): TestCase {
  return { suite: 'suite', classname: 'suite', name, timeMs: 1, outcome, message: '', details: '', ...over };
}

export function resultsOf(cases: readonly TestCase[]): Results {
  const count = (outcome: TestOutcome): number => cases.filter((testCase) => testCase.outcome === outcome).length;
  return {
    source: 'courier',
    counts: {
      tests: cases.length,
      passed: count('passed'),
      failed: count('failed'),
      errors: count('error'),
      skipped: count('skipped'),
    },
    cases,
    failed: cases.filter(({ outcome }) => outcome === 'failed' || outcome === 'error'),
    files: [{ path: 'junit.xml', bytes: 1000 }],
    contradictions: [],
    sha256: 'c'.repeat(64),
  };
}

export function passingResults(tests = 1): Results {
  return resultsOf(Array.from({ length: tests }, (_, index) => aTestCase(`test ${index + 1}`)));
}
