import fs from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';
import { type CliRequest, readArguments } from '../adapters/cli/args.ts';
import { OPTIONS } from '../core/options/table.ts';
import { findKubeconfig } from './find-kubeconfig.ts';
import type { FrontEndParts, InputsRead } from './front-end.ts';
import { takeOverProcess } from './life.ts';
import { once, openOutput } from './output.ts';
import { realOutside } from './outside.ts';
import { runFrontEnd } from './run-front-end.ts';
import type { SelftestParts } from './selftest.ts';
import { gateVersion } from './version.ts';

/** `node:fs/promises` takes 2 ms to load, and every run waits for the start. */
const readFile = promisify(fs.readFile);

const USAGE_EXIT_CODE = 64;

const late = () => import('./late-cli.ts');

/** The command `testcar-gate`. */
export async function runCli(): Promise<void> {
  const life = takeOverProcess(process);
  const request = readArguments(process.argv.slice(2));
  if (request.kind === 'run') {
    await runFrontEnd(cliParts(request, process.env), realOutside, life);
    return;
  }
  if (request.kind === 'selftest') {
    const { runSelftest } = await late();
    await runSelftest(selftestParts(request, process.env), realOutside, life);
    return;
  }
  const output = openOutput();
  const { neutraliseForTerminal } = await late();
  for (const line of await answer(request)) output.line(neutraliseForTerminal(line));
  await output.flush();
  life.end(request.kind === 'unknown' ? USAGE_EXIT_CODE : 0);
}

async function answer(request: Exclude<CliRequest, { kind: 'run' | 'selftest' }>): Promise<readonly string[]> {
  if (request.kind === 'version') return [gateVersion];
  const { helpFor } = await late();
  const lines = helpFor(request.kind === 'help' ? request.command : undefined)
    .trimEnd()
    .split('\n');
  if (request.kind === 'help') return lines;
  const problems = request.problems.map(
    ({ input, found, expected }) => `${input}: found ${found ?? 'nothing'}, expected ${expected}`,
  );
  return [...problems, '', ...lines];
}

function cliParts(request: Extract<CliRequest, { kind: 'run' }>, env: NodeJS.ProcessEnv): FrontEndParts {
  let beforeReport: (() => Promise<void>) | undefined;
  return {
    kind: 'cli',
    defaultReportDir: OPTIONS.reportDir.default,
    readInputs: () => readCliInputs(request),
    findCluster: async (options) => findKubeconfig(options, env),
    late,
    openHost: once(async () => {
      const { hostParts, makeTerminalHost } = await late();
      const parts = hostParts();
      beforeReport = parts.beforeReport;
      return makeTerminalHost({ ...parts, output: openOutput(), colour: mayColour(env) });
    }),
    beforeReport: async () => beforeReport?.(),
  };
}

function mayColour(env: NodeJS.ProcessEnv): boolean {
  // Whether it is a terminal is a fact of the process, not text that is written.
  // eslint-disable-next-line no-restricted-syntax
  return process.stdout.isTTY && !env['NO_COLOR'];
}

function selftestParts(
  { raw, problems }: Extract<CliRequest, { kind: 'selftest' }>,
  env: NodeJS.ProcessEnv,
): SelftestParts {
  return {
    given: { raw, problems },
    pipelineRun: newRunName(),
    defaultReportDir: OPTIONS.reportDir.default,
    findCluster: async (options) => findKubeconfig(options, env),
    late,
    async openHosts() {
      const { hostParts, makeTerminalHost, onlyWarnings } = await late();
      const parts = hostParts();
      // Renderers are needed in every run of a selftest.
      await parts.beforeReport();
      const output = openOutput();
      const colour = mayColour(env);
      return {
        output,
        loud: makeTerminalHost({ ...parts, output, colour }),
        quiet: makeTerminalHost({ ...parts, output: onlyWarnings(output), colour }),
      };
    },
  };
}

async function readCliInputs(request: Extract<CliRequest, { kind: 'run' }>): Promise<InputsRead> {
  const { raw: flags, configFile, problems } = request;
  const pipelineRun = newRunName();
  if (configFile === undefined) return { raw: { pipelineRun, ...flags }, problems };
  let text: string;
  try {
    text = await readFile(configFile, 'utf8');
  } catch {
    const unreadable = { input: '--config', found: configFile, expected: 'a file that can be read' };
    return { raw: { pipelineRun, ...flags }, problems: [...problems, unreadable] };
  }
  const { atTheirPlaces, mergeRaw, readConfigFile } = await late();
  const file = await readConfigFile(configFile, text);
  return {
    raw: { pipelineRun, ...mergeRaw(file.raw, flags) },
    problems: [...problems, ...file.problems],
    locate: (found) => atTheirPlaces(found, file.places, flags),
  };
}

/** A name that no other run has. It guards nothing, so it need not be unguessable; loading a UUID generator takes 1 ms. */
function newRunName(): string {
  return `cli-${Date.now().toString(36)}-${process.pid}-${Math.random().toString(36).slice(2)}`;
}
