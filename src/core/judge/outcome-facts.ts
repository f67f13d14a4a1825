import { COURIER_NAME, REACH_NAME } from '../courier/containers.ts';
import type { Results, ResultsProblem, ResultsRead } from '../model/results.ts';
import type { Container, Observation, Pod } from '../model/seen.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Plan } from '../plan/plan.ts';
import type { Revision } from '../model/revision.ts';
import { type Asked, askedFor } from './admission.ts';
import type { JobEnd } from './job-end.ts';
import type { Memory } from './memory.ts';
import type { Shard } from './shards.ts';
import { type Terminated, terminated } from './pod-facts.ts';
import { endEvidence } from './rules/containers.ts';

export type OutcomeInput = {
  plan: Plan;
  end: JobEnd;
  jobUid: string;
  revision: Revision;
  /** Of the one pod; of a sharded run those of all, merged. */
  results: ResultsRead;
  /** What each shard delivered, in the order of the indexes. */
  shardResults?: readonly ResultsRead[];
  memory: Memory;
  seen: Observation;
  nowMs: number;
};

/** The input, with what most rules ask of it. */
export type Facts = OutcomeInput & {
  /** Of a sharded run: the index that this is about. */
  shard?: Shard;
  pod: Pod | undefined;
  /** The container that tests, if its pod and name are known. */
  test: Container | undefined;
  courier: Container | undefined;
  reach: Container | undefined;
  /** How the container that decides ended: the test container, or the init container before it that failed. */
  ended: { container: Container; end: Terminated } | undefined;
  /** The containers that testcar's Job asks for. */
  asked: Asked | undefined;
  read: Results | undefined;
  problem: ResultsProblem | undefined;
  /** Failed tests of complete, readable results. */
  failing: number;
};

export function factsOf(input: OutcomeInput): Facts {
  const { pod } = input.end;
  const named = (name: string): Container | undefined => pod?.containers.find((container) => container.name === name);
  const test = named(input.plan.testcarContainer);
  const read = input.results.ok ? input.results.results : undefined;
  return {
    ...input,
    pod,
    test,
    courier: named(COURIER_NAME),
    reach: named(REACH_NAME),
    ended: endedContainer(pod, test),
    asked: askedFor('testcar', input.plan, input.seen),
    read,
    problem: input.results.ok ? undefined : input.results.problem,
    failing: read === undefined ? 0 : read.counts.failed + read.counts.errors,
  };
}

function endedContainer(pod: Pod | undefined, test: Container | undefined): Facts['ended'] {
  const end = test && terminated(test.state);
  if (test !== undefined && end !== undefined) return { container: test, end };
  for (const container of pod?.containers ?? []) {
    const other = terminated(container.state);
    if (container.kind !== 'sidecar' && other !== undefined && other.exitCode !== 0) return { container, end: other };
  }
  return undefined;
}

/** 128 + signal, as shells and runtimes report it: HUP, INT, QUIT, ILL, ABRT, BUS, FPE, KILL, SEGV, TERM. */
const SIGNAL_CODES: ReadonlySet<number> = new Set([129, 130, 131, 132, 134, 135, 136, 137, 139, 143]);

/**
 * Was it ended by a signal? Some runners end with the number of failed tests (mocha, cypress, robot), which may look like
 * one: 137 failed tests are not a kill.
 */
export function killed(end: Terminated, failing: number): boolean {
  if (end.signal !== undefined && end.signal !== 0) return true;
  return SIGNAL_CODES.has(end.exitCode) && end.exitCode !== failing;
}

export function jobEvidence(facts: Facts, more: Omit<Evidence, 'object'> = {}): Evidence {
  return { object: `job/${facts.end.job.meta.name}`, ...more };
}

export function containerEnd(facts: Facts, container: Container): Evidence {
  return facts.pod === undefined ? jobEvidence(facts) : endEvidence(facts, facts.pod, container);
}

/** The test container if there is one, else its pod or Job: where results should have come from. */
export function testcarEvidence(facts: Facts): Evidence {
  if (facts.test !== undefined) return containerEnd(facts, facts.test);
  return facts.pod === undefined ? jobEvidence(facts) : { object: `pod/${facts.pod.meta.name}` };
}
