import type { Evidence } from '../model/evidence.ts';
import type { Failed } from '../judge/verdict.ts';
import { admissionSection } from './admission-section.ts';
import { attachmentsSection } from './attachments-section.ts';
import { controlSection } from './control-section.ts';
import { guardrailSection } from './guardrail-section.ts';
import { ledgerSection } from './ledger-section.ts';
import { failedTests, testName, whatHappened } from './headline.ts';
import { playbookSection } from './playbook-section.ts';
import { FILE_NAMES } from './report-files.ts';
import type { Report } from './report.ts';
import {
  type Block,
  type KnownFact,
  MAX_VALUE_BYTES,
  type Section,
  type TestShown,
  knownFacts,
  paragraph,
} from './section.ts';
import { secretsSection } from './secrets-section.ts';
import { firstLine, oneLine, splitLines, truncate } from './text.ts';
import { clockTime, duration } from './time.ts';
import { shardSection } from './shard-section.ts';
import { timelineSection } from './timeline-section.ts';
import { failedVerdict, passedVerdict } from './verdict-section.ts';

/** Budgets: what a person reads in the log. Everything in full is in the files of the report. */
const MAX_TESTS = 20;
const MAX_TAIL_LINES = 200;
const MAX_LINE_BYTES = 4_096;
const MAX_DETAILS = 30;
const MAX_OTHERS = 20;
const MAX_SETTLED = 100;

/**
 * The report as neutral sections, in reading order. Total over every report: a part that is not known is left out,
 * never guessed. The headline (`headlineOf`) is not among them: renderers print it last, on its own.
 */
export function toSections(report: Report): readonly Section[] {
  const { verdict } = report;
  const failed = verdict.kind === 'failed' ? verdict : undefined;
  return [
    failed ? failedVerdict(failed, report) : passedVerdict(report),
    ...(failed && failed.class !== 'CANCELLED' ? [playbookSection(failed, report)] : []),
    ...(failed ? [seen(failed.finding.evidence, report.endedAtMs)] : []),
    ...tests(report),
    ...shardSection(report),
    ...attachmentsSection(report),
    ...controlSection(report),
    ...(failed ? others(failed) : []),
    ...guardrailSection(report),
    ...admissionSection(report),
    ...(failed ? timelineSection(report, failed) : []),
    ...ledgerSection(report),
    ...report.logTails.map(logTail),
    ...secretsSection(report),
    ...settlement(report),
    files(report),
  ];
}

function seen(evidence: Evidence, nowMs: number): Section {
  const { sinceMs, details = [] } = evidence;
  const shown = details.slice(0, MAX_DETAILS);
  return {
    id: 'seen',
    heading: 'What was seen',
    folded: false,
    blocks: [
      {
        kind: 'facts',
        facts: knownFacts([
          ['Object', evidence.object, true],
          ['Container', evidence.container, true],
          ['Image', evidence.image, true],
          ['Shard', evidence.shard],
          ['Node', evidence.node, true],
          ['Exit code', evidence.exitCode?.toString()],
          ['Signal', evidence.signal?.toString()],
          ['Reason', evidence.reason],
          ['Message', evidence.message],
          [
            'Since',
            sinceMs === undefined ? undefined : `${clockTime(sinceMs)}, ${duration(nowMs - sinceMs)} before the end`,
          ],
          ...shown.map(({ label, value }): KnownFact => [label, value]),
          ['Left out', details.length > shown.length ? `${details.length - shown.length} more facts` : undefined],
        ]),
      },
    ],
  };
}

function tests(report: Report): readonly Section[] {
  const counts = report.results?.counts;
  const known = failedTests(report);
  if (counts === undefined || known.length === 0) return [];
  const all = counts.failed + counts.errors;
  const shown = known.slice(0, MAX_TESTS).map((test): TestShown => ({
    outcome: test.outcome,
    name: truncate(testName(test), 512),
    message: truncate(firstLine(test.message) || firstLine(test.details), MAX_VALUE_BYTES),
  }));
  const heading = `Failed tests: ${all} of ${counts.tests}`;
  return [{ id: 'tests', heading, folded: false, blocks: [{ kind: 'tests', tests: shown, more: all - shown.length }] }];
}

function others({ others: findings }: Failed): readonly Section[] {
  if (findings.length === 0) return [];
  const items = findings.slice(0, MAX_OTHERS).map((finding) => `${finding.cause}: ${whatHappened({ finding })}`);
  if (findings.length > MAX_OTHERS) items.push(`and ${findings.length - MAX_OTHERS} more`);
  return [
    {
      id: 'others',
      heading: 'Also true at that moment',
      folded: false,
      blocks: [{ kind: 'list', ordered: false, items }],
    },
  ];
}

function logTail({ title, lines, complete }: Report['logTails'][number]): Section {
  const all = lines.flatMap(splitLines);
  const shown = all.slice(-MAX_TAIL_LINES).map((line) => truncate(line, MAX_LINE_BYTES));
  const blocks: Block[] =
    shown.length > 0 ? [{ kind: 'code', lines: shown, cut: all.length - shown.length }] : [paragraph('No lines.')];
  return {
    id: 'log',
    heading: `Log, ${truncate(oneLine(title), 300)} (${truncate(oneLine(complete), 300)})`,
    folded: true,
    blocks,
  };
}

function settlement({ settlement: lines }: Report): readonly Section[] {
  if (lines.length === 0) return [];
  const items = lines.slice(0, MAX_SETTLED).map((line) => truncate(oneLine(line), MAX_VALUE_BYTES));
  if (lines.length > MAX_SETTLED) items.push(`and ${lines.length - MAX_SETTLED} more`);
  return [
    {
      id: 'settlement',
      heading: 'What was deployed, kept and taken back',
      folded: false,
      blocks: [{ kind: 'list', ordered: false, items }],
    },
  ];
}

function files({ reportDir }: Report): Section {
  const names = Object.values(FILE_NAMES).join(', ');
  return {
    id: 'files',
    heading: 'Files of this run',
    folded: false,
    blocks: [
      {
        kind: 'facts',
        facts: knownFacts([
          ['Folder', reportDir, true],
          ['Files', names],
        ]),
      },
    ],
  };
}
