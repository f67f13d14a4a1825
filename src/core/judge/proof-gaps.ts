import { versus } from '../causes/wording.ts';
import type { Results } from '../model/results.ts';
import type { Container, Job, Pod } from '../model/seen.ts';
import type { Finding } from '../causes/finding.ts';
import { containerInWords } from './explain.ts';
import { endOf, isKnownReason, rememberedPods, undisturbedPods } from './job-end.ts';
import { type Facts, jobEvidence } from './outcome-facts.ts';
import { terminated } from './pod-facts.ts';

/**
 * What is left when nothing is known to be wrong: everything that the proof needs must be there. "Cannot happen" ends
 * here too, closed.
 */
export function proofGaps(facts: Facts): Finding | undefined {
  const { pod, end, test, read } = facts;
  if (pod === undefined) return gap(facts, 'the pod of the Job', 'none: it was gone before its end was seen');
  const { shard } = facts;
  const known = undisturbedPods(rememberedPods(facts.memory, facts.jobUid), facts.jobUid);
  const mine = shard === undefined ? known : known.filter(({ completionIndex }) => completionIndex === shard.index);
  const twice = mine.filter(({ meta }) => meta.uid !== pod.meta.uid);
  if (twice.length > 0) return gap(facts, 'one pod', `${twice.length + 1} pods: the tests may have run twice`);
  if (pod.meta.controllerUid !== facts.jobUid)
    return gap(facts, 'a pod of our Job', `pod ${pod.meta.name} of another owner`);
  if (test === undefined)
    return gap(facts, `container ${facts.plan.testcarContainer}`, `no such container in pod ${pod.meta.name}`);
  const [added] = pod.ephemeralContainers;
  if (added !== undefined)
    return gap(facts, `pod ${pod.meta.name} as its Job asks for it`, `ephemeral container ${added} in it`);
  const unfinished = pod.containers.find((container) => !endedWell(container));
  if (unfinished !== undefined) {
    return gap(
      facts,
      `container ${unfinished.name} ended with exit code 0 at its first start`,
      containerAtEnd(unfinished),
    );
  }
  const early = endedEarly(facts.courier, pod);
  if (early !== undefined)
    return gap(facts, `container ${early.name} to end after the tests`, 'before them: tests may be missing');
  if (pod.phase !== 'Succeeded') return gap(facts, 'pod phase Succeeded', `pod phase ${phaseInWords(pod)}`);
  const told = endOf(end.job);
  if (told?.finished !== 'complete' || end.finished !== 'complete' || !isKnownReason(end)) {
    return gap(facts, 'Job condition Complete', `${end.finished} with reason ${end.reason || 'none'}`);
  }
  const against = saysOtherwise(end.job, shard === undefined);
  if (against !== undefined) return gap(facts, 'a Job that says nothing but Complete', against);
  if (read === undefined) return gap(facts, 'test results', 'none');
  return resultsContradict(facts, read);
}

/** What a Job that came to its good end cannot say as well. Two conditions of one type that disagree say nothing. */
const NOT_WITH_COMPLETE: readonly string[] = ['Failed', 'FailureTarget', 'Suspended'];

/**
 * Something else in the status of a complete Job. A failed pod is one more try, which only the Job of a sharded run has;
 * what the cluster took away there is not counted as failed (podFailurePolicy, action Ignore).
 */
function saysOtherwise({ conditions, active, failed, succeeded }: Job, isSingle: boolean): string | undefined {
  const other = conditions.find(({ type, status }) =>
    type === 'Complete' ? status !== 'True' : NOT_WITH_COMPLETE.includes(type) && status !== 'False',
  );
  if (other !== undefined) return `condition ${other.type} ${other.status}`;
  if (active !== 0) return `${active} active pods`;
  if (isSingle && failed !== 0) return `${failed} failed pods`;
  return isSingle && succeeded > 1 ? `${succeeded} succeeded pods` : undefined;
}

function resultsContradict(facts: Facts, results: Results): Finding | undefined {
  const { counts, cases, failed: known, sha256, source } = results;
  // A weaker source never stands in for the one that was asked for.
  const asked = facts.plan.options.results;
  if (source !== asked) return gap(facts, `results from ${asked}`, `results from ${source}`);
  const { tests, passed, failed, errors, skipped } = counts;
  if (![tests, passed, failed, errors, skipped].every((count) => Number.isSafeInteger(count) && count >= 0)) {
    return gap(facts, 'counts of tests', 'numbers that are no counts');
  }
  if (passed + failed + errors + skipped !== tests) {
    return gap(facts, `${tests} tests`, `${passed} passed, ${failed} failed, ${errors} errors, ${skipped} skipped`);
  }
  if (cases.length !== tests) return gap(facts, `${tests} tests`, `${cases.length} test cases`);
  if (known.length > 0) return gap(facts, 'no failed test case', 'one that the counts do not know');
  return sha256 === '' && source !== 'exit-code' ? gap(facts, 'a checksum of the results', 'none') : undefined;
}

/** Sidecars are ended by the kubelet, with whatever code; their own troubles are judged by the results. */
function endedWell({ kind, state, restartCount, lastState }: Container): boolean {
  if (kind === 'sidecar') return true;
  return state.kind === 'terminated' && state.exitCode === 0 && restartCount === 0 && lastState.kind !== 'terminated';
}

/**
 * A courier that was ended before the tests, by whatever, has sent what was there by then. The kubelet ends it when all main
 * containers have ended; both times are of one node, in whole seconds.
 */
function endedEarly(courier: Container | undefined, { containers }: Pod): Container | undefined {
  const courierMs = courier && terminated(courier.state)?.finishedAtMs;
  if (courierMs === undefined) return undefined;
  const isLater = ({ kind, state }: Container): boolean =>
    kind === 'main' && (terminated(state)?.finishedAtMs ?? 0) > courierMs;
  return containers.some(isLater) ? courier : undefined;
}

function containerAtEnd(container: Container): string {
  const restarts = container.restartCount > 0 ? `, ${container.restartCount} restarts` : '';
  return `${containerInWords(container)}${restarts}`;
}

function phaseInWords({ phase, reason }: Pod): string {
  return reason === '' ? phase : `${phase} (${reason})`;
}

/** Contradicting or missing evidence, which is never a pass. */
export function gap(facts: Facts, expected: string, found: string): Finding {
  const details = versus(expected, found);
  return { cause: 'EvidenceContradicts', evidence: jobEvidence(facts, { details }) };
}
