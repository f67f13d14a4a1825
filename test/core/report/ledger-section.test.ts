import { describe, expect, it, test } from 'vitest';
import { LOG_ENDS, LOG_GAP_CAUSES, type Ledger } from '../../../src/core/model/ledger.ts';
import { adviceOn } from '../../../src/core/report/ledger-advice.ts';
import { ledgerSection } from '../../../src/core/report/ledger-section.ts';
import { renderText } from '../../../src/core/report/render-text.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { aLedger } from '../../fakes/ledgers.ts';
import { failedReport, results } from './fixtures/reports.ts';

const RUN = failedReport('TestcarNoTests');
const nothing = { lines: 0, bytes: 0, firstMs: undefined, lastMs: undefined };

function shown(ledgers: readonly Ledger[], own: Partial<Report> = {}): readonly string[] {
  return renderText(ledgerSection({ ...RUN, ledgers, ...own })).map((event) => ('text' in event ? event.text : ''));
}

it('is not there where no log was followed', () => {
  expect(ledgerSection({ ...RUN, ledgers: [] })).toEqual([]);
});

it('is one line when everything is complete', () => {
  expect(shown([aLedger()])).toEqual(['Logs: complete (1 container, 12 lines)', '']);
  const many = [aLedger({ lines: 1 }), aLedger({ restart: 1 }), aLedger({ pod: 'b', lines: 12_332 })];
  expect(shown(many)).toEqual(['Logs: complete (2 containers, 1 restart, 12,345 lines)', '']);
  expect(shown([aLedger({ ...nothing, end: { kind: 'never-started' } })])[0]).toBe(
    'Logs: complete (1 container, 0 lines)',
  );
});

it('tells what is missing, since when, why and what to do; what is lost comes first', () => {
  const [heading, ...lines] = shown([
    aLedger({ pod: 'a', reopens: 2, end: { kind: 'drain-over' } }),
    aLedger({ pod: 'b' }),
    aLedger({ ...nothing, pod: 'c', restart: 1, end: { kind: 'refused', detail: 'pods "c" is\nforbidden' } }),
  ]);
  expect(heading).toBe('Logs: 2 of 3 not complete');
  expect(lines).toEqual([
    '  - container testcar, pod c, restart 1: lost; nothing of it was read; reading it was refused (pods "c" is forbidden)',
    '  - container testcar, pod a: truncated; read 12 lines, 480 bytes from 00:00:01Z to 00:01:01Z, the stream was opened again 2 times; what came after 00:01:01Z is missing; the time to read the rest was over',
    '  - complete: 1 container, 12 lines',
    '  What to do:',
    "    1. Give the gate's account the verb get on pods/log: kubectl auth can-i get pods --subresource=log -n shop.",
    '    2. The end of the log came too slowly: look whether the console or the node is overloaded. While its pod is there: kubectl logs pod/a -n shop -c testcar.',
    '  The verdict does not rest on these lines.',
    '',
  ]);
});

it('does not say that the verdict rests on something else where the results are in the log', () => {
  const ledgers = [aLedger({ end: { kind: 'stopped' } })];
  expect(shown(ledgers).join()).toContain('does not rest');
  expect(shown(ledgers, { results: { ...results(0), source: 'log' } }).join()).not.toContain('does not rest');
});

it('stays short, whatever there is to tell', () => {
  const gaps = Array.from({ length: 20 }, (_, i) => ({
    fromMs: i * 1_000,
    toMs: undefined,
    cause: 'rotated' as const,
  }));
  const detail = 'x'.repeat(100_000);
  const one = aLedger({ container: 'c'.repeat(5_000), gaps, moreGaps: 9, end: { kind: 'unreachable', detail } });
  const [section] = ledgerSection({ ...RUN, ledgers: Array.from({ length: 40 }, () => one) });
  const [list] = section?.blocks ?? [];
  const items = list?.kind === 'list' ? list.items : [];
  expect(items).toHaveLength(11);
  expect(items[10]).toBe('and 30 more; all are in verdict.json');
  for (const item of items) expect(item.length).toBeLessThanOrEqual(2_048);
  expect(items[0]).toMatch(/after 00:00:02Z may be missing: [^;]+; 18 more reasons, in verdict.json; it could not be/);
});

describe('advice', () => {
  const every = [
    ...LOG_ENDS.map((kind) => aLedger({ end: { kind } })),
    ...LOG_GAP_CAUSES.map((cause) => aLedger({ gaps: [{ fromMs: 1, toMs: 2, cause }] })),
    aLedger({ cutLines: 1 }),
    aLedger({ undated: { count: 1, first: 'x' } }),
  ];
  test('each reason has its own, once, and none is needed for what is complete', () => {
    const advice = adviceOn([...every, ...every], every, RUN);
    expect(advice).toHaveLength(LOG_ENDS.length - 2 + LOG_GAP_CAUSES.length + 2);
    expect(new Set(advice).size).toBe(advice.length);
    for (const one of advice) expect(one).toMatch(/^[A-Z].{30,400}\.$/);
    expect(adviceOn([aLedger(), aLedger({ end: { kind: 'never-started' } })], every, RUN)).toEqual([]);
  });
  test('an instance before the current one is read with --previous', () => {
    const end = { kind: 'stopped' } as const;
    const [first, second] = [aLedger({ end }), aLedger({ end, restart: 1 })];
    expect(adviceOn([first], [first, second], RUN)[0]).toContain('-c testcar --previous.');
    expect(adviceOn([second], [first, second], RUN)[0]).toContain('-c testcar.');
  });
  test('names that a shell would run are not put into a command', () => {
    const hostile = every.map((ledger) => ({ ...ledger, pod: '$(reboot)', container: '`reboot`' }));
    const advice = adviceOn(hostile, hostile, { ...RUN, namespace: ';reboot' }).join('\n');
    expect(advice).not.toContain('reboot');
    expect(advice).toContain('kubectl logs pod/POD -n NAMESPACE -c CONTAINER');
  });
});
