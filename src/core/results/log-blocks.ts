import { cutTo } from '../report/cut.ts';

/** What testcar prints around its results; both lines go on with `$TESTCAR_RUN_ID`, the first may go on with a name. */
export const RESULTS_BEGIN = 'TESTCAR_RESULTS_BEGIN';
export const RESULTS_END = 'TESTCAR_RESULTS_END';
/** What it prints behind the last of several, with `$TESTCAR_RUN_ID` and how many there were. */
export const RESULTS_COUNT = 'TESTCAR_RESULTS_COUNT';
const SAY_COUNT = `print ${RESULTS_COUNT} $TESTCAR_RUN_ID and their number behind the last of them`;
/** Of the only block; a second one without a name came twice. */
const UNNAMED = 'log';

export type LogBlock = { name: string; lines: readonly string[] };
export type LogBlocks =
  { kind: 'blocks'; blocks: readonly LogBlock[] } | { kind: 'absent' } | { kind: 'broken'; why: string };

const TAP_VERSION = /^TAP version 1[34]\s*$/;
/** What says how a test ended, or how many there are; the rest of its line may say more, as `# SKIP` does. */
const TAP_RESULT = /^\s*(?:(?:not )?ok\b|1\.\.\d)/;
const COUNT = /^\S+\s+\S+\s+([1-9]\d{0,5})\s*$/;
const BEGIN = /^TESTCAR_RESULTS_BEGIN(?: (\S+))?(?: (\S.*))?\s*$/;

/**
 * Finds the results in testcar's own log: blocks between markers of this run, or, where there is no marker at all, a TAP
 * stream. Anything that a test printed itself can look like this, so the gate calls it a weaker proof than the courier's.
 * What the node no longer has of a log can be whole blocks, and what is left looks complete. So whoever prints several says
 * how many; a single one cannot be lost but by its marker.
 */
export function resultsInLog(log: string, runId: string): LogBlocks {
  const lines = log.split(/\r?\n/);
  const found = betweenMarkers(lines, runId);
  if (found.kind === 'broken') return found;
  const said = countIn(lines, runId);
  if (said !== undefined && 'why' in said) return broken(said.why);
  const blocks = found.kind === 'blocks' ? found.blocks : [];
  const named = blocks.find(({ name }) => name !== UNNAMED);
  if (said === undefined && named !== undefined)
    return broken(`results "${named.name}" have a name, so there can be others: ${SAY_COUNT}`);
  if (said !== undefined && said.count !== `${blocks.length}`)
    return broken(
      `the log says that it holds ${said.count} results, and ${blocks.length} came: the rest was cut off or never printed`,
    );
  return found.kind === 'blocks' ? found : tapIn(lines);
}

/** How many results there should be, in digits, or why that is not said although it was meant to be. */
function countIn(lines: readonly string[], runId: string): { count: string } | { why: string } | undefined {
  const isOurs = (line: string, marker: string): boolean => {
    const [first, id] = line.split(/\s+/, 2);
    return first === marker && id === runId;
  };
  const at = lines.findIndex((line) => isOurs(line, RESULTS_COUNT));
  if (at === -1) {
    const isHidden = lines.some((line) => line.includes(`${RESULTS_COUNT} ${runId} `));
    return isHidden
      ? { why: `other output stands before ${RESULTS_COUNT} in its line: print a line break before it` }
      : undefined;
  }
  const later = lines.slice(at + 1);
  if (later.some((line) => isOurs(line, RESULTS_COUNT))) return { why: `${RESULTS_COUNT} came twice` };
  if (later.some((line) => isOurs(line, RESULTS_BEGIN)))
    return { why: `results begin behind ${RESULTS_COUNT}: print it behind the last of them` };
  const count = COUNT.exec(lines[at] ?? '')?.[1];
  return count === undefined
    ? { why: `${RESULTS_COUNT} needs the number of results behind $TESTCAR_RUN_ID` }
    : { count };
}

/** Several blocks are several files, each with a name of its own. */
function betweenMarkers(all: readonly string[], runId: string): LogBlocks {
  const blocks: LogBlock[] = [];
  let open: { name: string; lines: string[] } | undefined;
  let foreign = false;
  let hidden = false;
  for (const line of all) {
    const begin = BEGIN.exec(line);
    if (begin) {
      const [, id = '', name = UNNAMED] = begin;
      if (id !== runId) {
        foreign = true;
        continue;
      }
      if (open) return broken(`results "${name}" begin before "${open.name}" have ended`);
      if (blocks.some((block) => block.name === name)) return broken(`results "${name}" came twice`);
      open = { name: cutTo(name, 200), lines: [] };
      continue;
    }
    hidden ||= line.includes(`${RESULTS_BEGIN} ${runId}`);
    const end = line.indexOf(`${RESULTS_END} ${runId}`);
    if (end === -1 || line.slice(end).trim() !== `${RESULTS_END} ${runId}`) {
      open?.lines.push(line);
      continue;
    }
    if (!open)
      return broken(
        hidden
          ? `other output stands before ${RESULTS_BEGIN} in its line: print a line break before it`
          : 'results end that have not begun: the log may have been cut',
      );
    // A file without a line break at its end runs into the marker.
    if (end > 0) open.lines.push(line.slice(0, end));
    blocks.push(open);
    open = undefined;
  }
  if (open) return broken(`results "${open.name}" have no end`);
  if (blocks.length > 0) return { kind: 'blocks', blocks };
  return foreign ? broken('all results are of another run: the marker needs $TESTCAR_RUN_ID') : { kind: 'absent' };
}

/** From its version line to the end of the log. */
function tapIn(all: readonly string[]): LogBlocks {
  const start = all.findIndex((line) => TAP_VERSION.test(line));
  if (start === -1) return { kind: 'absent' };
  // A log whose last line has no end was cut there.
  if (TAP_RESULT.test(all.at(-1) ?? '')) return broken('the log ends within a line of its TAP');
  return { kind: 'blocks', blocks: [{ name: 'TAP', lines: all.slice(start) }] };
}

function broken(why: string): LogBlocks {
  return { kind: 'broken', why };
}
