import { cutTo } from '../report/cut.ts';

/** What testcar prints around its results; both lines go on with `$TESTCAR_RUN_ID`, the first may go on with a name. */
export const RESULTS_BEGIN = 'TESTCAR_RESULTS_BEGIN';
export const RESULTS_END = 'TESTCAR_RESULTS_END';

export type LogBlock = { name: string; lines: readonly string[] };
export type LogBlocks =
  { kind: 'blocks'; blocks: readonly LogBlock[] } | { kind: 'absent' } | { kind: 'broken'; why: string };

const TAP_VERSION = /^TAP version 1[34]\s*$/;
/** What says how a test ended, or how many there are; the rest of its line may say more, as `# SKIP` does. */
const TAP_RESULT = /^\s*(?:(?:not )?ok\b|1\.\.\d)/;
const BEGIN = /^TESTCAR_RESULTS_BEGIN(?: (\S+))?(?: (\S.*))?\s*$/;

/**
 * Finds the results in testcar's own log: blocks between markers of this run, or, where there is no marker at all, a TAP
 * stream from its version line to the end of the log. Several blocks are several files, each with a name of its own.
 * Anything that a test printed itself can look like this, so the gate calls it a weaker proof than the courier's.
 */
export function resultsInLog(log: string, runId: string): LogBlocks {
  const blocks: LogBlock[] = [];
  let open: { name: string; lines: string[] } | undefined;
  let foreign = false;
  let hidden = false;
  const all = log.split(/\r?\n/);
  for (const line of all) {
    const begin = BEGIN.exec(line);
    if (begin) {
      const [, id = '', name = 'log'] = begin;
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
  if (foreign) return broken('all results are of another run: the marker needs $TESTCAR_RUN_ID');
  const start = all.findIndex((line) => TAP_VERSION.test(line));
  if (start === -1) return { kind: 'absent' };
  // A log whose last line has no end was cut there.
  if (TAP_RESULT.test(all.at(-1) ?? '')) return broken('the log ends within a line of its TAP');
  return { kind: 'blocks', blocks: [{ name: 'TAP', lines: all.slice(start) }] };
}

function broken(why: string): LogBlocks {
  return { kind: 'broken', why };
}
