import type { Finding } from '../core/causes/finding.ts';
import type { Verdict } from '../core/judge/verdict.ts';
import { RUN_LABEL } from '../core/plan/naming.ts';
import type { Report } from '../core/report/report.ts';
import { Cancelled } from '../gate/cancelled.ts';
import type { GateInput } from '../gate/input.ts';
import type { AttachmentStore, Clock, Host, ResultsReader } from '../ports.ts';
import type { OpenCluster } from './cluster.ts';
import { exitCodeOfVerdict } from './exit-code.ts';
import type { FrontEndParts } from './front-end.ts';
import { recordingObjects, type LeftBehind } from './left-behind.ts';
import { INTERNAL_ERROR_EXIT_CODE, type Life } from './life.ts';
import { type About, prepareRun, type Readers } from './prepare-run.ts';
import { gateVersion } from './version.ts';
import { untilAborted } from '../gate/until-aborted.ts';

/** Everything outside that is the same for all front ends; tests hand in fakes. */
export type Outside = Readers & {
  clock: Clock;
  results: ResultsReader;
  attachments: AttachmentStore;
};

/**
 * One run of one front end, to its exit code. The only try/catch of the product around everything: whatever is thrown
 * ends as a verdict, and no way out of here but a proven pass gives 0.
 */
export async function runFrontEnd(parts: FrontEndParts, outside: Outside, life: Life): Promise<void> {
  let exitCode: number = INTERNAL_ERROR_EXIT_CODE;
  let host: Host | undefined;
  try {
    const report = await reportOf(parts, outside, life);
    const decided = exitCodeOfVerdict(report.verdict);
    // A pass that cannot be told is not shipped; any other verdict stays what it is.
    if (decided !== 0) exitCode = decided;
    host = await parts.openHost();
    await parts.beforeReport?.();
    await host.report(report);
    exitCode = decided;
  } catch (error) {
    host?.say(`The report could not be shown: ${messageOf(error)}`);
  } finally {
    life.end(exitCode);
  }
}

/** The report of one run, whatever happened to it. Shows nothing but progress. */
export async function reportOf(parts: FrontEndParts, outside: Outside, life: Life): Promise<Report> {
  const startedAtMs = outside.clock.nowMs();
  let report: Report;
  try {
    report = await gate(parts, outside, life, startedAtMs);
  } catch (error) {
    const about = { mode: '', namespace: '', sut: '', reportDir: parts.defaultReportDir };
    const { fail } = await parts.late();
    report = reportWithoutRun(fail(findingOf(error, life.signal), []), about, startedAtMs, outside.clock.nowMs());
  }
  const crash = life.crashed();
  if (crash === undefined) return report;
  const { fail } = await parts.late();
  return { ...report, verdict: fail(internalError(crash.error), []) };
}

async function gate(parts: FrontEndParts, outside: Outside, life: Life, startedAtMs: number): Promise<Report> {
  const prepared = await untilAborted(prepareRun(parts, outside, life.signal), life.signal);
  const { fail } = await parts.late();
  if (!prepared.ok) {
    return reportWithoutRun(fail(prepared.finding, []), prepared.about, startedAtMs, outside.clock.nowMs());
  }
  const { input, cluster } = prepared;
  try {
    const host = await parts.openHost();
    cluster.tellSecrets(host);
    return await recordedRun(input, cluster, host, parts, outside, life.signal);
  } finally {
    cluster.close();
  }
}

/** The run itself, with everything temporary that it makes remembered for the post step. */
async function recordedRun(
  input: GateInput,
  cluster: OpenCluster,
  host: Host,
  parts: FrontEndParts,
  outside: Outside,
  signal: AbortSignal,
): Promise<Report> {
  let left: readonly LeftBehind[] = [];
  const objects = recordingObjects(cluster.ports.objects, RUN_LABEL, (now) => {
    left = now;
    parts.remember?.(now);
  });
  const { clock, results, attachments } = outside;
  const { runGate } = await parts.late();
  const report = await runGate(input, { ...cluster.ports, objects, results, attachments, clock, host }, signal);
  // What the user asked to keep is no litter; the post step must leave it alone.
  const kept = input.options.keep === 'on-failure' && report.verdict.class !== 'CANCELLED';
  if (kept && left.length > 0) parts.remember?.([]);
  return report;
}

/** The report of a run that ended before the gate itself began. */
function reportWithoutRun(verdict: Verdict, about: About, startedAtMs: number, endedAtMs: number): Report {
  return {
    gateVersion,
    runId: '',
    ...about,
    startedAtMs,
    endedAtMs,
    verdict,
    revision: undefined,
    results: undefined,
    settlement: ['nothing was deployed'],
    notes: [],
    ledgers: [],
    logTails: [],
    phases: [{ phase: 'configure', startedAtMs, endedAtMs }],
  };
}

function findingOf(error: unknown, signal: AbortSignal): Finding {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  if (reason instanceof Cancelled) {
    return { cause: 'Cancelled', evidence: { object: 'run/not started', reason: reason.signalName } };
  }
  return internalError(error);
}

function internalError(error: unknown): Finding {
  return { cause: 'GateInternalError', evidence: { object: 'gate', message: messageOf(error) } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'an exception that is not an Error';
}
