import { type JsonObject, objectAt, stringMapAt } from '../model/json.ts';
import type { InputProblem } from '../options/options.ts';
import type { Revision } from '../model/revision.ts';
import { type JobTarget, testContainerName, testcarPod } from './job-pod.ts';
import { type Labels, REVISION_ANNOTATION, roleLabels, runLabels, temporaryMetadata } from './naming.ts';
import type { Plan } from './plan.ts';
import { type Selector, hideFrom } from './selectors.ts';

/** Time for scheduling, pulling and handing over the results, so that the gate normally decides before the Job's own deadline. */
const DEADLINE_MARGIN_SECONDS = 120;
/** Long enough to read logs after a gate that was killed, short enough not to pile up. */
const TTL_SECONDS = 3600;

/** Set by the Job controller; a manifest that was exported from a cluster has those of an earlier Job. */
const CONTROLLER_LABELS = [
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'controller-uid',
  'job-name',
];

/** Fields that repeat, split or redirect a run. One run is what the verdict is about; option `shards` splits it. */
const LEFT_OUT = [
  'podFailurePolicy',
  'successPolicy',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
  'manualSelector',
  'suspend',
];

export type TestcarJob = {
  job: JsonObject;
  container: string;
  notes: readonly string[];
  problems: readonly InputProblem[];
};

/** The user's Job as the gate runs it: once, in one pod, bounded in time, with results handed over by the courier. */
export function testcarJob(
  userJob: JsonObject,
  target: JobTarget & { annotations: Labels; forbidden: readonly Selector[] },
): TestcarJob {
  const { runId, namespace, options, serviceName, role } = target;
  const problems = contradictions(userJob, options.shards);
  const spec = objectAt(userJob, 'spec');
  const template = objectAt(spec, 'template');
  const podSpec = objectAt(template, 'spec');
  const container = testContainerName(podSpec, options);
  if (container === undefined) {
    problems.push({
      input: 'testcarContainer',
      found: options.testcarContainer,
      expected: 'the name of a container of the Job; without it, one named testcar or a single one',
    });
    return { job: userJob, container: '', notes: [], problems };
  }
  const fixed = { ...runLabels(runId), ...roleLabels(runId, role) };
  const podLabels = Object.entries(stringMapAt(template, 'metadata', 'labels'));
  const hidden = hideFrom(
    Object.fromEntries(podLabels.filter(([key]) => !CONTROLLER_LABELS.includes(key))),
    target.forbidden,
    runId,
    fixed,
  );
  for (const { owner } of hidden.still) {
    problems.push({
      input: 'testcarManifest',
      found: `pods that the selector of ${owner} selects whatever their labels`,
      expected: 'a selector that leaves out the pods of testcar',
    });
  }
  const pod = testcarPod(podSpec, container, target);
  const forced = forcedSettings(spec, target);
  const kept = Object.fromEntries(Object.entries(spec).filter(([key]) => !LEFT_OUT.includes(key)));
  const metadata = temporaryMetadata(
    {
      labels: stringMapAt(userJob, 'metadata', 'labels'),
      annotations: stringMapAt(userJob, 'metadata', 'annotations'),
    },
    { name: serviceName, namespace, labels: fixed, annotations: target.annotations },
  );
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      ...kept,
      ...forced,
      template: { ...template, metadata: { ...objectAt(template, 'metadata'), labels: hidden.labels }, spec: pod.spec },
    },
  };
  return {
    job,
    container,
    notes: [...overrides(spec, forced), ...pod.notes],
    problems: [...problems, ...pod.problems],
  };
}

/** The Job that tests this revision; the annotation makes an older Job of the same name recognisable. */
export function jobFor(plan: Plan, revision: Revision): JsonObject {
  const metadata = objectAt(plan.job, 'metadata');
  const annotations = { ...objectAt(metadata, 'annotations'), [REVISION_ANNOTATION]: revision.replicaSetUid };
  return { ...plan.job, metadata: { ...metadata, annotations } };
}

function forcedSettings(spec: JsonObject, { options }: JobTarget): JsonObject {
  const seconds = Math.ceil((options.testTimeoutMs + options.reachTimeoutMs) / 1000);
  return {
    ...(options.shards > 1 ? sharded(options.shards) : inOnePod(spec)),
    // Else a pod that is being deleted and its replacement may run at the same time.
    podReplacementPolicy: 'Failed',
    activeDeadlineSeconds: seconds + DEADLINE_MARGIN_SECONDS,
    ttlSecondsAfterFinished: TTL_SECONDS,
  };
}

function inOnePod({ completionMode }: JsonObject): JsonObject {
  return {
    backoffLimit: 0,
    completions: 1,
    parallelism: 1,
    ...(completionMode === undefined ? {} : { completionMode: 'NonIndexed' }),
  };
}

/**
 * One pod per index, all at once. A shard that fails ends alone: with a limit for the whole Job, its controller would
 * delete the others with their results (kubernetes#110464). Only what the cluster took away is tried again, without
 * counting as failed; the Job's deadline bounds that.
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index
 */
function sharded(shards: number): JsonObject {
  return {
    completionMode: 'Indexed',
    completions: shards,
    parallelism: shards,
    backoffLimitPerIndex: 0,
    // Never reached, as each index fails at most once; said, so that a limit of the manifest cannot be.
    backoffLimit: shards,
    podFailurePolicy: {
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
    },
  };
}

/** Settings that ask for something else than one run: running fewer tests than meant would be no proof. */
function contradictions({ spec }: JsonObject, shards: number): InputProblem[] {
  const problems: InputProblem[] = [];
  const { parallelism, completions, suspend, manualSelector, selector, managedBy } = objectAt({ spec }, 'spec');
  const add = (found: string, expected: string): void => {
    problems.push({ input: 'testcarManifest', found, expected });
  };
  const wanted =
    shards === 1
      ? 'one pod that runs all tests once; option shards splits them'
      : `${shards}, the value of option shards, or nothing`;
  const fits = (count: unknown): boolean => count === undefined || count === null || count === 1 || count === shards;
  if (!fits(parallelism)) add(`spec.parallelism ${JSON.stringify(parallelism)}`, wanted);
  if (!fits(completions)) add(`spec.completions ${JSON.stringify(completions)}`, wanted);
  if (suspend === true) add('spec.suspend true', 'a Job that starts by itself');
  if (manualSelector === true || selector !== undefined)
    add('an own spec.selector', 'the selector to be left to the server');
  if (managedBy !== undefined && managedBy !== 'kubernetes.io/job-controller') {
    add(`spec.managedBy ${JSON.stringify(managedBy)}`, "a Job of the cluster's own controller");
  }
  return problems;
}

function overrides(spec: JsonObject, forced: JsonObject): readonly string[] {
  const changed = Object.entries(forced)
    .filter(([key, value]) => spec[key] !== undefined && JSON.stringify(spec[key]) !== JSON.stringify(value))
    .map(([key, value]) => `Job: ${key} ${JSON.stringify(spec[key])} is overridden with ${JSON.stringify(value)}.`);
  const dropped = LEFT_OUT.filter((key) => spec[key] !== undefined && spec[key] !== false && forced[key] === undefined);
  return [...changed, ...dropped.map((key) => `Job: ${key} is left out; the tests run once.`)];
}
