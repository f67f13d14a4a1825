/** One small world for all tests of the judges: Deployment web under test, Job testcar-1 beside it. */
import type { Observation, Pod } from '../../../src/core/model/seen.ts';
import type { Options } from '../../../src/core/options/options.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import type { Revision } from '../../../src/core/model/revision.ts';
import { COURIER_NAME } from '../../../src/core/courier/containers.ts';
import { type Memory, emptyMemory, remember } from '../../../src/core/judge/memory.ts';
import type { JudgeContext } from '../../../src/core/judge/judgement.ts';
import {
  SUT_DIGEST,
  TESTCAR_IMAGE,
  aCompleteJob,
  aContainer,
  aDeployment,
  aJob,
  aPod,
  aReplicaSet,
  anObservation,
  exited,
  running,
  uidOf,
} from '../../fakes/builders.ts';

export const JOB_UID = uidOf('Job', 'testcar-1');
export const POD_UID = uidOf('Pod', 'web-5d4f-1');
export const RS_UID = uidOf('ReplicaSet', 'web-5d4f');

export function anOptions(over: Partial<Options> = {}): Options {
  return {
    kubeconfig: undefined,
    context: undefined,
    namespace: 'shop',
    mode: 'preview',
    manifests: ['web.yaml'],
    deployment: undefined,
    expectImage: undefined,
    previewReplicas: 1,
    onFailure: 'rollback',
    promote: true,
    pinImages: 'auto',
    mutableImages: 'refuse',
    unchanged: 'allow',
    readyTimeoutMs: 300_000,
    sutPort: undefined,
    sutScheme: 'http',
    reach: 'http',
    reachPath: '/',
    reachTimeoutMs: 30_000,
    testcar: { kind: 'image', image: TESTCAR_IMAGE, command: [], env: [] },
    testcarContainer: undefined,
    serviceAccount: undefined,
    testTimeoutMs: 1_800_000,
    minTests: 1,
    results: 'courier',
    runner: 'none',
    exitCodes: [],
    shards: 1,
    resultsDir: '/testcar/results',
    courierImage: undefined,
    attachments: [],
    attachmentsMaxBytes: 20_000_000,
    control: false,
    gracesMs: {},
    reportDir: 'testcar-gate-report',
    keep: 'never',
    pipelineRun: 'run-1',
    attempt: '1',
    ...over,
  };
}

export function aPlan(options: Partial<Options> = {}, over: Partial<Plan> = {}): Plan {
  return {
    options: anOptions(options),
    namespace: 'shop',
    runId: 'web-tcg-1',
    specHash: 'abc',
    liveDeployment: 'web',
    watchedDeployment: 'web',
    sutSelector: 'app=web',
    sutMatchLabels: { app: 'web' },
    testcarSelector: 'testcar-gate/run=web-tcg-1',
    jobName: 'testcar-1',
    serviceName: 'web-tcg-1',
    liveServices: [],
    testcarContainer: 'testcar',
    sutPort: 8080,
    toDeploy: [],
    toPromote: [],
    job: {},
    ...over,
  };
}

/** The SUT as it should be: rolled out, one ready pod. */
export function healthySut(): Pick<Observation, 'deployment' | 'replicaSets' | 'sutPods'> {
  return { deployment: aDeployment(), replicaSets: [aReplicaSet()], sutPods: [aPod()] };
}

export const REVISION: Revision = {
  deploymentName: 'web',
  deploymentUid: uidOf('Deployment', 'web'),
  generation: 1,
  replicaSetName: 'web-5d4f',
  replicaSetUid: RS_UID,
  podTemplateHash: '5d4f',
  podUids: [POD_UID],
  imageIDs: { web: `registry.example/web@${SUT_DIGEST}` },
  restarts: 0,
  ephemeralContainers: [],
};

const TEST_IMAGE = { image: TESTCAR_IMAGE, imageID: `registry.example/testcar@sha256:${'b'.repeat(64)}` };

/** A container of testcar's pod that has not restarted. */
export function testContainer(over: Parameters<typeof aContainer>[0] = {}): ReturnType<typeof aContainer> {
  return aContainer({
    ...TEST_IMAGE,
    name: 'testcar',
    probes: {},
    ready: false,
    state: exited(0),
    ...over,
  });
}

export function courierContainer(over: Parameters<typeof aContainer>[0] = {}): ReturnType<typeof aContainer> {
  return aContainer({ ...TEST_IMAGE, name: COURIER_NAME, kind: 'sidecar', ready: false, state: exited(0), ...over });
}

/** testcar's pod after a run that went well; `containers` replaces courier and test container. */
export function endedPod(over: Parameters<typeof aPod>[0] = {}): Pod {
  return aPod({
    name: 'testcar-1-x1',
    labels: { 'batch.kubernetes.io/job-name': 'testcar-1' },
    controllerUid: JOB_UID,
    phase: 'Succeeded',
    ready: false,
    containers: [courierContainer(), testContainer()],
    ...over,
  });
}

/** testcar's pod while it tests. */
export function testingPod(over: Parameters<typeof aPod>[0] = {}): Pod {
  const up = { ready: true, state: running() };
  return endedPod({ phase: 'Running', ready: true, containers: [courierContainer(up), testContainer(up)], ...over });
}

/** A Job that waits for its first pod. */
export function idleJob(): ReturnType<typeof aJob> {
  return aJob({ active: 0 });
}

export function endedWorld(over: Parameters<typeof anObservation>[0] = {}): Observation {
  return anObservation({ ...healthySut(), job: aCompleteJob(), testcarPods: [endedPod()], ...over });
}

/** What the gate remembers after these observations, in order. */
export function memoryOf(...observations: readonly Observation[]): Memory {
  return observations.reduce(remember, emptyMemory);
}

type Timeline = { plan?: Plan; nowMs?: number; history?: readonly Observation[]; startedAtMs?: number };

/** The context at the newest observation, with a memory of all. */
export function contextOf(
  seen: Observation,
  { plan = aPlan(), nowMs = seen.atMs, history = [], startedAtMs = 0 }: Timeline = {},
): JudgeContext {
  return { plan, seen, memory: memoryOf(...history, seen), nowMs, phaseStartedAtMs: startedAtMs };
}
