import { judgeOutcome } from '../core/judge/outcome.ts';
import type { Outcome } from '../core/judge/outcome.ts';
import { rememberedPods } from '../core/judge/job-end.ts';
import { type Shard, retriesOf, shardsOf } from '../core/judge/shards.ts';
import type { Attachments } from '../core/model/attachments.ts';
import type { Results, ResultsRead } from '../core/model/results.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { ShardReport } from '../core/report/report.ts';
import { mergeReadable, mergeResults } from '../core/results/merge.ts';
import type { Feed, Ports } from '../ports.ts';
import type { RunLog } from './run-log.ts';
import { readResults } from './results-source.ts';
import { type Step, done } from './step.ts';
import type { Tested, Testing } from './testing.ts';
import type { Waiter } from './wait.ts';

/** `results` are there whenever they could be read, also those of a run that failed. */
export type Collected = {
  results: Results | undefined;
  outcome: Outcome;
  shards: readonly ShardReport[] | undefined;
  shardResults: readonly ResultsRead[] | undefined;
  attachments: Attachments;
};

/** Reads the results of the ended Job, and judges them together with everything else that was seen. */
export async function collect(
  plan: Plan,
  revision: Revision,
  tested: Tested,
  feed: Feed,
  waiter: Waiter,
  ports: Ports,
  log: RunLog,
): Promise<Step<Collected>> {
  const { shards } = tested.end;
  const read = await readAll(plan, tested, ports, log);
  if (!read.ok) return read;
  const [only] = read.value;
  const results = shards === undefined && only !== undefined ? only : mergeResults(read.value);
  const whole = results.ok ? results.results : undefined;
  const kept = shards === undefined ? whole : mergeReadable(read.value);
  for (const text of kept?.contradictions ?? []) log.note(`results: ${text}`);
  const shardResults = shards && read.value;
  const attachments = await tested.couriers.attachments();
  for (const text of attachments.lost) log.note(text);
  const outcome = judgeOutcome({
    plan,
    end: tested.end,
    jobUid: tested.jobUid,
    revision,
    results,
    ...(shardResults && { shardResults }),
    memory: waiter.memory,
    seen: feed.current(),
    nowMs: ports.clock.nowMs(),
  });
  return done({
    results: kept,
    outcome,
    shardResults,
    shards: shards && shardReports(shards, read.value),
    attachments,
  });
}

/**
 * What the shards delivered that had ended when the time of the others was over: for the report, never for a proof. Some
 * of their tests may have failed, and why is what a person wants to know.
 */
export async function collectEnded(
  plan: Plan,
  { jobUid, couriers }: Testing,
  waiter: Waiter,
  ports: Ports,
  log: RunLog,
): Promise<{ results: Results | undefined; shards: readonly ShardReport[] } | undefined> {
  const count = plan.options.shards;
  if (count === 1) return undefined;
  const shards = shardsOf(rememberedPods(waiter.memory, jobUid), jobUid, count);
  const reads: ResultsRead[] = [];
  for (const { pod } of shards) {
    const isOver = pod?.phase === 'Succeeded' || pod?.phase === 'Failed';
    const read = isOver ? await readResults(plan, { pod }, { couriers, log: undefined }, ports, log) : undefined;
    reads.push(read?.ok === true ? read.value : { ok: false, problem: { kind: 'absent' } });
  }
  return { results: mergeReadable(reads), shards: shardReports(shards, reads) };
}

/** Of each shard, one after the other: only one log that is read afterwards is in memory at a time, and each may be large. */
async function readAll(plan: Plan, tested: Tested, ports: Ports, log: RunLog): Promise<Step<readonly ResultsRead[]>> {
  const all: ResultsRead[] = [];
  for (const pod of tested.end.shards?.map((shard) => shard.pod) ?? [tested.end.pod]) {
    const read = await readResults(plan, { pod }, tested, ports, log);
    if (!read.ok) return read;
    all.push(read.value);
  }
  return done(all);
}

function shardReports(shards: readonly Shard[], reads: readonly ResultsRead[]): readonly ShardReport[] {
  return shards.map((shard) => {
    const { index, pod } = shard;
    const read = reads[index];
    return {
      index,
      pod: pod?.meta.name,
      counts: read?.ok === true ? read.results.counts : undefined,
      retries: retriesOf(shard),
    };
  });
}
