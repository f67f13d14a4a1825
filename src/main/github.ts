import { createHash, randomUUID } from 'node:crypto';
import process from 'node:process';
import { appendAtOnce } from '../adapters/files/append.ts';
import { outputEntry, stateEntry } from '../adapters/github/commands.ts';
import { githubPipelineRun, readActionInputs } from '../adapters/github/inputs.ts';
import { spelling } from '../core/options/option-spec.ts';
import { inputsOf, OPTIONS } from '../core/options/table.ts';
import type { SafeText } from '../core/report/neutralise.ts';
import { findKubeconfig } from './find-kubeconfig.ts';
import type { FrontEndParts } from './front-end.ts';
import { leftBehindToText } from './left-behind.ts';
import { takeOverProcess } from './life.ts';
import { misspeltInputs } from './misspelt-inputs.ts';
import { once, openOutput } from './output.ts';
import { realOutside } from './outside.ts';
import { runFrontEnd } from './run-front-end.ts';

export const STATE_NAME = 'left-behind';

const late = () => import('./late-github.ts');

/** The main step of the action. */
export async function runGitHub(): Promise<void> {
  const life = takeOverProcess(process);
  await runFrontEnd(githubParts(process.env), realOutside, life);
}

function githubParts(env: NodeJS.ProcessEnv): FrontEndParts {
  let beforeReport: (() => Promise<void>) | undefined;
  const outputFile = env['GITHUB_OUTPUT'];
  // Until the end says otherwise: a process that is killed leaves a verdict that no later step can take for a pass.
  if (outputFile) tryAppend(outputFile, outputEntry('verdict', 'INCONCLUSIVE', randomUUID()));
  return {
    kind: 'github',
    defaultReportDir: OPTIONS.reportDir.default,
    openHost: once(async () => {
      const { hostParts, makeGitHubHost } = await late();
      const parts = hostParts();
      beforeReport = parts.beforeReport;
      const summaryFile = env['GITHUB_STEP_SUMMARY'];
      return makeGitHubHost({ ...parts, output: openOutput(), outputFile, summaryFile, randomToken: randomUUID });
    }),
    late,
    beforeReport: async () => beforeReport?.(),
    async readInputs() {
      const names = inputsOf('github');
      const raw = readActionInputs(env, names);
      const misspelt = misspeltInputs(
        env,
        names.map((name) => spelling(name, 'github')),
      );
      const inputsHash = createHash('sha256').update(JSON.stringify(raw)).digest('hex').slice(0, 12);
      const { pipelineRun = randomUUID(), attempt = '1' } = githubPipelineRun(env, inputsHash);
      return { raw: { ...misspelt, ...raw, pipelineRun, attempt }, problems: [] };
    },
    findCluster: async (options) => findKubeconfig(options, env),
    remember(left) {
      const file = env['GITHUB_STATE'];
      // Synchronous: it has to be on disk before the create is sent that it is about.
      if (file) tryAppend(file, stateEntry(STATE_NAME, leftBehindToText(left)));
    },
  };
}

/** What a runner's file cannot take only weakens the safety net; it is no reason to stop a run. */
function tryAppend(file: string, text: SafeText): void {
  try {
    appendAtOnce(file, text);
  } catch {
    // The exit code still carries the verdict, and the Job its own deadline and TTL.
  }
}
