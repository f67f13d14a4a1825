import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { githubPipelineRun, readActionInputs } from '../adapters/github/inputs.ts';
import { outputEntry } from '../adapters/github/commands.ts';
import { makeGitHubHost } from '../adapters/github/host.ts';
import { spelling } from '../core/options/option-spec.ts';
import { inputsOf, OPTIONS } from '../core/options/table.ts';
import { findKubeconfig } from './find-kubeconfig.ts';
import type { FrontEndParts } from './front-end.ts';
import { hostParts } from './host-parts.ts';
import { leftBehindToText } from './left-behind.ts';
import { takeOverProcess } from './life.ts';
import { misspeltInputs } from './misspelt-inputs.ts';
import { realOutside } from './outside.ts';
import { runFrontEnd } from './run-front-end.ts';

export const STATE_NAME = 'left-behind';

/** The main step of the action. */
export async function runGitHub(): Promise<void> {
  const life = takeOverProcess(process);
  await runFrontEnd(await githubParts(process.env), realOutside, life);
}

async function githubParts(env: NodeJS.ProcessEnv): Promise<FrontEndParts> {
  const parts = hostParts();
  const outputFile = env['GITHUB_OUTPUT'];
  const host = makeGitHubHost({
    ...parts,
    outputFile,
    summaryFile: env['GITHUB_STEP_SUMMARY'],
    randomToken: randomUUID,
  });
  // Until the end says otherwise: a process that is killed leaves a verdict that no later step can take for a pass.
  if (outputFile)
    await parts.store.append(outputFile, outputEntry('verdict', 'INCONCLUSIVE', randomUUID())).catch(() => undefined);
  return {
    kind: 'github',
    host,
    beforeReport: parts.beforeReport,
    defaultReportDir: OPTIONS.reportDir.default,
    async readInputs() {
      const names = inputsOf('github');
      const raw = readActionInputs(env, names);
      const inputsHash = createHash('sha256').update(JSON.stringify(raw)).digest('hex').slice(0, 12);
      const { pipelineRun = randomUUID(), attempt = '1' } = githubPipelineRun(env, inputsHash);
      return {
        raw: {
          ...misspeltInputs(
            env,
            names.map((name) => spelling(name, 'github')),
          ),
          ...raw,
          pipelineRun,
          attempt,
        },
        problems: [],
      };
    },
    findCluster: async (options) => findKubeconfig(options, env),
    remember(left) {
      const file = env['GITHUB_STATE'];
      // Synchronous: it has to be on disk before the create is sent that it is about.
      if (file) appendFileSync(file, `${STATE_NAME}=${leftBehindToText(left)}\n`);
    },
  };
}
