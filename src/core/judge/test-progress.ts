import type { Job, Pod } from '../model/seen.ts';
import { podInWords } from './explain.ts';
import { type JobEnd, rememberedPods } from './job-end.ts';
import type { JudgeContext } from './judgement.ts';
import { stillRunning } from './rules/sidecar.ts';
import { shardInWords, shardsOf } from './shards.ts';

/** Is there a pod that the Job controller has not made? */
export function lacksPods(ctx: JudgeContext, jobUid: string, job: Job, pods: readonly Pod[]): boolean {
  const { shards } = testedShards(ctx, rememberedPods(ctx.memory, jobUid), jobUid);
  if (shards !== undefined) return shards.some(({ pod }) => pod === undefined);
  return job.active + job.succeeded + job.failed === 0 && pods.length === 0;
}

export function testedShards({ plan }: JudgeContext, pods: readonly Pod[], jobUid: string): Pick<JobEnd, 'shards'> {
  const count = plan.options.shards;
  return count === 1 ? {} : { shards: shardsOf(pods, jobUid, count) };
}

/** Of a sharded run: how many have ended, and what the first that has not is doing. */
export function progressInWords(ctx: JudgeContext, jobUid: string, newest: Pod | undefined): string {
  const { shards } = testedShards(ctx, rememberedPods(ctx.memory, jobUid), jobUid);
  if (shards === undefined) return inWords(ctx, newest);
  const job = ctx.memory.jobs.get(jobUid)?.job;
  const failed = job?.failedIndexes.length ?? 0;
  const isOver = (index: number): boolean =>
    job !== undefined && (job.completedIndexes.includes(index) || job.failedIndexes.includes(index));
  const open = shards.find(({ index }) => !isOver(index));
  const ended = shards.filter(({ index }) => isOver(index)).length;
  const sum = `${ended} of ${shards.length} shards ended${failed === 0 ? '' : `, ${failed} of them failed`}`;
  if (open === undefined) return sum;
  return `${sum}; ${shardInWords(open.index, shards.length)}: ${open.pod === undefined ? 'no pod yet' : inWords(ctx, open.pod)}`;
}

function inWords(ctx: JudgeContext, pod: Pod | undefined): string {
  if (pod === undefined) return `Job ${ctx.plan.jobName} to create its pod`;
  const test = pod.containers.find(({ name }) => name === ctx.plan.testcarContainer);
  const where = `pod ${pod.meta.name}`;
  if (test?.state.kind === 'running') return `tests running in ${where}`;
  if (test?.state.kind === 'terminated') {
    const running = stillRunning(pod, test);
    const beside = running === undefined ? '' : `, container ${running.name} still runs`;
    return `${where} to end: container ${test.name} ended with exit code ${test.state.exitCode}${beside}`;
  }
  return `${where} to start its tests; ${podInWords(pod)}`;
}
