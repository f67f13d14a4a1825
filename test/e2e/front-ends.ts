import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { stringAt } from '../../src/core/model/json.ts';

export const FRONT_ENDS = ['cli', 'azure', 'github'] as const;
export type FrontEnd = (typeof FRONT_ENDS)[number];
export const NODES = ['node20', 'node24'] as const;
export type NodeVersion = (typeof NODES)[number];

/** Inputs by their names in the option table; a list is a repeated flag or one item per line. */
export type Inputs = Readonly<Record<string, string | readonly string[]>>;

/** How a process of one front end is started, and what it leaves beside its report folder. */
export type Start = {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Files that the host gives the process to write into. */
  files: { output?: string; summary?: string };
  /** How the host starts the post step after a main step that printed this; undefined where hosts know no such step. */
  post: ((output: string) => Promise<Start>) | undefined;
};

export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** What the agents and a person's shell start, relative to the folder that was released. */
export const cliIn = (released: string): string => join(released, 'dist/cli/testcar-gate.mjs');
const TASK = 'dist/vsix/task';

/** Copies what is released, as an agent does that downloads it: a build meanwhile must not pull it from under a test. */
export async function release(target: string): Promise<string> {
  await cp(join(repository, 'dist'), join(target, 'dist'), { recursive: true });
  await cp(join(repository, 'action.yml'), join(target, 'action.yml'));
  return target;
}

/** The Node versions of test/runtimes. */
export function nodeBinary(version: NodeVersion): string {
  const file = join(repository, 'test', 'runtimes', 'node_modules', version, 'bin', 'node');
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm ci --prefix test/runtimes`);
  return file;
}

export type StartContext = {
  /** Where `release` copied the bundles to. */
  released: string;
  folder: string;
  inputs: Inputs;
  kubeconfig: string | undefined;
  context: string | undefined;
  /** Tells runs of one test apart; the same value again is the same pipeline run. */
  run: string;
};

export const START: Record<FrontEnd, (context: StartContext) => Promise<Start>> = {
  cli: startCli,
  azure: startAzure,
  github: startGithub,
};

async function startCli({ released, folder, inputs, kubeconfig, context, run }: StartContext): Promise<Start> {
  const flags = Object.entries({ pipelineRun: run, ...inputs }).flatMap(([name, value]) =>
    [value].flat().map((item) => `--${kebab(name)}=${item}`),
  );
  const env = {
    ...base(folder),
    ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }),
  };
  const args = [cliIn(released), 'run', ...(context === undefined ? [] : [`--context=${context}`]), ...flags];
  return { args, env, cwd: folder, files: {}, post: undefined };
}

/** The connection's id is any GUID: the agent makes one variable per field of the service connection. */
const CONNECTION = '6a2d3f0e-58c1-4c7f-9e44-0d2b8f0c1a77';

/** As the agent starts a task: Handlers/Handler.cs AddEndpointsToEnvironment, AddInputsToEnvironment. */
async function startAzure({ released, folder, inputs, kubeconfig, context, run }: StartContext): Promise<Start> {
  const task = join(released, TASK);
  const manifest: unknown = JSON.parse(readFileSync(join(task, 'task.json'), 'utf8'));
  const temp = join(folder, 'agent-temp');
  await mkdir(temp, { recursive: true });
  const env: Record<string, string> = {
    ...base(folder),
    ...defaults(manifest),
    AGENT_TEMPDIRECTORY: temp,
    AGENT_WORKFOLDER: folder,
    AGENT_VERSION: '4.275.0',
    SYSTEM_DEFAULTWORKINGDIRECTORY: folder,
    SYSTEM_CULTURE: 'en-US',
    SYSTEM_TEAMPROJECTID: 'e2e',
    SYSTEM_JOBATTEMPT: '1',
    SYSTEM_STAGEATTEMPT: '1',
    SYSTEM_HOSTTYPE: 'build',
    BUILD_BUILDID: run,
    TF_BUILD: 'True',
  };
  if (kubeconfig !== undefined) {
    const text = await readFile(kubeconfig, 'utf8');
    Object.assign(env, {
      INPUT_KUBERNETESSERVICEENDPOINT: CONNECTION,
      [`ENDPOINT_URL_${CONNECTION}`]: 'https://kubernetes.example/',
      [`ENDPOINT_AUTH_${CONNECTION}`]: JSON.stringify({ scheme: 'Kubernetes', parameters: { kubeconfig: text } }),
      [`ENDPOINT_AUTH_SCHEME_${CONNECTION}`]: 'Kubernetes',
      [`ENDPOINT_AUTH_PARAMETER_${CONNECTION}_KUBECONFIG`]: text,
      [`ENDPOINT_DATA_${CONNECTION}`]: JSON.stringify({ authorizationType: 'Kubeconfig' }),
      [`ENDPOINT_DATA_${CONNECTION}_AUTHORIZATIONTYPE`]: 'Kubeconfig',
      ...(context === undefined ? {} : { [`ENDPOINT_AUTH_PARAMETER_${CONNECTION}_CLUSTERCONTEXT`]: context }),
    });
  }
  for (const [name, value] of Object.entries(inputs)) env[inputVariable(name)] = [value].flat().join('\n');
  const step = (section: string) => [join(task, stringAt(manifest, section, 'Node20_1', 'target') ?? '')];
  const post = async (output: string): Promise<Start> => ({
    ...main,
    args: step('postjobexecution'),
    env: { ...env, ...taskVariables(output) },
  });
  const main = { args: step('execution'), env, cwd: folder, files: {}, post };
  return main;
}

/** As the runner starts an action: ActionRunner.cs, NodeScriptActionHandler.cs. */
async function startGithub({ released, folder, inputs, kubeconfig, context, run }: StartContext): Promise<Start> {
  const manifest: unknown = parse(await readFile(join(released, 'action.yml'), 'utf8'));
  const files = { output: join(folder, 'github-output'), summary: join(folder, 'github-summary.md') };
  const state = join(folder, 'github-state');
  await Promise.all([files.output, files.summary, state].map((file) => writeFile(file, '')));
  const all: Inputs = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...inputs,
  };
  const env: Record<string, string> = {
    ...base(folder),
    ...defaults(manifest),
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_STATE: state,
    GITHUB_WORKSPACE: folder,
    GITHUB_RUN_ID: run,
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'e2e',
    GITHUB_REPOSITORY: 'example/quotes',
    RUNNER_TEMP: folder,
  };
  for (const [name, value] of Object.entries(all)) env[inputVariable(kebab(name))] = [value].flat().join('\n');
  const step = (name: string) => [join(released, stringAt(manifest, 'runs', name) ?? '')];
  const post = async (): Promise<Start> => ({
    ...main,
    args: step('post'),
    env: { ...env, ...savedState(await readFile(state, 'utf8')) },
  });
  const main = { args: step('main'), env, cwd: folder, files, post };
  return main;
}

/** What the agent keeps between the steps of one task (TaskCommandExtension.cs, TaskSetTaskVariableCommand). */
function taskVariables(output: string): Record<string, string> {
  const commands = output.matchAll(
    /^##vso\[task\.settaskvariable [^\]]*variable=(?<name>[^;\]]+)[^\]]*\](?<value>.*)$/gm,
  );
  return Object.fromEntries(
    [...commands].map(({ groups }) => [
      `VSTS_TASKVARIABLE_${groups?.['name']}`,
      unescapeAzure(groups?.['value'] ?? ''),
    ]),
  );
}

function unescapeAzure(value: string): string {
  const text: Record<string, string> = { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%AZP25': '%' };
  return value.replaceAll(/%(?:3B|0D|0A|5D|AZP25)/g, (code) => text[code] ?? code);
}

/** What the runner keeps between the steps of one action. */
function savedState(file: string): Record<string, string> {
  return Object.fromEntries(Object.entries(fileCommands(file)).map(([name, value]) => [`STATE_${name}`, value]));
}

/** `NAME=value` or `NAME<<MARK`, lines, `MARK`; the last value of a name wins (runner, FileCommandManager.cs). */
export function fileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const { name = '', sign, rest = '' } = /^(?<name>.*?)(?<sign>=|<<)(?<rest>.*)$/.exec(line)?.groups ?? {};
    if (sign === '=') values[name] = rest;
    if (sign !== '<<') continue;
    const end = lines.indexOf(rest);
    if (end === -1) throw new Error(`no line ${rest} ends the value of ${name}`);
    values[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return values;
}

/** Hosts pass the default of each input that the user did not set. */
function defaults(manifest: unknown): Record<string, string> {
  const env: Record<string, string> = {};
  const inputs: unknown =
    typeof manifest === 'object' && manifest !== null && 'inputs' in manifest ? manifest.inputs : [];
  if (Array.isArray(inputs)) {
    for (const input of inputs) {
      const value = defaultText(input, 'defaultValue');
      if (value !== undefined) env[inputVariable(stringAt(input, 'name') ?? '')] = value;
    }
  } else if (typeof inputs === 'object' && inputs !== null) {
    for (const [name, input] of Object.entries(inputs)) env[inputVariable(name)] = defaultText(input, 'default') ?? '';
  }
  return env;
}

function defaultText(input: unknown, key: string): string | undefined {
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, key) : undefined;
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
    ? String(value)
    : undefined;
}

/** `.` and ` ` become `_` (Azure: VarUtil.cs); GitHub replaces only spaces. No input has either. */
function inputVariable(name: string): string {
  return `INPUT_${name.toUpperCase()}`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Nothing of this machine's environment: a developer's KUBECONFIG or CI variable must not change a test. */
function base(folder: string): Record<string, string> {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8' };
}
