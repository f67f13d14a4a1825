import type { Verdict } from '../judge/verdict.ts';
import { type Issue, headlineOf, issuesOf } from './headline.ts';
import { located } from './located.ts';
import type { SafeText } from './neutralise.ts';
import type { Redacted, Redactor } from './redact.ts';
import { renderMarkdown } from './render-markdown.ts';
import type { Report } from './report.ts';
import { FILE_NAMES, type ReportFile, verdictJson } from './report-files.ts';
import type { Section } from './section.ts';
import { toSections } from './sections.ts';

export type PrepareParts = {
  redactor: Redactor;
  writeJUnit(report: Redacted<Report>): Iterable<SafeText>;
  exitCodeOf(verdict: Verdict): number;
};

/** Everything that a host shows or stores at the end, free of secrets, nothing neutralised yet. */
export type Prepared = {
  report: Report;
  sections: readonly Section[];
  headline: string;
  issues: readonly Issue[];
  summary: SafeText;
  files: readonly ReportFile[];
  /** What could not be made; grows while `files` are stored. It never changes the verdict; hosts show it as warnings. */
  trouble: readonly string[];
};

export function prepare(original: Report, { redactor, writeJUnit, exitCodeOf }: PrepareParts): Prepared {
  const clean = redactor.data(original);
  // Test cases that are kept packed are redacted when they are read, so what is in them is counted only then.
  for (const one of Array.isArray(original.results?.cases) ? [] : (clean.results?.cases ?? [])) void one;
  const report = { ...clean, verdict: located(clean.verdict, clean.namespace), redacted: redactor.counts() };
  const sections = toSections(report);
  const headline = headlineOf(report);
  const summary = renderMarkdown(sections, headline);
  const files: ReportFile[] = [
    { name: FILE_NAMES.verdict, content: verdictJson(report, exitCodeOf(original.verdict)) },
    { name: FILE_NAMES.summary, content: summary },
  ];
  const trouble: string[] = [];
  const told = (error: unknown): void => {
    trouble.push(`${FILE_NAMES.junit} could not be made: ${reasonOf(error)}`);
  };
  try {
    files.push({ name: FILE_NAMES.junit, content: untilBroken(writeJUnit(report), told) });
  } catch (error) {
    told(error);
  }
  return { report, sections, headline, issues: issuesOf(report), summary, files, trouble };
}

/** A file that breaks off is no XML: no reader of test results takes it for the whole. */
function* untilBroken(pieces: Iterable<SafeText>, told: (error: unknown) => void): Generator<SafeText, void> {
  try {
    yield* pieces;
  } catch (error) {
    told(error);
  }
}

/** The message of whatever was thrown; never its stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
