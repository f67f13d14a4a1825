/** The model's objects as the API server would send them: the inverse of the parsers in src/core/observation. */
import type { JsonObject } from '../../src/core/model/json.ts';
import type {
  ClusterEvent,
  Condition,
  Container,
  ContainerState,
  Deployment,
  Job,
  Meta,
  Pod,
  Probes,
  ReplicaSet,
} from '../../src/core/model/seen.ts';
import type {
  EndpointSlice,
  Lease,
  Node,
  PersistentVolumeClaim,
  ResourceQuota,
} from '../../src/core/model/surroundings.ts';

import { COMPLETION_INDEX } from '../../src/core/observation/pod.ts';

function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z');
}

function metaJson(meta: Meta): JsonObject {
  return {
    name: meta.name,
    namespace: meta.namespace,
    uid: meta.uid,
    generation: meta.generation,
    resourceVersion: meta.resourceVersion,
    labels: meta.labels,
    annotations: meta.annotations,
    ownerReferences:
      meta.controllerUid === undefined
        ? undefined
        : [{ apiVersion: 'v1', kind: 'Owner', name: 'owner', uid: meta.controllerUid, controller: true }],
    creationTimestamp: time(meta.creationTimestampMs),
    deletionTimestamp: time(meta.deletionTimestampMs),
  };
}

function conditionsJson(conditions: readonly Condition[]): JsonObject[] {
  return conditions.map(({ type, status, reason, message, lastTransitionTimeMs }) => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: time(lastTransitionTimeMs),
  }));
}

function stateJson(state: ContainerState): JsonObject {
  switch (state.kind) {
    case 'waiting':
      return { waiting: { reason: state.reason, message: state.message } };
    case 'running':
      return { running: { startedAt: time(state.startedAtMs) } };
    case 'terminated':
      return {
        terminated: {
          exitCode: state.exitCode,
          signal: state.signal,
          reason: state.reason,
          message: state.message,
          startedAt: time(state.startedAtMs),
          finishedAt: time(state.finishedAtMs),
        },
      };
    case 'unknown':
      return {};
  }
}

function probesJson(probes: Probes): JsonObject {
  return Object.fromEntries(
    Object.entries(probes).map(([kind, { asks, ...numbers }]) => {
      const http = /^HTTP GET (?<path>\S+) on port (?<port>\d+)$/.exec(asks)?.groups;
      const handler =
        http === undefined
          ? { exec: { command: asks.split(' ').slice(1) } }
          : { httpGet: { path: http['path'], port: Number(http['port']) } };
      return [`${kind}Probe`, { ...handler, ...numbers }];
    }),
  );
}

function containerSpec(container: Container): JsonObject {
  return {
    name: container.name,
    image: container.image,
    restartPolicy: container.kind === 'sidecar' ? 'Always' : undefined,
    ...probesJson(container.probes),
    resources: container.memoryLimit === undefined ? {} : { limits: { memory: container.memoryLimit } },
  };
}

function containerStatus(container: Container): JsonObject {
  return {
    name: container.name,
    image: container.image,
    imageID: container.imageID,
    ready: container.ready,
    started: container.state.kind === 'running',
    restartCount: container.restartCount,
    state: stateJson(container.state),
    lastState: stateJson(container.lastState),
  };
}

export function podJson(pod: Pod): JsonObject {
  const main = pod.containers.filter((container) => container.kind === 'main');
  const init = pod.containers.filter((container) => container.kind !== 'main');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: podMetaJson(pod),
    spec: {
      nodeName: pod.nodeName,
      volumes: pod.claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
      containers: main.map(containerSpec),
      initContainers: init.length === 0 ? undefined : init.map(containerSpec),
      ephemeralContainers:
        pod.ephemeralContainers.length === 0 ? undefined : pod.ephemeralContainers.map((name) => ({ name })),
    },
    status: {
      phase: pod.phase,
      reason: pod.reason === '' ? undefined : pod.reason,
      message: pod.message === '' ? undefined : pod.message,
      podIP: pod.podIP,
      conditions: conditionsJson(pod.conditions),
      containerStatuses: main.map(containerStatus),
      initContainerStatuses: init.length === 0 ? undefined : init.map(containerStatus),
    },
  };
}

function podMetaJson({ meta, completionIndex }: Pod): JsonObject {
  const index = completionIndex === undefined ? {} : { [COMPLETION_INDEX]: `${completionIndex}` };
  return metaJson({ ...meta, annotations: { ...meta.annotations, ...index } });
}

export function jobJson(job: Job): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metaJson(job.meta),
    spec: { suspend: job.suspend },
    status: {
      active: job.active,
      succeeded: job.succeeded,
      failed: job.failed,
      completedIndexes: job.completedIndexes.length === 0 ? undefined : job.completedIndexes.join(','),
      failedIndexes: job.failedIndexes.length === 0 ? undefined : job.failedIndexes.join(','),
      startTime: time(job.startTimeMs),
      completionTime: time(job.completionTimeMs),
      conditions: conditionsJson(job.conditions),
    },
  };
}

export function deploymentJson(deployment: Deployment): JsonObject {
  const containers = Object.entries(deployment.images).map(([name, image]) => ({ name, image }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      ...metaJson(deployment.meta),
      annotations: {
        ...deployment.meta.annotations,
        ...(deployment.revision !== undefined && { 'deployment.kubernetes.io/revision': deployment.revision }),
      },
    },
    spec: {
      replicas: deployment.specReplicas,
      paused: deployment.paused,
      minReadySeconds: deployment.minReadySeconds,
      selector: { matchLabels: deployment.matchLabels },
      template: { metadata: { labels: deployment.matchLabels }, spec: { containers } },
    },
    status: {
      observedGeneration: deployment.observedGeneration,
      replicas: deployment.replicas,
      updatedReplicas: deployment.updatedReplicas,
      readyReplicas: deployment.readyReplicas,
      availableReplicas: deployment.availableReplicas,
      conditions: conditionsJson(deployment.conditions),
    },
  };
}

export function replicaSetJson(replicaSet: ReplicaSet): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...metaJson(replicaSet.meta),
      labels: {
        ...replicaSet.meta.labels,
        ...(replicaSet.podTemplateHash !== undefined && { 'pod-template-hash': replicaSet.podTemplateHash }),
      },
      annotations: {
        ...replicaSet.meta.annotations,
        ...(replicaSet.revision !== undefined && { 'deployment.kubernetes.io/revision': replicaSet.revision }),
      },
    },
    spec: { replicas: replicaSet.specReplicas },
    status: {
      replicas: replicaSet.replicas,
      readyReplicas: replicaSet.readyReplicas,
      conditions: conditionsJson(replicaSet.conditions),
    },
  };
}

export function eventJson(event: ClusterEvent): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: metaJson(event.meta),
    type: event.type,
    reason: event.reason,
    message: event.message,
    count: event.count,
    involvedObject: event.involved,
    lastTimestamp: time(event.lastSeenMs),
  };
}

export function nodeJson(node: Node): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metaJson(node.meta),
    spec: { unschedulable: node.unschedulable, taints: node.taints },
    status: { conditions: conditionsJson(node.conditions) },
  };
}

export function leaseJson(lease: Lease): JsonObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: metaJson(lease.meta),
    spec: {
      holderIdentity: lease.meta.name,
      leaseDurationSeconds: lease.leaseDurationSeconds,
      renewTime: time(lease.renewTimeMs),
    },
  };
}

export function claimJson(claim: PersistentVolumeClaim): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: metaJson(claim.meta),
    spec: { storageClassName: claim.storageClassName, volumeName: claim.volumeName },
    status: { phase: claim.phase },
  };
}

export function quotaJson(quota: ResourceQuota): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: metaJson(quota.meta),
    spec: { hard: quota.hard },
    status: { hard: quota.hard, used: quota.used },
  };
}

export function endpointSliceJson(slice: EndpointSlice): JsonObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: metaJson(slice.meta),
    addressType: 'IPv4',
    ports: slice.ports.map(({ name, port }) => ({ name, port, protocol: 'TCP' })),
    endpoints: slice.endpoints.map(({ addresses, ready, serving, terminating, targetUid, targetName }) => ({
      addresses,
      conditions: { ready, serving, terminating },
      targetRef: targetUid === undefined ? undefined : { kind: 'Pod', name: targetName, uid: targetUid },
    })),
  };
}
