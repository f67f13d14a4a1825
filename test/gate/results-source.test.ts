import { describe, expect, it } from 'vitest';
import { type JsonObject, stringAt } from '../../src/core/model/json.ts';
import { fromExitCode } from '../../src/core/results/from-exit-code.ts';
import { headlineOf } from '../../src/core/report/headline.ts';
import type { Report } from '../../src/core/report/report.ts';
import { aTestCase, anApiError, passingResults, resultsOf } from '../fakes/builders.ts';
import type { Fakes } from '../fakes/make-fakes.ts';
import { goodWorld, run } from './gate-world.ts';

/** A run whose testcar prints these lines and ends with this code. */
function worldOf(exitCode: number, ...lines: readonly string[]): Fakes {
  const fakes = goodWorld();
  fakes.cluster.on('create', 'Job', (world, object) => {
    world.startJob(object);
    world.after(1_000, () => {
      fakes.cluster.logs.write(`${podOf(object)}/testcar`, ...lines);
    });
    world.after(5_000, () => {
      world.finishJob(object, { exitCode });
    });
  });
  return fakes;
}

/** The pod of that Job, as the fake cluster names it. */
function podOf(object: JsonObject): string {
  return `${stringAt(object, 'metadata', 'name') ?? ''}-x1`;
}

function cause({ verdict }: Report): string {
  return verdict.kind === 'passed' ? 'passed' : verdict.finding.cause;
}

const logsRead = (fakes: Fakes): readonly string[] => fakes.cluster.logs.reads.map((read) => read.replace(/.*\//, ''));
const forgedBy = (source: 'log' | 'exit-code') => ({ ok: true, results: { ...passingResults(3), source } }) as const;

describe('results: courier', () => {
  it('never looks at what testcar printed', async () => {
    const fakes = worldOf(0, 'TAP version 14', '1..1', 'ok 1 - forged');
    fakes.results.answers = [{ ok: false, problem: { kind: 'no-files' } }];
    expect(cause(await run(fakes))).toBe('TestcarResultsMissing');
    expect(fakes.results.calls.map(({ from }) => from)).toEqual(['courier']);
    expect(logsRead(fakes)).not.toContain('testcar');
  });

  it.each(['log', 'exit-code'] as const)('does not pass on results from %s', async (source) => {
    const fakes = worldOf(0);
    fakes.results.answers = [forgedBy(source)];
    expect(cause(await run(fakes))).toBe('EvidenceContradicts');
  });
});

describe('results: log', () => {
  it('reads the log of the test container, for the run that testcar was told', async () => {
    const fakes = worldOf(0, 'TAP version 14');
    fakes.results.answers = [forgedBy('log')];
    const report = await run(fakes, { results: 'log' });
    expect(headlineOf(report)).toContain('PASSED 3 tests by its own log');
    expect(fakes.results.calls).toEqual([{ log: 'TAP version 14\n', runId: report.runId, from: 'testcar' }]);
  });

  it('closes when the node has lost lines that came while the log was followed, however good the rest looks', async () => {
    const fakes = worldOf(0, 'TESTCAR_RESULTS_BEGIN of a file with failures', 'TESTCAR_RESULTS_END');
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.after(2_000, () => {
        fakes.cluster.logs.rotate(`${podOf(object)}/testcar`);
        fakes.cluster.logs.write(`${podOf(object)}/testcar`, 'a whole file of results');
      });
    });
    fakes.results.answers = [forgedBy('log')];
    const report = await run(fakes, { results: 'log' });
    expect(cause(report)).toBe('TestcarResultsIncomplete');
    expect(headlineOf(report)).toContain('only the last 1 of at least 3 lines of the log: it changed log files');
    expect(report.ledgers.find(({ container }) => container === 'testcar')).toMatchObject({ lines: 3 });
  });

  it('closes when the node has lost the beginning, also where the console was too slow to see how much that was', async () => {
    const fakes = worldOf(0, 'TESTCAR_RESULTS_BEGIN of a file with failures', 'TESTCAR_RESULTS_END');
    fakes.cluster.on('create', 'Job', (world, object) => {
      const log = `${podOf(object)}/testcar`;
      world.after(2_000, () => {
        fakes.cluster.logs.end(log, { kind: 'drain-over' });
      });
      world.after(3_000, () => {
        fakes.cluster.logs.rotate(log);
        fakes.cluster.logs.write(log, 'BEGIN', 'all', 'is', 'well', 'END');
      });
    });
    fakes.results.answers = [forgedBy('log')];
    const report = await run(fakes, { results: 'log' });
    expect(cause(report)).toBe('TestcarResultsIncomplete');
    expect(headlineOf(report)).toContain('the node has only the end of the log: it changed log files');
  });

  it('does not pass on results of the courier', async () => {
    const fakes = worldOf(0);
    expect(cause(await run(fakes, { results: 'log' }))).toBe('EvidenceContradicts');
  });

  it('closes with the tests that failed', async () => {
    const fakes = worldOf(1);
    fakes.results.answers = [{ ok: true, results: { ...resultsOf([aTestCase('a', 'failed')]), source: 'log' } }];
    expect(cause(await run(fakes, { results: 'log' }))).toBe('TestsFailed');
  });

  it.each([
    ['not-found', 'TestcarResultsMissing'],
    ['unreachable', 'ApiUnreachable'],
  ] as const)('a log that cannot be read (%s) is %s', async (kind, expected) => {
    const fakes = worldOf(0);
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.after(4_000, () => {
        fakes.cluster.logs.fail(`${podOf(object)}/testcar`, anApiError(kind));
      });
    });
    expect(cause(await run(fakes, { results: 'log' }))).toBe(expected);
    expect(fakes.results.calls).toEqual([]);
  });
});

describe('results: exit-code', () => {
  it('reads no log at all, and says how little that is', async () => {
    const fakes = worldOf(0, 'TAP version 14', '1..1', 'not ok 1 - whatever');
    const report = await run(fakes, { results: 'exit-code' });
    expect(headlineOf(report)).toContain('PASSED by exit code only: no test was counted');
    expect(report.results).toEqual(expect.objectContaining({ source: 'exit-code' }));
    expect(fakes.results.calls).toEqual([]);
    expect(fakes.cluster.logs.reads).toEqual([]);
  });

  it.each([
    [1, '1=tests-failed', 'TestsFailed'],
    [1, '2=tests-failed', 'TestcarExitWithoutResults'],
    [137, '1=tests-failed', 'TestcarCrashed'],
  ])('code %i with %s is %s', async (exitCode, exitCodes, expected) => {
    expect(cause(await run(worldOf(exitCode), { results: 'exit-code', exitCodes }))).toBe(expected);
  });

  it('is no proof without an exit code', () => {
    expect(fromExitCode(undefined).ok).toBe(false);
  });
});
