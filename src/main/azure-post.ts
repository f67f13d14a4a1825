import process from 'node:process';
import { makeAzureHost } from '../adapters/azure/host.ts';
import { azureCluster, openTask, TASK_VARIABLE } from './azure.ts';
import { hostParts } from './host-parts.ts';
import { openOutput } from './output.ts';
import { runPost } from './post.ts';

/** The post-job step of the task, which the agent runs whatever happened to the main step. */
export async function runAzurePost(): Promise<void> {
  await runPost(() => {
    const output = openOutput();
    const parts = { ...hostParts(), output };
    const task = openTask(process.env);
    return {
      host: makeAzureHost(parts),
      output,
      readState: async () => (await task).taskVariable(TASK_VARIABLE),
      findCluster: async (signal) => azureCluster(await task, process.env, undefined, signal),
    };
  });
}
