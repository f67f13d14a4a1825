import { describe, expect, it } from 'vitest';
import { COURIER_NAME } from '../../src/core/courier/containers.ts';
import { type JsonObject, stringAt, stringMapAt } from '../../src/core/model/json.ts';
import type { Pod } from '../../src/core/model/seen.ts';
import type { Report } from '../../src/core/report/report.ts';
import {
  aCompleteJob,
  aCondition,
  aFailedJob,
  aJob,
  aTestCase,
  aTestcarPod,
  anApiError,
  exited,
  passingResults,
  resultsOf,
} from '../fakes/builders.ts';
import type { Fakes } from '../fakes/make-fakes.ts';
import { goodWorld, run } from './gate-world.ts';

const ALL = [0, 1, 2];
type Over = NonNullable<Parameters<typeof aTestcarPod>[0]>;

function shardPod(job: JsonObject, index: number, over: Over = {}, attempt = 1): Pod {
  const name = `${stringAt(job, 'metadata', 'name') ?? ''}-${index}-x${attempt}`;
  return aTestcarPod({
    name,
    labels: stringMapAt(job, 'spec', 'template', 'metadata', 'labels'),
    controllerUid: stringAt(job, 'metadata', 'uid') ?? '',
    completionIndex: index,
    ...over,
    meta: { namespace: stringAt(job, 'metadata', 'namespace') ?? '', ...over.meta },
  });
}

function metaOf(job: JsonObject): { name: string; uid: string; meta: NonNullable<Over['meta']> } {
  const meta = {
    namespace: stringAt(job, 'metadata', 'namespace') ?? '',
    labels: stringMapAt(job, 'metadata', 'labels'),
    annotations: stringMapAt(job, 'metadata', 'annotations'),
  };
  return { name: stringAt(job, 'metadata', 'name') ?? '', uid: stringAt(job, 'metadata', 'uid') ?? '', meta };
}

const DONE: Over = { phase: 'Succeeded', ready: false, state: exited(0), courier: exited(0) };
const BROKEN: Over = { ...DONE, phase: 'Failed', state: exited(1) };

/** Three shards begin at once; 5 s later they have ended, `bad` with exit code 1. A disrupted one begins again after 2 s. */
function shardsRun({ cluster }: Fakes, { bad, disrupted }: { bad?: number; disrupted?: number } = {}): void {
  cluster.on('create', 'Job', (world, job) => {
    world.setJob(aJob({ ...metaOf(job), active: 3 }));
    for (const index of ALL) world.setPod(shardPod(job, index, { meta: { creationTimestampMs: 1 } }));
    if (disrupted !== undefined) {
      world.after(2_000, () => {
        const conditions = [
          aCondition('DisruptionTarget', 'True', { reason: 'DeletionByTaintManager', message: 'NoExecute' }),
        ];
        world.setPod(shardPod(job, disrupted, { ...BROKEN, conditions, meta: { creationTimestampMs: 1 } }));
        world.setPod(shardPod(job, disrupted, { meta: { creationTimestampMs: 2_000 } }, 2));
      });
    }
    world.after(5_000, () => {
      for (const index of ALL) {
        const meta = { creationTimestampMs: index === disrupted ? 2_000 : 1 };
        const attempt = index === disrupted ? 2 : 1;
        const pod = shardPod(job, index, { ...(index === bad ? BROKEN : DONE), meta }, attempt);
        world.setPod(pod);
        world.log(`${pod.meta.name}/testcar`, `hello from ${index}`);
        for (const container of ['testcar', 'courier']) world.endLog(`${pod.meta.name}/${container}`);
        world.log(`${pod.meta.name}/${COURIER_NAME}`, 'delivered');
        world.endLog(`${pod.meta.name}/${COURIER_NAME}`);
        if (attempt === 1) continue;
        for (const container of ['testcar', 'courier'])
          world.endLog(`${pod.meta.name.replace(/2$/, '1')}/${container}`);
      }
      const completedIndexes = ALL.filter((index) => index !== bad);
      const counted = { ...metaOf(job), succeeded: completedIndexes.length, completedIndexes };
      world.setJob(
        bad === undefined
          ? aCompleteJob(counted)
          : aFailedJob({ ...counted, failed: 1, failedIndexes: [bad], reason: 'FailedIndexes' }),
      );
    });
  });
}

function headOf({ verdict }: Report): string {
  return verdict.kind === 'passed' ? 'passed' : `${verdict.finding.cause} ${verdict.finding.evidence.shard ?? ''}`;
}

describe('a sharded run', () => {
  it('passes with the results of all shards, and relays each under its number', async () => {
    const fakes = goodWorld();
    shardsRun(fakes);
    fakes.results.answers = [2, 3, 4].map((tests) => ({ ok: true, results: passingResults(tests) }));
    const report = await run(fakes, { shards: '3', minTests: '9' });
    expect(headOf(report)).toBe('passed');
    expect(report.results?.counts.tests).toBe(9);
    expect(report.shards).toMatchObject([2, 3, 4].map((tests, index) => ({ index, counts: { tests }, retries: [] })));
    const relayed = fakes.host.relayed.map(({ source, line }) => `${source}: ${line}`);
    for (const index of ALL) expect(relayed).toContain(`testcar ${index + 1}/3: hello from ${index}`);
    expect(fakes.clock.pending()).toBe(0);
  });

  it('closes on the failed tests of one, names it, and keeps the results of the others', async () => {
    const fakes = goodWorld();
    shardsRun(fakes, { bad: 1 });
    const passing = { ok: true, results: passingResults(2) } as const;
    fakes.results.answers = [passing, { ok: true, results: resultsOf([aTestCase('pays', 'failed')]) }, passing];
    const report = await run(fakes, { shards: '3' });
    expect(headOf(report)).toBe('TestsFailed shard 2 of 3 (index 1)');
    expect(report.results?.counts).toMatchObject({ tests: 5, failed: 1 });
    expect(report.logTails[0]?.title).toMatch(/-1-x1$/);
  });

  it('closes on one whose results cannot be read, and shows the others', async () => {
    const fakes = goodWorld();
    shardsRun(fakes);
    const passing = { ok: true, results: passingResults(2) } as const;
    fakes.results.answers = [passing, passing, { ok: false, problem: { kind: 'incomplete', detail: 'cut' } }];
    const report = await run(fakes, { shards: '3' });
    expect(headOf(report)).toBe('TestcarResultsIncomplete shard 3 of 3 (index 2)');
    expect(report.results?.counts.tests).toBe(4);
    expect(report.shards?.[2]?.counts).toBeUndefined();
  });

  it('blames the cluster when the log of one cannot be fetched', async () => {
    const fakes = goodWorld();
    shardsRun(fakes);
    fakes.cluster.on('create', 'Job', (world, job) => {
      const { name } = shardPod(job, 1).meta;
      fakes.cluster.logs.fail(`${name}/${COURIER_NAME}`, anApiError('server-error'));
    });
    expect(headOf(await run(fakes, { shards: '3' }))).toBe('ApiServerError ');
  });

  it('passes after a disruption that was retried, and tells it', async () => {
    const fakes = goodWorld();
    shardsRun(fakes, { disrupted: 1 });
    const report = await run(fakes, { shards: '3' });
    expect(headOf(report)).toBe('passed');
    expect(report.shards?.[1]).toMatchObject({ retries: [{ reason: 'DeletionByTaintManager', message: 'NoExecute' }] });
    expect(report.notes.map(({ text }) => text).filter((text) => text.includes('taken away'))).toEqual([
      expect.stringMatching(
        /^shard 2 of 3 \(index 1\): pod \S+-1-x1 was taken away \(DeletionByTaintManager: NoExecute\); it runs again$/,
      ),
    ]);
  });

  it('keeps what the others delivered when the time of one is over', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, job) => {
      world.setJob(aJob({ ...metaOf(job), active: 3 }));
      for (const index of ALL) world.setPod(shardPod(job, index, { meta: { creationTimestampMs: 1 } }));
      world.after(5_000, () => {
        for (const index of [0, 2]) {
          const pod = shardPod(job, index, { ...DONE, meta: { creationTimestampMs: 1 } });
          world.setPod(pod);
          world.log(`${pod.meta.name}/${COURIER_NAME}`, 'delivered');
          world.endLog(`${pod.meta.name}/${COURIER_NAME}`);
        }
        world.setJob(aJob({ ...metaOf(job), active: 1, succeeded: 2, completedIndexes: [0, 2] }));
      });
    });
    fakes.results.answers = [
      { ok: true, results: passingResults(2) },
      { ok: true, results: resultsOf([aTestCase('pays', 'failed')]) },
    ];
    const report = await run(fakes, { shards: '3', testTimeout: '1m' });
    expect(headOf(report)).toMatch(/^TestDeadlineExceeded/);
    expect(report.results?.counts).toMatchObject({ tests: 3, failed: 1 });
    expect(report.shards?.map(({ counts }) => counts?.tests)).toEqual([2, undefined, 1]);
    expect(fakes.clock.pending()).toBe(0);
  });

  it.each([
    ['1=tests-failed', 'TestsFailed shard 2 of 3 (index 1)'],
    ['2=tests-failed', 'TestcarExitWithoutResults shard 2 of 3 (index 1)'],
  ])('by exit code alone, with %s, closes as %s', async (exitCodes, head) => {
    const fakes = goodWorld();
    shardsRun(fakes, { bad: 1 });
    expect(headOf(await run(fakes, { shards: '3', results: 'exit-code', exitCodes }))).toBe(head);
  });
});
