import type { Connection } from '../adapters/kubernetes/index.ts';
import { fail } from '../core/judge/prove.ts';
import type { Finding } from '../core/model/verdict.ts';
import { RUN_LABEL } from '../core/plan/naming.ts';
import { exitCodeOfVerdict } from './exit-code.ts';
import type { Report } from '../core/report/report.ts';
import { Cancelled, type GateInput } from '../gate/run.ts';
import type { Clock, Ports } from '../ports.ts';
import type { FrontEndParts } from './front-end.ts';
import { recordingObjects, type LeftBehind } from './left-behind.ts';
import { INTERNAL_ERROR_EXIT_CODE, type Life } from './life.ts';
import { type About, prepareRun, type Readers } from './prepare-run.ts';
import { gateVersion } from './version.ts';

/** Everything outside that is the same for all front ends; tests hand in fakes. */
export type Outside = Readers & {
  clock: Clock;
  ports(connection: Connection): Omit<Ports, 'clock' | 'host'>;
  runGate(input: GateInput, ports: Ports, signal: AbortSignal): Promise<Report>;
};

/**
 * One run of one front end, to its exit code. The only try/catch of the product around everything: whatever is thrown
 * ends as a verdict, and no way out of here but a proven pass gives 0.
 */
export async function runFrontEnd(parts: FrontEndParts, outside: Outside, life: Life): Promise<void> {
  const startedAtMs = outside.clock.nowMs();
  let report: Report;
  try {
    report = await gate(parts, outside, life, startedAtMs);
  } catch (error) {
    const about = { mode: '', namespace: '', sut: '', reportDir: parts.defaultReportDir };
    report = emptyReport(findingOf(error, life.signal), about, startedAtMs, outside.clock.nowMs());
  }
  const crash = life.crashed();
  if (crash !== undefined) report = { ...report, verdict: fail(internalError(crash.error), []) };
  let exitCode: number = INTERNAL_ERROR_EXIT_CODE;
  try {
    await parts.beforeReport?.();
    await parts.host.report(report);
    exitCode = exitCodeOfVerdict(report.verdict);
  } catch (error) {
    // The report could not be told. What is known stays, but a pass that nobody can read is not shipped.
    const told = exitCodeOfVerdict(report.verdict);
    exitCode = told === 0 ? INTERNAL_ERROR_EXIT_CODE : told;
    parts.host.say(`The report could not be shown: ${messageOf(error)}`);
  } finally {
    life.end(exitCode);
  }
}

async function gate(parts: FrontEndParts, outside: Outside, life: Life, startedAtMs: number): Promise<Report> {
  const prepared = await untilAborted(prepareRun(parts, outside, life.signal), life.signal);
  if (!prepared.ok) return emptyReport(prepared.finding, prepared.about, startedAtMs, outside.clock.nowMs());
  const { input, connection } = prepared;
  try {
    const left: { now: readonly LeftBehind[] } = { now: [] };
    const ports: Ports = { ...outside.ports(connection), clock: outside.clock, host: parts.host };
    const remember = (now: readonly LeftBehind[]): void => {
      left.now = now;
      parts.remember?.(now);
    };
    const objects = recordingObjects(ports.objects, RUN_LABEL, remember);
    const report = await outside.runGate(input, { ...ports, objects }, life.signal);
    // What the user asked to keep is no litter; the post step must leave it alone.
    const kept = input.options.keep === 'on-failure' && report.verdict.class !== 'CANCELLED';
    if (kept && left.now.length > 0) parts.remember?.([]);
    return report;
  } finally {
    connection.close();
  }
}

/** The report of a run that ended before the gate itself began. */
function emptyReport(finding: Finding, about: About, startedAtMs: number, endedAtMs: number): Report {
  return {
    gateVersion,
    runId: '',
    ...about,
    startedAtMs,
    endedAtMs,
    verdict: fail(finding, []),
    revision: undefined,
    results: undefined,
    settlement: ['nothing was deployed'],
    notes: [],
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

/** The value of `work`, or the reason of the signal as soon as it aborts: a slow credential plugin must not hold it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  // Whichever loses the race may still reject; that is no crash.
  work.catch(() => undefined);
  aborted.catch(() => undefined);
  return Promise.race([work, aborted]);
}
