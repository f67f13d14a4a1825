import { describe, expect, test } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import { GRACE_CAUSES, parseGraces } from '../../../src/core/options/graces.ts';
import { parseOptions } from '../../../src/core/options/parse.ts';

function parse(...items: readonly string[]): { graces: unknown; problems: readonly string[] } {
  const problems: string[] = [];
  const graces = parseGraces(items, (found, expected) => problems.push(`${found}: ${expected}`));
  return { graces, problems };
}

describe('graces', () => {
  test('are read by cause', () => {
    expect(parse('SutImageNotFound=2m', ' TestcarUnschedulable = 90s ', 'NodeLost=0s')).toEqual({
      graces: { SutImageNotFound: 120_000, TestcarUnschedulable: 90_000, NodeLost: 0 },
      problems: [],
    });
  });

  test.each([
    ['SutImageNotFoud=2m', 'did you mean SutImageNotFound?'],
    ['TestsFailed=2m', 'a cause that waits before it decides; TestsFailed has no grace'],
    ['toString=2m', `the name of a cause: one of ${GRACE_CAUSES.join(', ')}`],
    ['NodeLost', 'CAUSE=DURATION with a duration such as 0s, 90s or 5m, up to 24h'],
    ['NodeLost=', 'CAUSE=DURATION with a duration such as 0s, 90s or 5m, up to 24h'],
    ['NodeLost=30', 'CAUSE=DURATION with a duration such as 0s, 90s or 5m, up to 24h'],
    ['NodeLost=1s=2s', 'CAUSE=DURATION with a duration such as 0s, 90s or 5m, up to 24h'],
    ['NodeLost=25h', 'CAUSE=DURATION with a duration such as 0s, 90s or 5m, up to 24h'],
  ])('%s is refused', (item, expected) => {
    expect(parse(item).problems).toEqual([`${item}: ${expected}`]);
  });

  test('all problems are told, also two of one item', () => {
    const { problems } = parse('NodeLos=soon', 'NodeLost=1s', 'NodeLost=2s');
    expect(problems).toEqual([
      'NodeLos=soon: did you mean NodeLost?',
      'NodeLos=soon: CAUSE=DURATION with a duration such as 0s, 90s or 5m, up to 24h',
      'NodeLost=2s: NodeLost once',
    ]);
  });

  test('exist for every cause with a grace, and no other', () => {
    expect(GRACE_CAUSES.length).toBeGreaterThan(10);
    for (const cause of GRACE_CAUSES) expect(CAUSES[cause].graceMs).toBeGreaterThan(0);
  });

  test('are an option, whose problems have its spelling', () => {
    const given = { manifests: 'a.yaml', testcarImage: 'a/b:1', pipelineRun: 'r' };
    expect(parseOptions({ ...given, graces: 'NodeLost=1s\nSutUnschedulable=2s' }, 'azure')).toMatchObject({
      options: { gracesMs: { NodeLost: 1000, SutUnschedulable: 2000 } },
    });
    expect(parseOptions({ ...given, '--graces': ['NodeLos=1s'] }, 'cli')).toEqual({
      ok: false,
      problems: [{ input: '--graces', found: 'NodeLos=1s', expected: 'did you mean NodeLost?' }],
    });
  });
});
