import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { makeGitHubHost } from '../adapters/github/host.ts';
import { readActionInputs, readActionState } from '../adapters/github/inputs.ts';
import { findKubeconfig } from './find-kubeconfig.ts';
import { STATE_NAME } from './github.ts';
import { hostParts } from './host-parts.ts';
import { openOutput } from './output.ts';
import { runPost } from './post.ts';

/** The post step of the action, which the runner runs whatever happened to the main step. */
export async function runGitHubPost(): Promise<void> {
  await runPost(() => {
    const output = openOutput();
    const parts = { ...hostParts(), output };
    return {
      host: makeGitHubHost({ ...parts, outputFile: undefined, summaryFile: undefined, randomToken: randomUUID }),
      output,
      readState: async () => readActionState(process.env, STATE_NAME),
      findCluster: async () => {
        const { kubeconfig, context } = readActionInputs(process.env, ['kubeconfig', 'context']);
        const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
        return findKubeconfig({ kubeconfig: text(kubeconfig), context: text(context) }, process.env);
      },
    };
  });
}
