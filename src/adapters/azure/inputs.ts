import type { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import type { InputProblem, RawInputs } from '../../core/options/options.ts';

/** What only the task library can tell: at import it moves inputs and secrets from the environment into its vault. */
export interface TaskLibrary {
  /** Trimmed; undefined where the pipeline left the input empty. */
  input(name: string): string | undefined;
  endpointUrl(id: string): string | undefined;
  endpointScheme(id: string): string | undefined;
  endpointAuth(id: string, key: string): string | undefined;
  endpointData(id: string, key: string): string | undefined;
  /** State that the main step left for the post step. */
  taskVariable(name: string): string | undefined;
}

const HIJACKED_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Loads azure-pipelines-task-lib and takes back what its import does to the process: its listeners turn a crash into
 * `task.complete` and leave exit code 0 (task.js, `process.on('uncaughtException')`), which would open the gate.
 */
export async function loadTaskLibrary(holder: EventEmitter): Promise<TaskLibrary> {
  const before = HIJACKED_EVENTS.map((event) => ({ event, listeners: new Set(holder.listeners(event)) }));
  // `default` is module.exports in Node and in the bundle alike; the names of a CommonJS module are there only in Node.
  const { default: tl } = await import('azure-pipelines-task-lib/task.js');
  for (const { event, listeners } of before) {
    for (const listener of holder.listeners(event)) {
      if (!listeners.has(listener) && isListener(listener)) holder.removeListener(event, listener);
    }
  }
  // It prints every value that it is asked for as a debug command; only our own writer speaks to the agent.
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  tl.setStdStream(discard);
  tl.setErrStream(discard);
  return {
    input: (name) => given(tl.getInput(name)),
    endpointUrl: (id) => given(tl.getEndpointUrl(id, true)),
    endpointScheme: (id) => given(tl.getEndpointAuthorizationScheme(id, true)),
    endpointAuth: (id, key) => given(tl.getEndpointAuthorizationParameter(id, key, true)),
    endpointData: (id, key) => given(tl.getEndpointDataParameter(id, key, true)),
    taskVariable: (name) => given(tl.getTaskVariable(name)),
  };
}

function isListener(value: unknown): value is (...args: unknown[]) => void {
  return typeof value === 'function';
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/** Inputs of task.json that only Azure Pipelines has; the others come from the option table. */
export const CONNECTION_INPUTS = [
  'connectionType',
  'kubernetesServiceEndpoint',
  'azureSubscriptionEndpoint',
  'azureResourceGroup',
  'kubernetesCluster',
  'useClusterAdmin',
] as const;
export type ConnectionInput = (typeof CONNECTION_INPUTS)[number];

export function problem(input: ConnectionInput, found: string | undefined, expected: string): InputProblem {
  return { input, found, expected };
}

/** Inputs by the names of the option table, which are also the names in task.json. */
export function readTaskInputs(task: TaskLibrary, names: readonly string[]): RawInputs {
  return Object.fromEntries(names.map((name) => [name, task.input(name)]));
}

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Which run of which pipeline this is. A retried stage or job has the same build id, so the attempt tells runs apart;
 * a matrix gives each of its jobs the same SYSTEM_JOBNAME, so the job's own id is part of the identity, too.
 */
export function azurePipelineRun(env: Env): { pipelineRun: string | undefined; attempt: string | undefined } {
  const run = env['RELEASE_RELEASEID'] ?? env['BUILD_BUILDID'];
  if (run === undefined || run === '') return { pipelineRun: undefined, attempt: undefined };
  const place = [
    env['SYSTEM_TEAMPROJECTID'],
    run,
    env['SYSTEM_STAGENAME'] ?? env['RELEASE_ENVIRONMENTNAME'],
    env['SYSTEM_PHASENAME'],
    env['SYSTEM_JOBNAME'],
    env['SYSTEM_JOBPOSITIONINPHASE'],
    env['SYSTEM_TASKINSTANCENAME'],
  ];
  const attempts = [env['SYSTEM_STAGEATTEMPT'] ?? env['RELEASE_ATTEMPTNUMBER'], env['SYSTEM_JOBATTEMPT']];
  return {
    pipelineRun: place.filter(isGiven).join('/'),
    attempt: attempts.filter(isGiven).join('.') || '1',
  };
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
