import { FACT, versus } from '../causes/wording.ts';
import { REACH_EXIT } from '../courier/containers.ts';
import type { Container } from '../model/seen.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../causes/finding.ts';
import { formatDuration } from '../options/duration.ts';
import { isInjected } from './admission.ts';
import { exitWithoutResults, fromSource, withMeaning } from './exit-meaning.ts';
import { podInWords } from './explain.ts';
import { DEADLINE_EXCEEDED } from './job-end.ts';
import { type Facts, containerEnd, jobEvidence, killed, testcarEvidence } from './outcome-facts.ts';
import { oomEnd, startFailed, terminated } from './pod-facts.ts';
import { injectedFinding } from './rules/injected.ts';
import { causeFor } from './rules/rule.ts';
import { testsFailed } from './tests-failed.ts';
import { deleted, deletedWithResults, disturbed } from './taken-away.ts';
import { proofGaps } from './proof-gaps.ts';

export type OutcomeRule = { name: string; check(facts: Facts): Finding | undefined };

function notOurs(facts: Facts): Finding | undefined {
  const found = facts.end.job.meta.uid;
  if (found === facts.jobUid) return undefined;
  const details = versus(`UID ${facts.jobUid}`, `UID ${found}`);
  return { cause: 'JobNotOurs', evidence: jobEvidence(facts, { details }) };
}

function oom(facts: Facts): Finding | undefined {
  const container = facts.pod?.containers.find((one) => oomEnd(one) !== undefined);
  if (container === undefined) return undefined;
  const evidence = containerEnd(facts, container);
  if (isInjected(facts.asked, container)) return injectedFinding('testcar', { evidence });
  return { cause: causeFor('testcar', 'oomKilled'), evidence };
}

/**
 * A container that admission added has failed: before the tests had ended, they were without what it gives them (a way
 * to the network, secrets), and whatever they say is its echo; after that, it only keeps the run from being a proof.
 */
function injectedFailed(facts: Facts, when: 'under the tests' | 'ever'): Finding | undefined {
  const testsEndedMs = facts.test && terminated(facts.test.state)?.finishedAtMs;
  const container = facts.pod?.containers.find((one) => {
    const end = terminated(one.state);
    if (end === undefined || end.exitCode === 0 || one.kind === 'sidecar' || !isInjected(facts.asked, one))
      return false;
    return when === 'ever' || testsEndedMs === undefined || (end.finishedAtMs ?? Infinity) < testsEndedMs;
  });
  return container && injectedFinding('testcar', { evidence: containerEnd(facts, container) });
}

/** The kill by the deadline ends containers with 137 or 143; those codes are its consequence. */
function deadline(facts: Facts): Finding | undefined {
  if (facts.end.reason !== DEADLINE_EXCEEDED && facts.pod?.reason !== DEADLINE_EXCEEDED) return undefined;
  const doing = facts.pod === undefined ? 'it had no pod' : `pod ${facts.pod.meta.name}: ${podInWords(facts.pod)}`;
  const details = [
    {
      label: FACT.waitedFor,
      value: `activeDeadlineSeconds (testTimeout ${formatDuration(facts.plan.options.testTimeoutMs)})`,
    },
    { label: FACT.blocker, value: doing },
  ];
  return { cause: 'TestDeadlineExceeded', evidence: jobEvidence(facts, { reason: DEADLINE_EXCEEDED, details }) };
}

function reach(facts: Facts): Finding | undefined {
  const end = facts.reach && terminated(facts.reach.state);
  if (facts.reach === undefined || end === undefined || end.exitCode === REACH_EXIT.reachable) return undefined;
  const evidence = containerEnd(facts, facts.reach);
  if (end.exitCode === REACH_EXIT.unreachable) {
    const waitedFor = { label: FACT.waitedFor, value: formatDuration(facts.plan.options.reachTimeoutMs) };
    return { cause: 'SutUnreachable', evidence: { ...evidence, details: [waitedFor] } };
  }
  const noTool = [REACH_EXIT.noTool, 126, 127].includes(end.exitCode) || startFailed(end);
  return noTool ? { cause: 'ReachProbeUnavailable', evidence } : undefined;
}

function failedTests(facts: Facts): Finding | undefined {
  if (facts.failing === 0 || (facts.ended !== undefined && killed(facts.ended.end, facts.failing))) return undefined;
  return testsFailed(facts);
}

function startError(facts: Facts): Finding | undefined {
  if (facts.ended === undefined || !startFailed(facts.ended.end)) return undefined;
  return { cause: causeFor('testcar', 'startError'), evidence: containerEnd(facts, facts.ended.container) };
}

function commandNotFound(facts: Facts): Finding | undefined {
  const code = facts.ended?.end.exitCode;
  if (facts.ended === undefined || facts.read !== undefined || (code !== 126 && code !== 127)) return undefined;
  return { cause: 'TestcarCommandNotFound', evidence: containerEnd(facts, facts.ended.container) };
}

function crashed(facts: Facts): Finding | undefined {
  if (facts.ended === undefined || !killed(facts.ended.end, facts.failing)) return undefined;
  return { cause: 'TestcarCrashed', evidence: containerEnd(facts, facts.ended.container) };
}

function brokenResults(facts: Facts): Finding | undefined {
  const { problem } = facts;
  if (problem?.kind === 'incomplete') {
    if (facts.courier !== undefined && courierBroke(facts.courier)) return courierFailed(facts, facts.courier);
    return { cause: 'TestcarResultsIncomplete', evidence: brokenEvidence(facts, problem.detail) };
  }
  if (problem?.kind === 'invalid') {
    const evidence = { ...testcarEvidence(facts), details: [{ label: FACT.found, value: problem.file }] };
    return { cause: 'TestcarResultsInvalid', evidence: fromSource(facts, { ...evidence, message: problem.detail }) };
  }
  return undefined;
}

function noResults(facts: Facts): Finding | undefined {
  const { problem, ended, courier } = facts;
  if ((problem?.kind !== 'absent' && problem?.kind !== 'no-files') || ended === undefined) return undefined;
  if (courier !== undefined && courierBroke(courier)) return courierFailed(facts, courier);
  if (ended.end.exitCode !== 0) return exitWithoutResults(facts, ended.container);
  if (problem.kind === 'absent' && courier !== undefined) return courierFailed(facts, courier);
  return { cause: 'TestcarResultsMissing', evidence: fromSource(facts, containerEnd(facts, ended.container)) };
}

/** 137 and 143 are how the kubelet ends a sidecar that does not end by itself. */
function courierBroke({ state }: Container): boolean {
  return state.kind === 'terminated' && ![0, 137, 143].includes(state.exitCode);
}

function courierFailed(facts: Facts, courier: Container): Finding {
  return { cause: 'CourierFailed', evidence: containerEnd(facts, courier) };
}

function tooFew(facts: Facts): Finding | undefined {
  const wanted = Math.max(1, facts.plan.options.minTests);
  if (facts.read === undefined || facts.read.counts.tests >= wanted) return undefined;
  const details = [
    { label: FACT.tests, value: `${facts.read.counts.tests}` },
    { label: FACT.expected, value: `${wanted}` },
  ];
  return { cause: 'TestcarNoTests', evidence: { ...testcarEvidence(facts), details } };
}

function allSkipped(facts: Facts): Finding | undefined {
  if (facts.read === undefined || facts.read.counts.skipped < facts.read.counts.tests) return undefined;
  const details = [{ label: FACT.tests, value: `${facts.read.counts.tests}` }];
  return { cause: 'TestcarAllSkipped', evidence: { ...testcarEvidence(facts), details } };
}

function exitContradicts(facts: Facts): Finding | undefined {
  if (facts.read === undefined) return undefined;
  const container = facts.pod?.containers.find(
    ({ kind, state }) => kind !== 'sidecar' && state.kind === 'terminated' && state.exitCode !== 0,
  );
  if (container === undefined) return undefined;
  const results = {
    label: FACT.results,
    value: `${facts.read.counts.passed} of ${facts.read.counts.tests} tests passed`,
  };
  const evidence = { ...containerEnd(facts, container), details: [results] };
  return { cause: 'TestcarExitContradictsResults', evidence: withMeaning(facts, container, evidence) };
}

function brokenEvidence(facts: Facts, message: string): Evidence {
  const evidence = testcarEvidence(facts);
  const meant = facts.test === undefined ? evidence : withMeaning(facts, facts.test, evidence);
  return fromSource(facts, { ...meant, message });
}

/**
 * In this order, first match wins. What the cluster did, memory and the deadline come first: exit codes and results are
 * their consequences. Then a container that admission added and that failed under the tests, and the address that the tests never had; then failed tests, because complete results that say
 * "failed" outrank any exit code; then how testcar ended; then what is wrong with its results; last, everything that is
 * still not proof.
 */
export const OUTCOME_RULES: readonly OutcomeRule[] = [
  { name: 'not-ours', check: notOurs },
  { name: 'disturbed', check: disturbed },
  { name: 'oom', check: oom },
  { name: 'deadline', check: deadline },
  { name: 'injected-under-tests', check: (facts) => injectedFailed(facts, 'under the tests') },
  { name: 'reach', check: reach },
  { name: 'deleted', check: deleted },
  { name: 'failed-tests', check: failedTests },
  { name: 'start-error', check: startError },
  { name: 'command-not-found', check: commandNotFound },
  { name: 'crashed', check: crashed },
  { name: 'broken-results', check: brokenResults },
  { name: 'no-results', check: noResults },
  { name: 'too-few', check: tooFew },
  { name: 'all-skipped', check: allSkipped },
  { name: 'injected', check: (facts) => injectedFailed(facts, 'ever') },
  { name: 'exit-contradicts', check: exitContradicts },
  { name: 'deleted-with-results', check: deletedWithResults },
  { name: 'proof-gaps', check: proofGaps },
];

/** The first that matches. */
export function firstFinding(rules: readonly OutcomeRule[], facts: Facts): Finding | undefined {
  for (const rule of rules) {
    const finding = rule.check(facts);
    if (finding !== undefined) return finding;
  }
  return undefined;
}
