import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/core/model/evidence.ts';
import type { Report } from '../../../src/core/report/report.ts';
import type { TimelineEntry } from '../../../src/core/report/timeline-change.ts';
import { phasesInWords, timelineSection } from '../../../src/core/report/timeline-section.ts';
import { failedReport, passedReport } from './fixtures/reports.ts';

const POD = 'pod/web-1';
const POD_EXISTS: TimelineEntry = {
  atMs: 1_000,
  about: 'sut',
  object: POD,
  text: 'exists, on node node-1',
  routine: true,
};
const OOM: TimelineEntry = {
  atMs: 5_000,
  about: 'sut',
  object: POD,
  container: 'web',
  text: 'OOMKilled (exit 137), restart 1',
};
const ERROR: TimelineEntry = {
  atMs: 6_000,
  about: 'sut',
  object: POD,
  container: 'web',
  text: 'Error (exit 1), restart 2',
};
const SIDECAR: TimelineEntry = { atMs: 7_000, about: 'sut', object: POD, container: 'proxy', text: 'Error (exit 1)' };
const GONE: TimelineEntry = { atMs: 30_000, about: 'sut', object: POD, text: 'is gone' };

/** The rows as lines; `undefined` when there is no section. */
function shown(over: Partial<Report>, evidence: Evidence = { object: POD }): readonly string[] | undefined {
  const report: Report = {
    ...failedReport('SutOomKilled', evidence),
    notes: [],
    timeline: [],
    decidedAtMs: 20_000,
    ...over,
  };
  if (report.verdict.kind !== 'failed') throw new Error('not a failure');
  const [section] = timelineSection(report, report.verdict);
  const table = section?.blocks.find((block) => block.kind === 'table');
  return table?.rows.map((row) => row.filter((cell) => cell !== '').join(' '));
}

test('what the cluster did and what the gate said, in order of time', () => {
  const notes: Report['notes'] = [
    { atMs: 500, phase: 'deploy', text: 'Deployment web created' },
    { atMs: 1_000, phase: 'ready', text: 'waiting for 1 of 1 pods' },
    { atMs: 20_000, phase: 'settle', text: 'Deployment web deleted' },
  ];
  expect(shown({ notes, timeline: [POD_EXISTS, OOM] })).toEqual([
    '00:00:00Z gate Deployment web created',
    '00:00:01Z sut pod/web-1: exists, on node node-1',
    '00:00:01Z gate waiting for 1 of 1 pods',
    '>> 00:00:05Z sut pod/web-1: container web OOMKilled (exit 137), restart 1',
    '00:00:20Z gate closes: SUT_NOT_READY SutOomKilled',
    '00:00:20Z gate Deployment web deleted',
  ]);
});

describe('the moment that decided', () => {
  const marked = (timeline: readonly TimelineEntry[], evidence: Evidence, over: Partial<Report> = {}): unknown =>
    shown({ timeline, ...over }, evidence)?.filter((row) => row.startsWith('>>'));
  const ALL = [POD_EXISTS, OOM, ERROR, SIDECAR];

  test.each<[name: string, evidence: Evidence, timeline: readonly TimelineEntry[], expected: string]>([
    [
      'names the reason',
      { object: POD, container: 'web', reason: 'OOMKilled' },
      ALL,
      '05Z sut pod/web-1: container web OOMKilled (exit 137), restart 1',
    ],
    [
      'is the last of the container',
      { object: POD, container: 'web', reason: 'CrashLoopBackOff' },
      ALL,
      '06Z sut pod/web-1: container web Error (exit 1), restart 2',
    ],
    [
      'is the last of the pod',
      { object: POD, container: 'other' },
      ALL,
      '07Z sut pod/web-1: container proxy Error (exit 1)',
    ],
    [
      'is not after the decision',
      { object: POD },
      [OOM, GONE],
      '05Z sut pod/web-1: container web OOMKilled (exit 137), restart 1',
    ],
    [
      'is the loss of the API server, also when some of it came back',
      { object: 'the Kubernetes API', reason: 'unreachable' },
      [
        { atMs: 8_000, about: 'cluster', object: 'the Kubernetes API', text: 'cannot be read (job)' },
        {
          atMs: 9_000,
          about: 'cluster',
          object: 'the Kubernetes API',
          text: 'can be read again (events)',
          routine: true,
        },
      ],
      '08Z cluster the Kubernetes API: cannot be read (job)',
    ],
    ['is not what every good run has', { object: POD }, [POD_EXISTS], '20Z gate closes: SUT_NOT_READY SutOomKilled'],
    ["is not somebody else's", { object: 'pod/web-2' }, ALL, '20Z gate closes: SUT_NOT_READY SutOomKilled'],
  ])('%s', (_, evidence, timeline, expected) => {
    expect(marked(timeline, evidence)).toEqual([`>> 00:00:${expected}`]);
  });

  test('is not guessed when nothing is known about it', () => {
    const { decidedAtMs: _, ...report } = failedReport('JobDeleted', { object: 'job/x' });
    if (report.verdict.kind !== 'failed') throw new Error('not a failure');
    const [section] = timelineSection(report, report.verdict);
    expect(section?.heading).toBe('How the run went');
    expect(JSON.stringify(section)).not.toContain('>>');
  });
});

test('the middle of a long run is left out, but never what decided', () => {
  const noise = Array.from({ length: 200 }, (_, i): TimelineEntry => ({
    atMs: i,
    about: 'cluster',
    object: `object/${i}`,
    text: 'x',
  }));
  const rows = shown({ timeline: [...noise.slice(0, 100), { ...OOM, atMs: 99 }, ...noise.slice(100)] }) ?? [];
  expect(rows).toHaveLength(20 + 1 + 1 + 1 + 40);
  expect(rows.slice(19, 24)).toEqual([
    '00:00:00Z cluster object/19: x',
    '(80 left out; all are in verdict.json)',
    '>> 00:00:00Z sut pod/web-1: container web OOMKilled (exit 137), restart 1',
    '(61 left out; all are in verdict.json)',
    '00:00:00Z cluster object/161: x',
  ]);
});

test('no section when nothing happened and nothing was said', () => {
  expect(shown({})).toBeUndefined();
});

test('a phase that was entered twice is told once, with all of its time', () => {
  const phases = [
    { phase: 'test', startedAtMs: 0, endedAtMs: 7_000 },
    { phase: 'settle', startedAtMs: 7_000, endedAtMs: 8_000 },
    { phase: 'settle', startedAtMs: 8_000, endedAtMs: 10_000 },
  ] as const;
  expect(phasesInWords({ ...passedReport(), phases })).toBe('test 7 s, settle 3 s');
});
