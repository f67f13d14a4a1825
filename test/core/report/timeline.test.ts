import { describe, expect, test } from 'vitest';
import type { Container, Observation, Pod } from '../../../src/core/model/seen.ts';
import { recordChanges } from '../../../src/core/report/timeline.ts';
import {
  aCondition,
  aContainer,
  aDeployment,
  aJob,
  aPod,
  aReplicaSet,
  aTestcarPod,
  anApiError,
  anEvent,
  anObservation,
  exited,
  running,
  waiting,
} from '../../fakes/builders.ts';

/** `sut pod/web-1 [web] text`, one line per change. */
function changes(before: Observation | undefined, after: Observation): readonly string[] {
  return recordChanges(before, after).map(
    ({ about, object, container, text }) =>
      `${about} ${object}${container === undefined ? '' : ` [${container}]`} ${text}`,
  );
}

function sut(...pods: Pod[]): Observation {
  return anObservation({ sutPods: pods });
}

function web(over: Partial<Container>): Observation {
  return sut(aPod({ containers: [aContainer(over)] }));
}

const READY = aPod();
const PENDING = aPod({
  phase: 'Pending',
  ready: false,
  nodeName: undefined,
  containers: [aContainer({ ready: false, state: waiting('ContainerCreating') })],
});
const FAILED_PULL = web({ ready: false, state: waiting('ErrImagePull', 'web:2: not found') });
const RUNNING = web({});
const OOM = exited(137, { reason: 'OOMKilled', finishedAtMs: 5_000 });

test.each<[name: string, before: Observation | undefined, after: Observation, expected: readonly string[]]>([
  ['nothing is there yet', undefined, anObservation(), []],
  [
    'a pod that was there before',
    undefined,
    sut(READY),
    ['sut pod/web-5d4f-1 exists, on node node-1', 'sut pod/web-5d4f-1 [web] started', 'sut pod/web-5d4f-1 ready'],
  ],
  ['a pod without a node', anObservation(), sut(PENDING), ['sut pod/web-5d4f-1 exists']],
  ['the same pod again', sut(READY), sut(aPod()), []],
  ['scheduled', sut(PENDING), sut({ ...PENDING, nodeName: 'node-1' }), ['sut pod/web-5d4f-1 scheduled on node node-1']],
  [
    'no node',
    sut(PENDING),
    sut({
      ...PENDING,
      conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/3 nodes' })],
    }),
    ['sut pod/web-5d4f-1 no node can take it (Unschedulable): 0/3 nodes'],
  ],
  [
    'still no node, in other words',
    sut({
      ...PENDING,
      conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/3 nodes' })],
    }),
    sut({
      ...PENDING,
      conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/4 nodes' })],
    }),
    [],
  ],
  [
    'readiness lost',
    sut(READY),
    sut(aPod({ ready: false, containers: READY.containers })),
    ['sut pod/web-5d4f-1 not ready any more'],
  ],
  ['gone', sut(READY), anObservation(), ['sut pod/web-5d4f-1 is gone']],
  [
    'not gone: pods cannot be read',
    sut(READY),
    anObservation({ reads: { sutPods: { state: 'failing', sinceMs: 0, error: anApiError('unreachable') } } }),
    ['cluster the Kubernetes API cannot be read (sutPods): test: unreachable'],
  ],
  [
    'can be read again',
    anObservation({
      sutPods: [READY],
      reads: { sutPods: { state: 'failing', sinceMs: 0, error: anApiError('unreachable') } },
    }),
    sut(READY),
    ['cluster the Kubernetes API can be read again (sutPods)'],
  ],
  [
    'being deleted is not "not ready any more"',
    sut(READY),
    sut({ ...READY, meta: { ...READY.meta, deletionTimestampMs: 1 } }),
    ['sut pod/web-5d4f-1 is being deleted'],
  ],
  [
    'evicted',
    sut(READY),
    sut({
      ...READY,
      conditions: [
        ...READY.conditions,
        aCondition('DisruptionTarget', 'True', { reason: 'EvictionByEvictionAPI', message: 'drain' }),
      ],
    }),
    ['sut pod/web-5d4f-1 taken away (EvictionByEvictionAPI): drain'],
  ],
  [
    'image pull failed',
    web({ state: waiting('ContainerCreating') }),
    FAILED_PULL,
    ['sut pod/web-5d4f-1 [web] image pull failed (ErrImagePull): web:2: not found'],
  ],
  ['back-off of the same pull', FAILED_PULL, web({ ready: false, state: waiting('ImagePullBackOff', 'Back-off') }), []],
  [
    'configuration missing',
    web({ state: waiting('ContainerCreating') }),
    web({ state: waiting('CreateContainerConfigError', 'secret "db" not found') }),
    ['sut pod/web-5d4f-1 [web] waits (CreateContainerConfigError): secret "db" not found'],
  ],
  [
    'what every container waits for at first',
    sut(PENDING),
    sut({ ...PENDING, containers: [aContainer({ state: waiting('PodInitializing') })] }),
    [],
  ],
  [
    'out of memory and started again',
    RUNNING,
    web({ restartCount: 1, state: running(6_000), lastState: OOM }),
    ['sut pod/web-5d4f-1 [web] OOMKilled (exit 137), restart 1'],
  ],
  ['ended, not yet started again', RUNNING, web({ state: OOM }), ['sut pod/web-5d4f-1 [web] OOMKilled (exit 137)']],
  [
    'started again after that',
    web({ state: OOM }),
    web({ restartCount: 1, state: running(6_000), lastState: OOM }),
    ['sut pod/web-5d4f-1 [web] restart 1'],
  ],
  [
    'the rest between two starts',
    web({ state: OOM }),
    web({ state: waiting('CrashLoopBackOff', 'back-off 10s'), lastState: OOM }),
    [],
  ],
  ['the Job begins', anObservation(), anObservation({ job: aJob() }), ['testcar job/testcar-1 exists']],
  [
    'the Job fails',
    anObservation({ job: aJob() }),
    anObservation({ job: aJob({ conditions: [aCondition('Failed', 'True', { reason: 'BackoffLimitExceeded' })] }) }),
    ['testcar job/testcar-1 failed (BackoffLimitExceeded)'],
  ],
  ['the Job is gone', anObservation({ job: aJob() }), anObservation(), ['testcar job/testcar-1 is gone']],
  [
    'the Job was replaced',
    anObservation({ job: aJob() }),
    anObservation({ job: aJob({ uid: 'other' }) }),
    ['testcar job/testcar-1 was replaced by another of its name'],
  ],
  [
    'a pod of testcar is never "ready"',
    anObservation(),
    anObservation({ testcarPods: [aTestcarPod({ containers: [] })] }),
    ['testcar pod/testcar-1-x1 exists, on node node-1'],
  ],
  [
    'the Deployment was changed and scaled',
    anObservation({ deployment: aDeployment() }),
    anObservation({ deployment: aDeployment({ specReplicas: 0, meta: { generation: 2 } }) }),
    ['sut deployment/web its spec was changed (generation 1 to 2)', 'sut deployment/web scaled from 1 to 0'],
  ],
  [
    'quota',
    anObservation({ replicaSets: [aReplicaSet()] }),
    anObservation({
      replicaSets: [
        aReplicaSet({
          conditions: [aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: 'exceeded quota' })],
        }),
      ],
    }),
    ['sut replicaset/web-5d4f cannot create pods (FailedCreate): exceeded quota'],
  ],
  [
    'a warning about a pod of ours',
    sut(READY),
    anObservation({ sutPods: [READY], events: [anEvent('Unhealthy', 'Readiness probe failed: 503')] }),
    ['sut pod/web-5d4f-1 warning Unhealthy: Readiness probe failed: 503'],
  ],
  [
    'the node stops answering',
    sut(READY),
    anObservation({ sutPods: [READY], events: [anEvent('NodeNotReady', 'Node is not ready')] }),
    ['node pod/web-5d4f-1 warning NodeNotReady: Node is not ready'],
  ],
  [
    "the same warning, counted up; somebody else's; one that the container tells",
    anObservation({ sutPods: [READY], events: [anEvent('Unhealthy', '503')] }),
    anObservation({
      sutPods: [READY],
      events: [
        anEvent('Unhealthy', '503', undefined, { count: 7 }),
        anEvent('Unhealthy', '503', { kind: 'Pod', name: 'other' }),
        anEvent('BackOff', 'Back-off restarting failed container'),
      ],
    }),
    [],
  ],
  [
    'a warning that came before its pod was seen',
    anObservation({ events: [anEvent('FailedMount', 'secret "x" not found')] }),
    anObservation({ sutPods: [PENDING], events: [anEvent('FailedMount', 'secret "x" not found')] }),
    ['sut pod/web-5d4f-1 exists', 'sut pod/web-5d4f-1 warning FailedMount: secret "x" not found'],
  ],
])('%s', (_, before, after, expected) => {
  expect(changes(before, after)).toEqual(expected);
});

describe('every entry', () => {
  test('has the time of the observation', () => {
    expect(recordChanges(undefined, anObservation({ atMs: 77, job: aJob() }))).toEqual([
      { atMs: 77, about: 'testcar', object: 'job/testcar-1', text: 'exists', routine: true },
    ]);
  });

  test('is one short, clean line whatever the cluster says', () => {
    const hostile = '\u001b[31m##vso[task.complete]\r\n'.repeat(1_000);
    const seen = anObservation({
      sutPods: [aPod({ containers: [aContainer({ name: hostile, state: waiting(hostile, hostile) })] })],
      events: [anEvent(hostile, hostile)],
    });
    for (const { object, text } of recordChanges(undefined, seen)) {
      expect(object + text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(text.length).toBeLessThan(600);
    }
  });
});
