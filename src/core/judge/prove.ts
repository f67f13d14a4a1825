import { CAUSES } from '../causes/index.ts';
import { FACT, versus } from '../causes/wording.ts';
import type { Results } from '../model/results.ts';
import type { Job, Observation, Pod } from '../model/seen.ts';
import type { Failed } from './verdict.ts';
import type { Finding } from '../causes/finding.ts';
import type { Revision } from '../model/revision.ts';
import { type JobEnd, endOf, oldestFirst, undisturbedPods } from './job-end.ts';
import { type Reading, readGuardrails } from './guardrails.ts';
import { remember } from './memory.ts';
import { type OutcomeInput, judgeOutcome } from './outcome.ts';
import { sameImages } from './revision.ts';
import { shardsOf, strays } from './shards.ts';

const proven: unique symbol = Symbol('proven');

/** All that must be known before the gate opens (design §3). Only `prove` makes one. */
export type Proof = {
  readonly [proven]: true;
  jobUid: string;
  revision: Revision;
  results: Results;
  /** What was read of the SUT at the end; the report shows it. */
  guardrails: readonly Reading[];
};

/** The only passing verdict. Only `pass` constructs it, and it takes the proof as its argument. */
export type Passed = { kind: 'passed'; class: 'PASSED'; proof: Proof };

export type ProveInput = Omit<OutcomeInput, 'results'> & {
  results: Results;
  /** Read from the API server, not from the watches, after the results were complete. */
  confirmed: { job: Job; pods: readonly Pod[]; revision: Revision | undefined; seen: Observation };
};

type Failure = { kind: 'failed'; finding: Finding; others: readonly Finding[]; guardrails?: readonly Reading[] };

/**
 * The proof, or why there is none. Everything is judged twice: as the watches showed it, and as the last consistent read
 * shows it; both must agree that nothing is wrong and that nothing has moved.
 */
export function prove(input: ProveInput): { kind: 'proven'; proof: Proof } | Failure {
  const { confirmed, jobUid, results, revision } = input;
  const watched = judgeOutcome({ ...input, results: { ok: true, results } });
  if (watched.kind === 'failed') return watched;

  const identity = jobProblem(input);
  if (identity !== undefined) return failure(identity);
  const end = confirmedEnd(input);
  if (end === undefined) {
    const pods = undisturbedPods(confirmed.pods, jobUid).map(({ meta }) => meta.name);
    return failure(contradiction(input, expectedPods(input.end), pods.join(', ') || 'no pod'));
  }
  const { seen } = confirmed;
  const memory = remember(input.memory, seen);
  const confirmedOutcome = judgeOutcome({ ...input, seen, memory, end, results: { ok: true, results } });
  if (confirmedOutcome.kind === 'failed') return confirmedOutcome;

  const moved = revisionProblem(revision, confirmed.revision);
  if (moved !== undefined) return failure(moved);
  const { readings: guardrails, broken } = readGuardrails({ plan: input.plan, revision, jobUid, seen, memory });
  if (broken !== undefined) return { ...failure(broken), guardrails };
  const judged = confirmedOutcome.results;
  return { kind: 'proven', proof: { [proven]: true, jobUid, revision, results: judged, guardrails } };
}

export function pass(proof: Proof): Passed {
  return { kind: 'passed', class: 'PASSED', proof };
}

export function fail(finding: Finding, others: readonly Finding[]): Failed {
  return { kind: 'failed', class: CAUSES[finding.cause].class, finding, others };
}

function failure(finding: Finding): Failure {
  return { kind: 'failed', finding, others: [] };
}

function jobProblem({ confirmed, jobUid }: ProveInput): Finding | undefined {
  const { job } = confirmed;
  const object = `job/${job.meta.name}`;
  if (job.meta.uid !== jobUid)
    return { cause: 'JobNotOurs', evidence: { object, details: versus(`UID ${jobUid}`, `UID ${job.meta.uid}`) } };
  if (job.meta.deletionTimestampMs !== undefined)
    return { cause: 'JobDeleted', evidence: { object, reason: 'Deleted' } };
  if (job.suspend) return { cause: 'JobSuspended', evidence: { object } };
  return undefined;
}

/** The Job's end by the last read, with the same single pod that was watched. */
function confirmedEnd(input: ProveInput): JobEnd | undefined {
  if (input.plan.options.shards > 1) return confirmedShards(input);
  const { confirmed, jobUid, end } = input;
  const told = endOf(confirmed.job);
  const pods = undisturbedPods(confirmed.pods, jobUid);
  const [pod] = pods;
  if (told === undefined || pods.length !== 1 || pod === undefined || pod.meta.uid !== end.pod?.meta.uid)
    return undefined;
  return confirmed.job.succeeded >= 1 ? { job: confirmed.job, pod, ...told } : undefined;
}

/** The same for each index: its newest pod is the one that was watched, and no pod is there beside those. */
function confirmedShards({ confirmed, jobUid, end, plan }: ProveInput): JobEnd | undefined {
  const told = endOf(confirmed.job);
  const count = plan.options.shards;
  const shards = shardsOf(oldestFirst(confirmed.pods), jobUid, count);
  const isSame = shards.every(
    ({ pod }, index) => pod !== undefined && pod.meta.uid === end.shards?.[index]?.pod?.meta.uid,
  );
  if (told === undefined || !isSame || strays(confirmed.pods, jobUid, count).length > 0) return undefined;
  if (undisturbedPods(confirmed.pods, jobUid).length !== count || confirmed.job.succeeded < count) return undefined;
  return { ...end, job: confirmed.job, shards, ...told };
}

function expectedPods({ pod, shards }: JobEnd): string {
  if (shards === undefined) return `pod ${pod?.meta.name ?? ''} alone`;
  return `pods ${shards.map((shard) => shard.pod?.meta.name ?? `of index ${shard.index}`).join(', ')} alone`;
}

/** Pods that an autoscaler added meanwhile are of the same ReplicaSet and images; pods that are missing are not. */
function revisionProblem(tested: Revision, now: Revision | undefined): Finding | undefined {
  const object = `deployment/${tested.deploymentName}`;
  const changed = (reason: string, expected: string, found: string): Finding => ({
    cause: 'RevisionChanged',
    evidence: { object, reason, details: versus(expected, found) },
  });
  if (now === undefined) return changed('NotFound', tested.replicaSetName, 'no provable revision');
  if (now.deploymentUid !== tested.deploymentUid) return changed('Replaced', tested.deploymentUid, now.deploymentUid);
  if (now.replicaSetUid !== tested.replicaSetUid || now.podTemplateHash !== tested.podTemplateHash) {
    return changed('NewRevision', tested.replicaSetName, now.replicaSetName);
  }
  const kept = tested.podUids.filter((uid) => now.podUids.includes(uid)).length;
  if (kept === 0 || kept !== tested.podUids.length) {
    return changed('PodsChanged', `all ${tested.podUids.length} tested pods ready`, `${kept} of them ready`);
  }
  if (!sameImages(tested.imageIDs, now.imageIDs)) return changed('ImageChanged', imagesOf(tested), imagesOf(now));
  const added = now.ephemeralContainers.filter((name) => !tested.ephemeralContainers.includes(name));
  if (added.length > 0) return changed('EphemeralContainer', 'pods as their template asks for them', added.join(', '));
  if (now.restarts === tested.restarts) return undefined;
  const restarts = { label: FACT.restarts, value: `${now.restarts}, were ${tested.restarts}` };
  return { cause: 'SutRestarted', evidence: { object, reason: 'restart count changed', details: [restarts] } };
}

function contradiction({ confirmed }: ProveInput, expected: string, found: string): Finding {
  return {
    cause: 'EvidenceContradicts',
    evidence: { object: `job/${confirmed.job.meta.name}`, details: versus(expected, found) },
  };
}

function imagesOf({ imageIDs }: Revision): string {
  return Object.values(imageIDs).join(', ');
}
