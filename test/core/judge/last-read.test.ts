/**
 * The last read with anything in it broken, judged by an oracle that looks at the JSON itself and shares no line with the
 * parsers and judges: what an API server could send decides, not what we made of it.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prove } from '../../../src/core/judge/prove.ts';
import { findRevision, toRevision } from '../../../src/core/judge/revision.ts';
import { at, isObject, listAt } from '../../../src/core/model/json.ts';
import { parseDeployment, parseJob, parsePod, parseReplicaSet } from '../../../src/core/observation/index.ts';
import { SUT_DIGEST, aCompleteJob, aJob, aPod, anObservation, passingResults } from '../../fakes/builders.ts';
import { deploymentJson, jobJson, podJson, replicaSetJson } from '../../fakes/as-json.ts';
import { mutated } from '../observation/mutated.ts';
import {
  JOB_UID,
  POD_UID,
  REVISION,
  RS_UID,
  aPlan,
  endedPod,
  endedWorld,
  healthySut,
  memoryOf,
  testingPod,
} from './world.ts';

type LastRead = Record<'deployment' | 'replicaSet' | 'sutPod' | 'job' | 'pod', unknown>;

const { deployment, replicaSets } = healthySut();
const GOOD: LastRead = {
  deployment: deployment && deploymentJson(deployment),
  replicaSet: replicaSets[0] && replicaSetJson(replicaSets[0]),
  sutPod: podJson(aPod()),
  job: jobJson(aCompleteJob()),
  pod: podJson(endedPod()),
};

/** Decides like `src/gate/confirm.ts`: one object without name or UID makes the whole read unusable. */
function isProven(last: LastRead): boolean {
  const now = {
    deployment: parseDeployment(last.deployment),
    replicaSet: parseReplicaSet(last.replicaSet),
    sutPod: parsePod(last.sutPod),
    job: parseJob(last.job),
    pod: parsePod(last.pod),
  };
  if (!now.deployment || !now.replicaSet || !now.sutPod || !now.job || !now.pod) return false;
  const plan = aPlan();
  const watched = endedWorld({ atMs: 8900 });
  const seen = {
    ...endedWorld({ atMs: 9000 }),
    deployment: now.deployment,
    replicaSets: [now.replicaSet],
    sutPods: [now.sutPod],
  };
  const found = findRevision(seen, plan);
  const testing = anObservation({ ...healthySut(), atMs: 1000, job: aJob(), testcarPods: [testingPod()] });
  return (
    prove({
      plan,
      end: { job: aCompleteJob(), pod: endedPod(), finished: 'complete', reason: 'CompletionsReached' },
      jobUid: JOB_UID,
      revision: REVISION,
      results: passingResults(3),
      memory: memoryOf(testing, watched),
      seen: watched,
      nowMs: 9000,
      confirmed: {
        job: now.job,
        pods: [now.pod].filter(({ meta }) => meta.controllerUid === now.job?.meta.uid),
        revision: found && toRevision(now.deployment, found),
        seen,
      },
    }).kind === 'proven'
  );
}

const absent = (value: unknown): boolean => value === undefined || value === null;
const none = (value: unknown): boolean => absent(value) || value === 0;

function conditionsAllow(object: unknown, wanted: string, never: readonly string[]): boolean {
  const conditions = listAt(object, 'status', 'conditions').filter((one) => isObject(one));
  const told = conditions.filter((one) => at(one, 'type') === wanted);
  return (
    told.length > 0 &&
    told.every((one) => at(one, 'status') === 'True') &&
    conditions.every((one) => !never.includes(`${String(at(one, 'type'))}`) || at(one, 'status') === 'False')
  );
}

function ownerOf(object: unknown): unknown {
  return at(
    listAt(object, 'metadata', 'ownerReferences').find((one) => at(one, 'controller') === true),
    'uid',
  );
}

function statuses(pod: unknown, list: 'containerStatuses' | 'initContainerStatuses'): readonly unknown[] {
  return listAt(pod, 'status', list).filter((one) => typeof at(one, 'name') === 'string' && at(one, 'name') !== '');
}

function isOnly(state: unknown, kind: string): boolean {
  return (
    isObject(state) &&
    isObject(state[kind]) &&
    ['waiting', 'running', 'terminated'].filter((key) => isObject(state[key])).length === 1
  );
}

/** Why it may not pass, by the JSON alone. */
const CLAUSES: Record<string, (last: LastRead) => boolean> = {
  'nothing of it is being deleted, but an ended pod': ({ deployment, replicaSet, sutPod, job }) =>
    [deployment, replicaSet, sutPod, job].every((one) => absent(at(one, 'metadata', 'deletionTimestamp'))),
  'the Job is ours, and complete': ({ job }) =>
    at(job, 'metadata', 'uid') === JOB_UID &&
    conditionsAllow(job, 'Complete', ['Failed', 'FailureTarget', 'Suspended']),
  'one pod succeeded, and no other was there': ({ job }) =>
    at(job, 'status', 'succeeded') === 1 && none(at(job, 'status', 'failed')) && none(at(job, 'status', 'active')),
  'the Job is not suspended': ({ job }) => at(job, 'spec', 'suspend') !== true,
  'the pod is of the Job, and succeeded': ({ pod }) =>
    ownerOf(pod) === JOB_UID &&
    at(pod, 'metadata', 'uid') === endedPod().meta.uid &&
    at(pod, 'status', 'phase') === 'Succeeded',
  'the pod is as its Job asks for it': ({ pod }) => listAt(pod, 'spec', 'ephemeralContainers').length === 0,
  'the test container ended with 0 at its first start': ({ pod }) => {
    const mine = statuses(pod, 'containerStatuses').filter((one) => at(one, 'name') === 'testcar');
    const [first] = mine;
    return (
      isOnly(at(first, 'state'), 'terminated') &&
      at(first, 'state', 'terminated', 'exitCode') === 0 &&
      none(at(first, 'restartCount'))
    );
  },
  'nothing in the pod was killed for memory': ({ pod }) =>
    [...statuses(pod, 'containerStatuses'), ...statuses(pod, 'initContainerStatuses')].every(
      (one) =>
        at(one, 'state', 'terminated', 'reason') !== 'OOMKilled' ||
        !isOnly(at(one, 'state'), 'terminated') ||
        typeof at(one, 'state', 'terminated', 'exitCode') !== 'number',
    ),
  'the Deployment is the tested one, seen by its controller': ({ deployment }) =>
    at(deployment, 'metadata', 'uid') === REVISION.deploymentUid &&
    at(deployment, 'metadata', 'generation') === at(deployment, 'status', 'observedGeneration') &&
    typeof at(deployment, 'metadata', 'generation') === 'number',
  'the Deployment still wants the tested pods': ({ deployment }) => {
    const replicas = at(deployment, 'spec', 'replicas');
    return absent(replicas) || (typeof replicas === 'number' && replicas >= 1);
  },
  'the ReplicaSet is the tested one, of this Deployment': ({ replicaSet }) =>
    at(replicaSet, 'metadata', 'uid') === RS_UID && ownerOf(replicaSet) === REVISION.deploymentUid,
  'the tested pod is there, Running and Ready, of that ReplicaSet': ({ sutPod }) =>
    at(sutPod, 'metadata', 'uid') === POD_UID &&
    ownerOf(sutPod) === RS_UID &&
    at(sutPod, 'status', 'phase') === 'Running' &&
    conditionsAllow(sutPod, 'Ready', []),
  'nobody takes the tested pod away': ({ sutPod }) =>
    listAt(sutPod, 'status', 'conditions').every(
      (one) => at(one, 'type') !== 'DisruptionTarget' || at(one, 'status') !== 'True',
    ),
  'its containers run the tested digest since before': ({ sutPod }) => {
    const [first, ...others] = statuses(sutPod, 'containerStatuses').filter((one) => at(one, 'name') === 'web');
    return (
      others.length === 0 &&
      isOnly(at(first, 'state'), 'running') &&
      at(first, 'ready') === true &&
      none(at(first, 'restartCount')) &&
      `${String(at(first, 'imageID'))}`.includes(SUT_DIGEST)
    );
  },
  'nobody went into the tested pod': ({ sutPod }) => listAt(sutPod, 'spec', 'ephemeralContainers').length === 0,
};

it('proves the good one', () => {
  expect(isProven(GOOD)).toBe(true);
  expect(Object.entries(CLAUSES).filter(([, holds]) => !holds(GOOD))).toEqual([]);
});

/** One edit that somebody or something could make to the real object. */
const EDITS: readonly (readonly [keyof LastRead, readonly string[], unknown])[] = [
  ['deployment', ['metadata', 'deletionTimestamp'], '2026-01-01T00:00:00Z'],
  ['deployment', ['metadata', 'deletionTimestamp'], 'soon'],
  ['deployment', ['spec', 'replicas'], 0],
  ['deployment', ['spec', 'paused'], true],
  ['deployment', ['metadata', 'generation'], 7],
  ['replicaSet', ['metadata', 'deletionTimestamp'], '2026-01-01T00:00:00.123456Z'],
  ['sutPod', ['metadata', 'deletionTimestamp'], '2026-01-01T00:00:00Z'],
  ['sutPod', ['spec', 'ephemeralContainers'], [{ name: 'debugger' }]],
  ['sutPod', ['status', 'phase'], 'Unknown'],
  ['sutPod', ['status', 'conditions'], [{ type: 'Ready', status: 'True', lastTransitionTime: '2099-01-01T00:00:00Z' }]],
  ['sutPod', ['status', 'conditions'], [{ type: 'Ready', status: 'True', lastTransitionTime: 'never' }]],
  [
    'sutPod',
    ['status', 'conditions'],
    [
      { type: 'Ready', status: 'True' },
      { type: 'Ready', status: 'Unknown' },
    ],
  ],
  ['job', ['metadata', 'deletionTimestamp'], '2026-01-01T00:00:00Z'],
  ['job', ['spec', 'suspend'], true],
  ['job', ['status', 'failed'], 1],
  ['job', ['status', 'failed'], 'none'],
  ['job', ['status', 'active'], 1],
  ['job', ['status', 'succeeded'], 2],
  [
    'job',
    ['status', 'conditions'],
    [
      { type: 'Complete', status: 'True' },
      { type: 'Failed', status: 'True' },
    ],
  ],
  [
    'job',
    ['status', 'conditions'],
    [
      { type: 'Complete', status: 'True' },
      { type: 'Failed', status: 'perhaps' },
    ],
  ],
  ['pod', ['spec', 'ephemeralContainers'], [{ name: 'debugger' }]],
  ['pod', ['status', 'phase'], 'Running'],
];

function edited(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  return { ...(isObject(value) ? value : {}), [key]: edited(at(value, key), rest, to) };
}

const PARTS = ['deployment', 'replicaSet', 'sutPod', 'job', 'pod'] as const;

it('never passes unless every clause holds for the JSON itself', () => {
  let proven = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...PARTS),
      fc.option(fc.nat(), { freq: 4 }),
      fc.array(fc.constantFrom(...EDITS), { maxLength: 2 }),
      fc.tuple(...PARTS.map((part) => mutated([GOOD[part]]))),
      (part, isMutated, edits, mutants) => {
        const broken = isMutated === null ? GOOD : { ...GOOD, [part]: mutants[PARTS.indexOf(part)] };
        const last = edits.reduce<LastRead>(
          (read, [where, path, to]) => ({ ...read, [where]: edited(read[where], path, to) }),
          broken,
        );
        if (!isProven(last)) return;
        proven += 1;
        expect(Object.entries(CLAUSES).flatMap(([clause, holds]) => (holds(last) ? [] : [clause]))).toEqual([]);
      },
    ),
    { numRuns: 6000 },
  );
  // A property over runs that all fail would hold for any code.
  expect(proven).toBeGreaterThan(300);
});

it.each(EDITS.filter(([where, path]) => !(where === 'deployment' && path.includes('paused'))))(
  'an edit of the last read closes: %s %j %j',
  (where, path, to) => {
    expect(isProven({ ...GOOD, [where]: edited(GOOD[where], path, to) })).toBe(false);
  },
);
