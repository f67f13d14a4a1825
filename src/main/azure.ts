import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { azureCommand } from '../adapters/azure/commands.ts';
import { readAzureConnection } from '../adapters/azure/connection.ts';
import {
  azurePipelineRun,
  CONNECTION_INPUTS,
  loadTaskLibrary,
  readTaskInputs,
  type TaskLibrary,
} from '../adapters/azure/inputs.ts';
import { systemClock } from '../adapters/clock.ts';
import { inputsOf } from '../core/options/table.ts';
import type { ClusterFound, FrontEndParts } from './front-end.ts';
import { leftBehindToText } from './left-behind.ts';
import { takeOverProcess } from './life.ts';
import { misspeltInputs } from './misspelt-inputs.ts';
import { once, openOutput } from './output.ts';
import { realOutside } from './outside.ts';
import { runFrontEnd } from './run-front-end.ts';

export const TASK_VARIABLE = 'testcarLeftBehind';

const late = () => import('./late-azure.ts');

/** The main step of the task. */
export async function runAzure(): Promise<void> {
  const life = takeOverProcess(process);
  await runFrontEnd(azureParts(process.env), realOutside, life);
}

function azureParts(env: NodeJS.ProcessEnv): FrontEndParts {
  let beforeReport: (() => Promise<void>) | undefined;
  const output = openOutput();
  // Until the end says otherwise: a process that is killed leaves a verdict that no later step can take for a pass.
  output.line(azureCommand({ command: 'setVariable', name: 'testcarVerdict', value: 'INCONCLUSIVE' }));
  const temporary = env['AGENT_TEMPDIRECTORY'] || tmpdir();
  const defaultReportDir = path.join(temporary, 'testcar-gate-report', randomUUID().slice(0, 8));
  let library: Promise<TaskLibrary> | undefined;
  const task = () => (library ??= openTask(env));
  return {
    kind: 'azure',
    defaultReportDir,
    openHost: once(async () => {
      const { hostParts, makeAzureHost } = await late();
      const parts = hostParts();
      beforeReport = parts.beforeReport;
      return makeAzureHost({ ...parts, output });
    }),
    late,
    beforeReport: async () => beforeReport?.(),
    async readInputs() {
      const names = inputsOf('azure');
      // Before the library is loaded, which takes the inputs out of the environment.
      const misspelt = misspeltInputs(env, [...names, ...CONNECTION_INPUTS, ...ALIASES]);
      const { pipelineRun = randomUUID(), attempt = '1' } = azurePipelineRun(env);
      const given = readTaskInputs(await task(), names);
      const reportDir = given['reportDir'] ?? defaultReportDir;
      return { raw: { ...misspelt, ...given, reportDir, pipelineRun, attempt }, problems: [] };
    },
    async findCluster({ context }, signal) {
      return azureCluster(await task(), env, context, signal);
    },
    remember(left) {
      output.line(azureCommand({ command: 'setTaskVariable', name: TASK_VARIABLE, value: leftBehindToText(left) }));
    },
  };
}

/** The agent passes an input under its own name whatever alias the pipeline used, and the alias beside it. */
const ALIASES = ['kubernetesServiceConnection', 'azureSubscriptionConnection'];

/** The library writes a key file to the agent's temporary folder, or else into the sources: never there. */
export async function openTask(env: NodeJS.ProcessEnv): Promise<TaskLibrary> {
  env['AGENT_TEMPDIRECTORY'] ||= tmpdir();
  return loadTaskLibrary(process);
}

export async function azureCluster(
  task: TaskLibrary,
  env: NodeJS.ProcessEnv,
  context: string | undefined,
  signal: AbortSignal,
): Promise<ClusterFound> {
  const aks = async () => {
    const { aksReader, axiosSend } = await late();
    return aksReader(await axiosSend(), systemClock.sleep);
  };
  const read = await readAzureConnection({ task, env, aks, context, signal });
  if (!read.ok) return read;
  const { source, secrets } = read.connection;
  const chosen = context === undefined ? {} : { context };
  return { ok: true, source: source.kind === 'inputs' ? { kind: 'default', env, ...chosen } : source, secrets };
}
