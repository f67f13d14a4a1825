/**
 * The 25 edge cases of Kubernetes Jobs that a gate must survive, each with what this one does and the tests that prove
 * it. A test that is renamed or removed makes its row red.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeTest } from '../../../src/core/judge/testing.ts';
import type { Judgement } from '../../../src/core/judge/judgement.ts';
import type { Observation } from '../../../src/core/model/seen.ts';
import { aCondition, aJob, anObservation } from '../../fakes/builders.ts';
import { JOB_UID, REVISION, contextOf, endedPod, healthySut } from './world.ts';

/** A test file, or a folder of them whose scenarios move about. */
type Proof = readonly [place: string, ...titles: readonly string[]];
type EdgeCase = { behaviour: string; proofs: readonly Proof[] };

const OUTCOME = 'core/judge/outcome.test.ts';
const TESTING = 'core/judge/testing.test.ts';
const JOB = 'core/plan/job.test.ts';
const LISTS = 'adapters/kubernetes/list-watch.test.ts';
const LOGS = 'adapters/kubernetes/logs.test.ts';

const EDGE_CASES: Readonly<Record<string, EdgeCase>> = {
  E1: {
    behaviour: 'a pod that is gone before its end was seen is no proof, and its failed tests still count',
    proofs: [
      [OUTCOME, 'no pod', 'tests failed, and the pod is gone'],
      [TESTING, 'with the last state of a pod that was deleted with the deadline'],
    ],
  },
  E2: {
    behaviour: 'a Job that was complete and then swept by its TTL ended; one that was never seen to end was deleted',
    proofs: [
      [TESTING, 'when the Job was complete and then swept by its TTL', 'a Job that was there and is not: deleted'],
    ],
  },
  E3: {
    behaviour: 'one pod, no retries, no policies of failure; a reason that is not known is no proof',
    proofs: [
      [JOB, 'are noted, one by one', 'parallel pods', 'several completions'],
      [OUTCOME, 'Job with an unknown reason'],
    ],
  },
  E4: {
    behaviour: 'FailureTarget and SuccessCriteriaMet announce an end and are none',
    proofs: [
      [
        TESTING,
        'while the end is only announced',
        'while success is only announced',
        'when a condition is there but not true',
      ],
    ],
  },
  E5: {
    behaviour: 'the kill by the deadline explains exit codes 137 and 143, and the report says what the pod was doing',
    proofs: [
      [OUTCOME, 'deadline, and the kill after it'],
      [TESTING, 'says what the pod was doing'],
    ],
  },
  E6: {
    behaviour: 'restartPolicy is forced to Never; a test container that was restarted is no proof',
    proofs: [
      [JOB, 'are noted, one by one'],
      [OUTCOME, 'test container restarted', 'only the count tells of a restart'],
    ],
  },
  E7: {
    behaviour: 'two pods of one Job may have tested twice: no proof',
    proofs: [
      [OUTCOME, 'foreign pod'],
      ['core/judge/prove.test.ts', 'a second pod'],
    ],
  },
  E8: {
    behaviour: 'OOMKilled counts whatever the exit code, now or before a restart',
    proofs: [
      [OUTCOME, 'out of memory, exit code 0, tests passed'],
      ['core/observation/observation.test.ts', 'keeps OOMKilled beside exit code 0'],
      ['e2e', 'a child that the kernel kills, while it exits with 0 and green results'],
    ],
  },
  E9: {
    behaviour: 'an exit code alone fails no test: results say what failed, codes say how testcar ended',
    proofs: [
      [
        OUTCOME,
        'error before results',
        'not executable',
        'not found',
        'segmentation fault',
        'tests failed, but exit code 0',
        'does not take the number of failed tests for a signal',
      ],
    ],
  },
  E10: {
    behaviour: "evicted, preempted and lost pods are told by the condition first, and are the cluster's",
    proofs: [
      [OUTCOME, 'was evicted', 'the node of the SUT went away'],
      ['e2e', 'the pod of testcar is evicted'],
    ],
  },
  E11: {
    behaviour: 'a log stream that ends early is opened again without loss or repetition',
    proofs: [
      [
        LOGS,
        'opens again when the stream ends while the container runs, without loss or repetition',
        'opens a silent stream again',
        'cuts a long line',
      ],
    ],
  },
  E12: {
    behaviour: 'the errors of a log are told apart, also those with status 200',
    proofs: [
      [
        LOGS,
        'waits for a container that is waiting to start',
        'takes a kubelet message with status 200 as trouble, not as a line',
        'goes on after 500 from a node that is away',
      ],
    ],
  },
  E13: {
    behaviour: 'an expired watch is listed again, a silent one opened again; what is missing then is gone',
    proofs: [
      [
        LISTS,
        'lists again after 410 as an event; what is missing then is gone',
        'lists again after 410 as an answer',
        'opens a silent watch again, and is more patient each time',
      ],
    ],
  },
  E14: {
    behaviour: 'a sidecar that goes on is named in seconds; native sidecars may end with 137 and 143',
    proofs: [
      [
        'core/judge/admission.test.ts',
        'decides after its grace when admission added it',
        'a native sidecar that ends with 143 beside the ended tests has not crashed, however often it was restarted',
      ],
      [OUTCOME, 'does not mind how the kubelet ended sidecars'],
      ['e2e', 'a proxy that goes on after the tests', 'harmless: a native sidecar beside testcar'],
    ],
  },
  E15: {
    behaviour: 'what admission changed is told; a refusal of pods is decided in seconds',
    proofs: [
      ['core/judge/admission.test.ts', 'is told once for all pods of a party'],
      [TESTING, 'when the Job may not create its pod'],
      ['e2e', 'the quota has no room for testcar'],
    ],
  },
  E16: {
    behaviour: "waiting is on the gate's own clock; stamps of the year 1 are no times",
    proofs: [
      ['core/observation/observation.test.ts', 'reads the epoch and year 1 as never'],
      ['core/judge/memory.test.ts', 'an event is as old as its first sighting'],
    ],
  },
  E17: {
    behaviour:
      'a pod that ended and is not counted by the Job controller is decided after a minute; a stuck delete is told',
    proofs: [
      ['core/judge/edge-cases.test.ts', 'an ended pod that the Job controller does not count'],
      ['adapters/kubernetes/objects.test.ts', 'gives up after a minute and names what holds it'],
    ],
  },
  E18: {
    behaviour: 'every delete names its propagation; copies belong to the Job and go with it',
    proofs: [
      ['adapters/kubernetes/objects.test.ts', "propagationPolicy: 'Foreground'"],
      ['core/plan/service.test.ts', 'preview: the Service of the run, owned by the Job'],
    ],
  },
  E19: {
    behaviour: 'deterministic names: a lost reply is found again, an earlier or foreign Job never counts',
    proofs: [
      [
        'gate/run.test.ts',
        'deletes an object whose create was done but never answered',
        'refuses a Job of somebody else and leaves it alone',
      ],
      ['core/plan/adoption.test.ts', 'a Job of another revision', 'even if it succeeded'],
    ],
  },
  E20: {
    behaviour: 'a Job in a queue is waited for and then named; other controllers are refused',
    proofs: [
      [
        TESTING,
        'in the queue',
        'blames a queue that never let it start',
        'when the Job is suspended after its pod ran',
      ],
      [JOB, 'another controller'],
      ['core/judge/prove.test.ts', 'Job suspended'],
    ],
  },
  E21: {
    behaviour: 'a Job that finished before the watch began is seen by the list',
    proofs: [
      [LISTS, 'lists, then watches from the version of the list'],
      [TESTING, 'takes an end that came in time'],
    ],
  },
  E22: {
    behaviour: 'pods belong to a Job by the UID of their owner; own selectors are refused',
    proofs: [
      [TESTING, 'not on a pod of an earlier Job'],
      [
        JOB,
        'a manual selector',
        'its pods carry no label that a Service or the SUT selects, nor those of an earlier Job',
      ],
      [OUTCOME, 'a pod of another owner is no evidence, also when no other was seen'],
    ],
  },
  E23: {
    behaviour: 'the last lines of a failed container are in its termination message, which needs no right to read logs',
    proofs: [
      [JOB, "terminationMessagePolicy: 'FallbackToLogsOnError'"],
      ['core/courier/containers.test.ts', "terminationMessagePolicy: 'FallbackToLogsOnError'"],
    ],
  },
  E24: {
    behaviour: 'credentials are refreshed once; if that does not help, the run is inconclusive and says so',
    proofs: [
      [
        'adapters/kubernetes/connect.test.ts',
        'reads the token file again after a 401, once',
        'gives up after the second 401',
      ],
      [TESTING, 'when credentials expire'],
    ],
  },
  E25: {
    behaviour: 'tests go to the pods of one ReplicaSet; the revision must hold before, during and after them',
    proofs: [
      ['core/plan/service.test.ts', 'preview: the Service of the run, owned by the Job'],
      ['core/judge/ready.test.ts', 'is done when the roll-out is complete and every pod proves it'],
      [OUTCOME, 'a readiness that was lost and is back still spoils a pass'],
      [
        'core/judge/prove.test.ts',
        'another ReplicaSet',
        'allows pods that an autoscaler added, and a new generation of the same template',
      ],
    ],
  },
};

const TESTS = join(import.meta.dirname, '..', '..');

function sourceOf(place: string): string {
  if (place.endsWith('.ts')) return readFileSync(join(TESTS, place), 'utf8');
  const inside = readdirSync(join(TESTS, place), { recursive: true, encoding: 'utf8' });
  const files = inside.filter((name) => name.endsWith('.ts'));
  return files.map((name) => readFileSync(join(TESTS, place, name), 'utf8')).join('\n');
}

describe('edge cases of Jobs', () => {
  it('are all there', () => {
    expect(Object.keys(EDGE_CASES)).toEqual(Array.from({ length: 25 }, (_, index) => `E${index + 1}`));
  });

  it.each(Object.entries(EDGE_CASES).map(([id, { behaviour, proofs }]) => [id, behaviour, proofs] as const))(
    '%s: %s',
    (_id, _behaviour, proofs) => {
      const missing = proofs.flatMap(([place, ...titles]) => {
        const source = sourceOf(place);
        return titles.filter((title) => !source.includes(title)).map((title) => `${place}: ${title}`);
      });
      expect(missing).toEqual([]);
    },
  );
});

describe('an ended pod that the Job controller does not count', () => {
  const uncounted = { job: aJob(), testcarPods: [endedPod()] };

  function judge(nowMs: number, world: Partial<Observation>): Judgement<unknown> {
    const seen = anObservation({ ...healthySut(), ...world });
    return judgeTest({ ...contextOf(seen, { nowMs }), revision: REVISION, job: { uid: JOB_UID } });
  }

  it('is waited for a minute, and is no proof then', () => {
    expect(judge(59_999, uncounted)).toMatchObject({ kind: 'waiting', nextAtMs: 60_000 });
    expect(judge(60_000, uncounted)).toMatchObject({
      finding: {
        cause: 'EvidenceContradicts',
        evidence: { details: [{ value: 'condition Complete or Failed of job/testcar-1' }, {}, { label: 'held for' }] },
      },
    });
  });

  it('is told also of a pod that the cluster took away: only a Job with shards goes on without it', () => {
    const conditions = [aCondition('DisruptionTarget', 'True', { reason: 'EvictionByEvictionAPI' })];
    const evicted = { job: aJob(), testcarPods: [endedPod({ phase: 'Failed', conditions })] };
    expect(judge(60_000, evicted)).toMatchObject({
      finding: { cause: 'TestcarDisrupted' },
      others: expect.arrayContaining([expect.objectContaining({ cause: 'EvidenceContradicts' })]),
    });
  });

  it('does not fire while the pod runs on, nor once the Job has ended', () => {
    const going = { job: aJob(), testcarPods: [endedPod({ phase: 'Running' })] };
    expect(judge(600_000, going).kind).toBe('waiting');
    const counted = { ...uncounted, job: aJob({ conditions: [aCondition('Complete')] }) };
    expect(judge(600_000, counted).kind).toBe('done');
  });
});
