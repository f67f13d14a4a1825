import type { Cause } from '../../src/core/causes/index.ts';
import type { SutChanges, TestcarChanges } from './example-manifests.ts';
import type { Inputs } from './front-ends.ts';
import type { GateRun, RunningGate } from './gate-process.ts';
import type { Truth } from './truth.ts';
import type { Expected, RunOptions, World } from './world.ts';

/** One row of the fault matrix: a real fault, and what the gate must make of it. */
export type Scenario = {
  /** Ends the sentence that the title of the list begins; also the name of the test. */
  name: string;
  /** One line for the table: what is really done, and to what. */
  fault: string;
  /** A live revision serves meanwhile, and must be exactly as before afterwards. */
  live?: boolean;
  /** It makes users, or reads keys of the cluster: not possible on a cluster of somebody else. */
  onlyOnOwnCluster?: boolean;
  /** Changes of the example's manifests; `'none'` gives no such manifest to the gate. */
  sut?: ((world: World) => Partial<SutChanges>) | 'none';
  testcar?: ((world: World) => Partial<TestcarChanges>) | 'none';
  /** Options of the gate, beside the manifests. */
  inputs?: Inputs;
  /** What must be in the namespace or around the gate before it starts. What it returns wins over the fields above. */
  prepare?: (world: World) => Promise<Prepared | void>;
  /** What happens while the gate runs. */
  during?: During;
  /** `'killed'`: the process was ended by SIGKILL, so that it could say nothing more. */
  expected: Expected | 'killed';
  /** A second cause of the same class that is as right, where the order of the cluster's own steps is a matter of luck. */
  orCause?: Cause;
  /**
   * When the truth could be known, seen by the test's own watch and not by the gate: objects of the namespace (all of
   * these truths together), `'start'` when it was there before the process was, or `'act'` when it is in no object:
   * `during` then tells the moment.
   */
  observable?: Truth | readonly Truth[] | 'start' | 'act';
  /** How long the truth must hold before the gate may decide; the cause's own grace unless an option is what decides. */
  graceMs?: number;
  /** The exit must not be later than this after truth and grace, where somebody counts on less than the usual limit. */
  limitMs?: number;
  /** What the log must contain for a tired person: the object, the reason, the first step. */
  names: readonly (string | RegExp)[];
  /** What is left in the namespace beside the live revision, as `Kind/name`; `'unknown'` where nobody could clean up. */
  left?: readonly string[] | 'unknown';
  /** Whatever else must be true of the run. */
  also?: (run: GateRun, world: World) => Promise<void>;
};

export type Prepared = { inputs?: Inputs; options?: RunOptions; during?: During };

export type During = (act: Act) => Promise<void>;

export type Act = {
  gate: RunningGate;
  world: World;
  /** From now on the truth can be known; for faults that no object of the cluster shows. */
  happened(): void;
};

export type Scenarios = {
  /** Begins the sentence that each name ends. */
  title: string;
  scenarios: readonly Scenario[];
};

/** A line of testcar's log in each of its modes; `during` waits for it. */
export const HANGS = /waits for something that never comes/;
export const TESTS_RUN = /tests http/;

/* Exit codes are written out: a table of the product here would hide a change of it. */
export const PASSED: Expected = { exitCode: 0, class: 'PASSED' };
export const testFailed = (cause: Cause): Expected => ({ exitCode: 1, class: 'TEST_FAILED', cause });
export const sutNotReady = (cause: Cause): Expected => ({ exitCode: 2, class: 'SUT_NOT_READY', cause });
export const testcarError = (cause: Cause): Expected => ({ exitCode: 3, class: 'TESTCAR_ERROR', cause });
export const clusterError = (cause: Cause): Expected => ({ exitCode: 4, class: 'CLUSTER_ERROR', cause });
export const inconclusive = (cause: Cause): Expected => ({ exitCode: 5, class: 'INCONCLUSIVE', cause });
export const configError = (cause: Cause): Expected => ({ exitCode: 64, class: 'CONFIG_ERROR', cause });
export const cancelled = (exitCode: 130 | 143): Expected => ({ exitCode, class: 'CANCELLED', cause: 'Cancelled' });
