import type { Cause } from '../causes/index.ts';
import { type Ledger, completenessOf } from '../model/ledger.ts';
import { headlineOf } from './headline.ts';
import { type SafeText, safeJson } from './neutralise.ts';
import type { Redacted } from './redact.ts';
import type { Report } from './report.ts';
import { clockTime } from './time.ts';

/** What every run leaves in its report folder. */
export const FILE_NAMES = { verdict: 'verdict.json', junit: 'junit.xml', summary: 'summary.md' } as const;

/** Names are ours: no text of a run becomes part of a path. */
export type ReportFileName = (typeof FILE_NAMES)[keyof typeof FILE_NAMES];

/** Content in pieces is made while it is written: the JUnit file of a big run never is in memory as a whole. */
export type ReportFile = { name: ReportFileName; content: SafeText | Iterable<SafeText> };

/** Where the playbook describes the cause, relative to the root of the product. */
export function playbookPage(cause: Cause): string {
  return `docs/playbook/${cause}.md`;
}

/**
 * verdict.json: class, cause, exit code and headline first, then the report. Of the cases only the first that failed are
 * told: all of them are in junit.xml, and there may be hundreds of thousands.
 */
export function verdictJson(report: Redacted<Report>, exitCode: number): SafeText {
  const { verdict, results, ...rest } = report;
  const document = {
    class: verdict.class,
    cause: verdict.kind === 'failed' ? verdict.finding.cause : null,
    exitCode,
    headline: headlineOf(report),
    playbook: verdict.kind === 'failed' ? playbookPage(verdict.finding.cause) : null,
    ...sorted({ ...rest, ledgers: rest.ledgers.map(toldLedger) }, REPORT_KEYS),
    results:
      results === undefined
        ? null
        : {
            source: results.source,
            counts: results.counts,
            sha256: results.sha256,
            files: results.files,
            contradictions: results.contradictions,
            notPassed: results.failed,
          },
    // The proof's revision and results are the report's own.
    verdict:
      verdict.kind === 'failed'
        ? verdict
        : { kind: verdict.kind, class: verdict.class, proof: { jobUid: verdict.proof.jobUid } },
  };
  return safeJson(document);
}

/** A script asks for the state; the numbers are there for people. */
function toldLedger(ledger: Ledger): object {
  const { state, ...why } = completenessOf(ledger, clockTime);
  return { state, why: [], ...why, ...ledger };
}

type RestKey = Exclude<keyof Report, 'verdict' | 'results'>;

/** Fixed, so that two reports can be compared line by line. */
const REPORT_KEYS = Object.keys({
  gateVersion: 1,
  runId: 1,
  attempt: 1,
  mode: 1,
  namespace: 1,
  sut: 1,
  startedAtMs: 1,
  endedAtMs: 1,
  decidedAtMs: 1,
  promoted: 1,
  unchanged: 1,
  guardrails: 1,
  liveChanged: 1,
  revision: 1,
  control: 1,
  shards: 1,
  attachments: 1,
  admission: 1,
  settlement: 1,
  phases: 1,
  notes: 1,
  timeline: 1,
  ledgers: 1,
  logTails: 1,
  reportDir: 1,
  redacted: 1,
} satisfies Record<RestKey, 1>);

function sorted(rest: object, keys: readonly string[]): object {
  const values = new Map<string, unknown>(Object.entries(rest));
  return Object.fromEntries(keys.map((key) => [key, values.get(key) ?? null]));
}
