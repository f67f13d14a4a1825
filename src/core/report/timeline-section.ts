import type { Failed } from '../judge/verdict.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Report } from './report.ts';
import { MAX_VALUE_BYTES, type Section, paragraph } from './section.ts';
import { oneLine, truncate } from './text.ts';
import { clockTime, duration } from './time.ts';
import type { TimelineEntry } from './timeline-change.ts';

/** How it began and how it ended; verdict.json has the rest. */
const FIRST_ROWS = 20;
const LAST_ROWS = 40;
const DECIDED = '>>';

/** `rank` orders what happened in the same millisecond: seen, said, decided, cleaned up. */
type Row = { atMs: number; rank: number; who: string; what: string; entry?: TimelineEntry };

/** What the cluster did and what the gate said, in order of time, with the moment that decided. */
export function timelineSection(report: Report, failed: Failed): readonly Section[] {
  const rows = rowsOf(report, failed);
  if (rows.length === 0) return [];
  const decisive = decisiveRow(rows, failed.finding.evidence, report.decidedAtMs ?? Infinity);
  const spent = phasesInWords(report);
  return [
    {
      id: 'timeline',
      heading: `How the run went${decisive === -1 ? '' : ` (${DECIDED} marks what decided)`}`,
      folded: true,
      blocks: [
        { kind: 'table', columns: ['', 'Time', 'Who', 'What'], rows: shownRows(rows, decisive) },
        ...(spent === '' ? [] : [paragraph(`Phases: ${spent}.`)]),
      ],
    },
  ];
}

/** A phase that was entered twice, as `settle` is to promote and to clean up, once and with all of its time. */
export function phasesInWords({ phases }: Report): string {
  const spentMs = new Map<string, number>();
  for (const { phase, startedAtMs, endedAtMs } of phases)
    spentMs.set(phase, (spentMs.get(phase) ?? 0) + endedAtMs - startedAtMs);
  return [...spentMs].map(([phase, ms]) => `${phase} ${duration(ms)}`).join(', ');
}

function rowsOf(
  { notes, timeline = [], decidedAtMs }: Report,
  { class: verdictClass, finding }: Failed,
): readonly Row[] {
  const rows: Row[] = timeline.map((entry) => ({
    atMs: entry.atMs,
    rank: 0,
    who: entry.about,
    what: `${entry.object}: ${entry.container === undefined ? '' : `container ${entry.container} `}${entry.text}`,
    entry,
  }));
  for (const { atMs, phase, text } of notes) {
    rows.push({ atMs, rank: phase === 'settle' || phase === 'report' ? 3 : 1, who: 'gate', what: text });
  }
  if (decidedAtMs !== undefined && rows.length > 0) {
    rows.push({ atMs: decidedAtMs, rank: 2, who: 'gate', what: `closes: ${verdictClass} ${finding.cause}` });
  }
  return rows.sort((a, b) => a.atMs - b.atMs || a.rank - b.rank);
}

/**
 * The last change of the object of the finding before the decision, best one that names the finding's reason; where
 * nothing but routine was seen of it, the decision itself. -1 when that is not known either.
 */
function decisiveRow(rows: readonly Row[], evidence: Evidence, decidedAtMs: number): number {
  const { object, container, reason = '' } = evidence;
  const of = (row: Row): boolean =>
    row.atMs <= decidedAtMs && row.entry?.object === object && row.entry.routine !== true;
  const inContainer = (row: Row): boolean => container !== undefined && of(row) && row.entry?.container === container;
  const named = (row: Row): boolean => of(row) && reason !== '' && row.what.includes(reason);
  for (const fits of [named, inContainer, of]) {
    const found = rows.findLastIndex(fits);
    if (found !== -1) return found;
  }
  return rows.findIndex(({ rank }) => rank === 2);
}

function shownRows(rows: readonly Row[], decisive: number): readonly (readonly string[])[] {
  const shown: string[][] = [];
  let left = 0;
  const tellLeft = (): void => {
    if (left > 0) shown.push(['', '', '', `(${left} left out; all are in verdict.json)`]);
    left = 0;
  };
  rows.forEach(({ atMs, who, what }, i) => {
    if (i >= FIRST_ROWS && i < rows.length - LAST_ROWS && i !== decisive) {
      left += 1;
      return;
    }
    tellLeft();
    shown.push([i === decisive ? DECIDED : '', clockTime(atMs), who, truncate(oneLine(what), MAX_VALUE_BYTES)]);
  });
  return shown;
}
