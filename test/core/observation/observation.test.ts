import { describe, expect, it } from 'vitest';
import { parseContainerState } from '../../../src/core/observation/container.ts';
import {
  parseDeployment,
  parseEvent,
  parseJob,
  parsePod,
  parseReplicaSet,
} from '../../../src/core/observation/index.ts';
import {
  IMAGE_NOT_FOUND_POD,
  IMAGE_NOT_FOUND_TEXT,
  OOM_EXIT_ZERO_POD,
  READY_POD,
  START_ERROR_STATE,
} from '../../fixtures/kubernetes/pods.ts';
import {
  CORE_EVENT,
  DEPLOYMENT,
  FAILED_JOB,
  REPLICA_SET,
  SCHEDULER_EVENT,
} from '../../fixtures/kubernetes/workloads.ts';

const ms = (text: string): number => Date.parse(text);

describe('parsePod', () => {
  it('reads what a pod has besides its containers', () => {
    const spec = {
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'data', persistentVolumeClaim: { claimName: 'data-0' } },
      ],
      ephemeralContainers: [{ name: 'debugger', image: 'busybox:1' }, {}],
    };
    expect(parsePod({ ...READY_POD, spec })).toMatchObject({
      claims: ['data-0'],
      ephemeralContainers: ['debugger', ''],
    });
  });

  it('reads a ready pod', () => {
    expect(parsePod(READY_POD)).toEqual({
      meta: {
        name: 'web-5d4f9c7b8-x2x7k',
        namespace: 'shop',
        uid: '0b8f3c1e-6f0a-4a51-9c57-2f0a4d0e9a11',
        generation: 1,
        resourceVersion: '48211',
        labels: { app: 'web', 'pod-template-hash': '5d4f9c7b8' },
        annotations: {},
        controllerUid: '7c1f2b7e-2f59-4a7e-8a83-6d1c8f7b3a02',
        creationTimestampMs: ms('2026-03-02T01:12:05Z'),
        deletionTimestampMs: undefined,
      },
      phase: 'Running',
      reason: '',
      message: '',
      nodeName: 'node-1',
      podIP: '10.244.0.12',
      conditions: [
        {
          type: 'PodReadyToStartContainers',
          status: 'True',
          reason: '',
          message: '',
          lastTransitionTimeMs: ms('2026-03-02T01:12:07Z'),
        },
        {
          type: 'Initialized',
          status: 'True',
          reason: '',
          message: '',
          lastTransitionTimeMs: ms('2026-03-02T01:12:05Z'),
        },
        { type: 'Ready', status: 'True', reason: '', message: '', lastTransitionTimeMs: ms('2026-03-02T01:12:09Z') },
        {
          type: 'ContainersReady',
          status: 'True',
          reason: '',
          message: '',
          lastTransitionTimeMs: ms('2026-03-02T01:12:09Z'),
        },
        {
          type: 'PodScheduled',
          status: 'True',
          reason: '',
          message: '',
          lastTransitionTimeMs: ms('2026-03-02T01:12:05Z'),
        },
      ],
      containers: [
        {
          name: 'web',
          kind: 'main',
          image: 'registry.example/web:2',
          imageID: `registry.example/web@sha256:${'a'.repeat(64)}`,
          ready: true,
          restartCount: 0,
          state: { kind: 'running', startedAtMs: ms('2026-03-02T01:12:07Z') },
          lastState: { kind: 'unknown' },
          started: true,
          probes: { readiness: expect.objectContaining({ asks: expect.stringContaining('on port'), port: '8080' }) },
          ports: [],
          memoryLimit: '128Mi',
          program: { command: [], args: [], workingDir: '', env: new Map() },
        },
      ],
      ephemeralContainers: [],
      claims: [],
    });
  });

  it('keeps the text of a failed pull', () => {
    const [container] = parsePod(IMAGE_NOT_FOUND_POD)?.containers ?? [];
    expect(container?.state).toEqual({ kind: 'waiting', reason: 'ErrImagePull', message: IMAGE_NOT_FOUND_TEXT });
  });

  it('tells init containers, sidecars and main containers apart', () => {
    const kinds = parsePod(OOM_EXIT_ZERO_POD)?.containers.map(({ name, kind }) => [name, kind]);
    expect(kinds).toEqual([
      ['testcar-gate-reach', 'init'],
      ['testcar-gate-courier', 'sidecar'],
      ['testcar', 'main'],
    ]);
  });

  it('keeps OOMKilled beside exit code 0', () => {
    const container = parsePod(OOM_EXIT_ZERO_POD)?.containers[2];
    expect(container?.state).toMatchObject({ kind: 'terminated', exitCode: 0, reason: 'OOMKilled' });
  });

  it('gives a container without status an unknown state, not a good one', () => {
    const { containers } = parsePod({ ...READY_POD, status: { phase: 'Pending' } }) ?? {};
    expect(containers).toMatchObject([{ ready: false, imageID: '', restartCount: 0, state: { kind: 'unknown' } }]);
  });

  it('keeps a container that only the status knows', () => {
    const { containers } = parsePod({ ...READY_POD, spec: {} }) ?? {};
    expect(containers).toMatchObject([{ name: 'web', kind: 'main', image: 'registry.example/web:2' }]);
  });

  it.each([[undefined], ['Completed'], [7]])('reads phase %s as Unknown', (phase) => {
    expect(parsePod({ ...READY_POD, status: { phase } })?.phase).toBe('Unknown');
  });

  it.each([
    ['no metadata', {}],
    ['no uid', { metadata: { name: 'web' } }],
    ['no name', { metadata: { uid: 'u' } }],
    ['empty uid', { metadata: { name: 'web', uid: '' } }],
    ['text', 'pod'],
    ['null', null],
  ])('is undefined for %s', (_, json) => {
    expect(parsePod(json)).toBeUndefined();
  });

  it('takes only the controlling owner', () => {
    const ownerReferences = [{ uid: 'other' }, { uid: 'text', controller: 'true' }, { uid: 'rs', controller: true }];
    expect(parsePod({ metadata: { ...READY_POD.metadata, ownerReferences } })?.meta.controllerUid).toBe('rs');
  });
});

describe('parseContainerState', () => {
  it.each([
    ['absent', undefined],
    ['empty', {}],
    ['two states at once', { running: {}, terminated: { exitCode: 0 } }],
    ['a state of a later version', { frozen: {} }],
    ['terminated without exit code', { terminated: { reason: 'Completed' } }],
    ['exit code as text', { terminated: { exitCode: '0' } }],
    ['exit code with a fraction', { terminated: { exitCode: 0.5 } }],
    ['not an object', 'running'],
  ])('is unknown when %s', (_, json) => {
    expect(parseContainerState(json)).toEqual({ kind: 'unknown' });
  });

  it('reads the epoch and year 1 as never', () => {
    expect(parseContainerState(START_ERROR_STATE)).toMatchObject({
      startedAtMs: undefined,
      finishedAtMs: ms('2026-03-02T01:13:02Z'),
    });
    const lost = {
      terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', finishedAt: '0001-01-01T00:00:00Z' },
    };
    expect(parseContainerState(lost)).toMatchObject({ exitCode: 137, finishedAtMs: undefined });
  });
});

describe('parseDeployment', () => {
  it('reads a finished roll-out', () => {
    expect(parseDeployment(DEPLOYMENT)).toMatchObject({
      specReplicas: 2,
      paused: false,
      matchLabels: { app: 'web' },
      revision: '2',
      observedGeneration: 3,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      minReadySeconds: 5,
      images: { web: 'registry.example/web:2' },
    });
  });

  it.each([
    [undefined, 1],
    [null, 1],
    [0, 0],
    ['2', -1],
    [1.5, -1],
    [-3, -1],
  ])('reads spec.replicas %s as %i', (replicas, expected) => {
    expect(parseDeployment({ ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, replicas } })?.specReplicas).toBe(expected);
  });

  it('has no counts and no observed generation without a status', () => {
    const { metadata, spec } = DEPLOYMENT;
    expect(parseDeployment({ metadata, spec })).toMatchObject({
      observedGeneration: undefined,
      replicas: 0,
      availableReplicas: 0,
      conditions: [],
    });
  });
});

it('parseReplicaSet reads revision, hash and failure', () => {
  expect(parseReplicaSet(REPLICA_SET)).toMatchObject({
    specReplicas: 2,
    replicas: 0,
    revision: '2',
    podTemplateHash: '5d4f9c7b8',
    conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }],
  });
});

it('parseJob reads counts and conditions', () => {
  expect(parseJob(FAILED_JOB)).toMatchObject({
    suspend: false,
    active: 0,
    succeeded: 0,
    failed: 1,
    startTimeMs: ms('2026-03-02T01:13:00Z'),
    completionTimeMs: undefined,
    conditions: [{ type: 'FailureTarget' }, { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }],
  });
});

it.each([['true'], [1], [undefined]])('reads a condition status %s as Unknown', (status) => {
  expect(parseJob({ ...FAILED_JOB, status: { conditions: [{ type: 'Complete', status }] } })?.conditions).toEqual([
    { type: 'Complete', status: 'Unknown', reason: '', message: '', lastTransitionTimeMs: undefined },
  ]);
});

describe('parseEvent', () => {
  it('reads the classic form', () => {
    expect(parseEvent(CORE_EVENT)).toMatchObject({
      type: 'Warning',
      reason: 'FailedCreate',
      count: 4,
      involved: { kind: 'Job', name: 'testcar-1', uid: '5c9a' },
      lastSeenMs: ms('2026-03-02T01:13:30Z'),
    });
  });

  it.each([
    ['spec.containers{web}', 'web'],
    ['spec.initContainers{proxy}', 'proxy'],
    ['spec', undefined],
    ['spec.containers{}', undefined],
  ])('knows of which container it speaks: %s', (fieldPath, container) => {
    const event = {
      metadata: { name: 'e', uid: 'u' },
      involvedObject: { kind: 'Pod', name: 'p', uid: 'pu', fieldPath },
    };
    expect(parseEvent(event)?.involved).toEqual({ kind: 'Pod', name: 'p', uid: 'pu', ...(container && { container }) });
  });

  it('reads the series form of events.k8s.io', () => {
    expect(parseEvent(SCHEDULER_EVENT)).toMatchObject({ count: 7, lastSeenMs: ms('2026-03-02T01:12:45.000Z') });
  });
});
