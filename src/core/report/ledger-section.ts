import { type Completeness, type Ledger, completenessOf } from '../model/ledger.ts';
import { byteSize, thousands } from './amounts.ts';
import { adviceOn } from './ledger-advice.ts';
import type { Report } from './report.ts';
import { MAX_VALUE_BYTES, type Section, paragraph } from './section.ts';
import { oneLine, truncate } from './text.ts';
import { clockTime } from './time.ts';

const MAX_CONTAINERS = 10;
const MAX_REASONS = 5;
const MAX_NAME_BYTES = 300;

type Incomplete = { ledger: Ledger; known: Exclude<Completeness, { state: 'complete' }> };

/** Whether the logs of the run are all there. One line when they are: nothing is to be read then. */
export function ledgerSection(report: Report): readonly Section[] {
  const { ledgers } = report;
  if (ledgers.length === 0) return [];
  const bad = incomplete(ledgers);
  if (bad.length === 0) {
    return [{ id: 'logs', heading: `Logs: complete (${sizeOf(ledgers)})`, folded: false, blocks: [] }];
  }
  const items = bad.slice(0, MAX_CONTAINERS).map((one) => truncate(oneLine(inWords(one)), MAX_VALUE_BYTES));
  if (bad.length > MAX_CONTAINERS) items.push(`and ${bad.length - MAX_CONTAINERS} more; all are in verdict.json`);
  const complete = ledgers.filter((ledger) => bad.every((one) => one.ledger !== ledger));
  if (complete.length > 0) items.push(`complete: ${sizeOf(complete)}`);
  const advice = adviceOn(
    bad.map(({ ledger }) => ledger),
    ledgers,
    report,
  );
  return [
    {
      id: 'logs',
      heading: `Logs: ${bad.length} of ${ledgers.length} not complete`,
      folded: false,
      blocks: [
        { kind: 'list', ordered: false, items },
        { kind: 'list', title: 'What to do', ordered: true, items: advice },
        ...(report.results?.source === 'log' ? [] : [paragraph('The verdict does not rest on these lines.')]),
      ],
    },
  ];
}

/** Lost ones first. */
function incomplete(ledgers: readonly Ledger[]): readonly Incomplete[] {
  const all = ledgers.flatMap((ledger): readonly Incomplete[] => {
    const known = completenessOf(ledger, clockTime);
    return known.state === 'complete' ? [] : [{ ledger, known }];
  });
  return [...all.filter(({ known }) => known.state === 'lost'), ...all.filter(({ known }) => known.state !== 'lost')];
}

function inWords({ ledger, known: { state, why } }: Incomplete): string {
  const { pod, container, restart } = ledger;
  const which = `container ${short(container)}, pod ${short(pod)}${restart === 0 ? '' : `, restart ${restart}`}`;
  // Reasons may quote what a server said, at any length, so they come last.
  return `${which}: ${state}; ${readOf(ledger)}; ${fewOf(why).join('; ')}`;
}

function readOf({ lines, bytes, firstMs, lastMs, reopens, end }: Ledger): string {
  if (lines === 0) return 'nothing of it was read';
  const counted = `${thousands(lines)} ${lines === 1 ? 'line' : 'lines'}, ${byteSize(bytes)}`;
  const from =
    firstMs === undefined || lastMs === undefined ? '' : ` from ${clockTime(firstMs)} to ${clockTime(lastMs)}`;
  const again = reopens === 0 ? '' : `, the stream was opened again ${reopens === 1 ? 'once' : `${reopens} times`}`;
  const rest =
    end.kind === 'read-to-end' || lastMs === undefined ? '' : `; what came after ${clockTime(lastMs)} is missing`;
  return `read ${counted}${from}${again}${rest}`;
}

/** The first ones, and the last, which says how it ended. */
function fewOf(why: readonly string[]): readonly string[] {
  if (why.length <= MAX_REASONS) return why;
  const left = why.length - MAX_REASONS + 1;
  return [...why.slice(0, MAX_REASONS - 2), `${left} more reasons, in verdict.json`, ...why.slice(-1)];
}

function sizeOf(ledgers: readonly Ledger[]): string {
  const containers = new Set(ledgers.map(({ pod, container }) => JSON.stringify([pod, container]))).size;
  const restarts = ledgers.length - containers;
  const lines = ledgers.reduce((sum, ledger) => sum + ledger.lines, 0);
  return [
    `${containers} ${containers === 1 ? 'container' : 'containers'}`,
    ...(restarts === 0 ? [] : [`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`]),
    `${thousands(lines)} ${lines === 1 ? 'line' : 'lines'}`,
  ].join(', ');
}

function short(name: string): string {
  return truncate(oneLine(name), MAX_NAME_BYTES);
}
