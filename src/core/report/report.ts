import type { Reading } from '../judge/guardrails.ts';
import type { Retry } from '../judge/shards.ts';
import type { Attachments } from '../model/attachments.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Results, TestCounts } from '../model/results.ts';
import type { AdmissionChange } from '../judge/admission.ts';
import type { Control } from '../judge/control.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Revision } from '../model/revision.ts';
import type { Redactions } from './redactions.ts';
import type { TimelineEntry } from './timeline-change.ts';

export const PHASES = [
  'configure',
  'preflight',
  'deploy',
  'ready',
  'test',
  'collect',
  'confirm',
  'settle',
  'report',
] as const;
export type Phase = (typeof PHASES)[number];

/** One thing worth telling about how the run went, in order of time. */
export type Note = { atMs: number; phase: Phase; text: string };

export type ShardReport = {
  index: number;
  /** Its last pod. */
  pod: string | undefined;
  /** Of its results, where they could be read. */
  counts: TestCounts | undefined;
  /** Pods before that one, which the cluster took away. */
  retries: readonly Retry[];
};

/** Everything a renderer needs; plain data, written as verdict.json as it is (strings redacted). */
export type Report = {
  gateVersion: string;
  runId: string;
  /** Which try of the pipeline this was; a person counts them from 1. */
  attempt?: string;
  mode: string;
  namespace: string;
  sut: string;
  startedAtMs: number;
  endedAtMs: number;
  verdict: Verdict;
  revision: Revision | undefined;
  results: Results | undefined;
  /** Where the tests were split: how each shard ended, and what the cluster did to it before. */
  shards?: readonly ShardReport[];
  /** What testcar left for people, where it was asked for. */
  attachments?: Attachments;
  /** What the control run said about failed tests, where one was asked for. */
  control?: Control;
  /** How pods differ from their manifests: containers that were added, images that were rewritten. */
  admission?: readonly AdmissionChange[];
  /** PASSED only: whether the real manifests were rolled out; undefined where the mode has nothing to promote. */
  promoted?: boolean;
  /** What the guardrails read at the end of tests that passed. */
  guardrails?: readonly Reading[];
  /** The manifests changed nothing: what was tested is not new. */
  unchanged?: boolean;
  /** Whether the gate began to change live objects. */
  liveChanged?: boolean;
  /** What was deployed, kept, deleted, promoted, rolled back. */
  settlement: readonly string[];
  notes: readonly Note[];
  /** What happened in the cluster while the gate watched, in order of time. */
  timeline?: readonly TimelineEntry[];
  /** When the gate decided to close. */
  decidedAtMs?: number;
  /** How complete the logs are that were followed, one for each instance of a container. */
  ledgers: readonly Ledger[];
  /** Last lines of the containers that matter, for the diagnostics. */
  logTails: readonly { title: string; lines: readonly string[]; complete: string }[];
  phases: readonly { phase: Phase; startedAtMs: number; endedAtMs: number }[];
  reportDir: string;
  /** How many different secrets of each kind were replaced in the texts of the run. */
  redacted?: Redactions;
};
