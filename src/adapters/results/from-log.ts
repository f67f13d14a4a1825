import { createHash } from 'node:crypto';
import type { ResultsProblem, ResultsRead } from '../../core/model/results.ts';
import { resultsInLog } from '../../core/results/log-blocks.ts';
import { readTap } from '../../core/results/tap.ts';
import { ResultsCollection } from './collection.ts';
import type { OpenResultsFile } from './index.ts';

/** Lines that are parsed at a time. */
const LINES = 1_000;

/** Without such a line, nobody meant it to be TAP. */
const TAP = /^\s*(?:TAP version \d|1\.\.\d|(?:not )?ok\b|Bail out!)/i;

/** Results that testcar printed into its own log: JUnit XML between markers, or TAP. */
export async function readFromLog(log: string, runId: string, open: OpenResultsFile): Promise<ResultsRead> {
  const found = resultsInLog(log, runId);
  if (found.kind === 'absent') return { ok: false, problem: { kind: 'absent' } };
  if (found.kind === 'broken') return { ok: false, problem: { kind: 'incomplete', detail: found.why } };
  const collection = new ResultsCollection(open);
  const hash = createHash('sha256');
  for (const { name, lines } of found.blocks) {
    for (const line of lines) hash.update(line).update('\n');
    // Nothing may stand before an XML declaration, and an empty line behind a marker is nobody's result.
    const first = lines.findIndex((line) => line.trim() !== '');
    const isXml = /^\ufeff?\s*</.test(lines[first] ?? '');
    if (first === -1) return { ok: false, problem: { kind: 'incomplete', detail: `results "${name}" are empty` } };
    const problem = isXml ? await addXml(collection, name, lines.slice(first)) : addTap(collection, name, lines);
    if (problem !== undefined) return { ok: false, problem };
  }
  return { ok: true, results: collection.results(hash.digest('hex'), 'log') };
}

async function addXml(
  collection: ResultsCollection,
  name: string,
  lines: readonly string[],
): Promise<ResultsProblem | undefined> {
  function* content(): Generator<Uint8Array> {
    for (let at = 0; at < lines.length; at += LINES) yield Buffer.from(`${lines.slice(at, at + LINES).join('\n')}\n`);
  }
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  return collection.add(name, bytes, content());
}

function addTap(collection: ResultsCollection, name: string, lines: readonly string[]): ResultsProblem | undefined {
  if (!lines.some((line) => TAP.test(line)))
    return { kind: 'invalid', file: name, detail: 'it is neither JUnit XML nor TAP' };
  const text = lines.join('\n');
  const tap = readTap(text);
  // A stream that is cut has no complete plan: that is the same as a delivery that is cut.
  if (!tap.ok) return { kind: 'incomplete', detail: `TAP: ${tap.detail}` };
  collection.addCases(name, Buffer.byteLength(text), tap.cases);
  return undefined;
}
