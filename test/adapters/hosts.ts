import { makeAzureHost } from '../../src/adapters/azure/host.ts';
import { makeGitHubHost } from '../../src/adapters/github/host.ts';
import { writeJUnit } from '../../src/adapters/junit/writer.ts';
import { makeTerminalHost } from '../../src/adapters/terminal/host.ts';
import { exitCodeOf } from '../../src/core/judge/exit-code.ts';
import type { Verdict } from '../../src/core/judge/verdict.ts';
import { type Redactor, makeRedactor } from '../../src/core/report/redact.ts';
import type { Host } from '../../src/ports.ts';
import { RecordingOutput, RecordingStore } from '../fakes/recording-output.ts';

export type Stage = { host: Host; output: RecordingOutput; store: RecordingStore; redactor: Redactor };

function parts(): Omit<Stage, 'host'> & { writeJUnit: typeof writeJUnit; exitCodeOf: (verdict: Verdict) => number } {
  return {
    output: new RecordingOutput(),
    store: new RecordingStore(),
    redactor: makeRedactor([]),
    writeJUnit,
    exitCodeOf: (verdict) => exitCodeOf(verdict, 'SIGINT'),
  };
}

export function azureStage(): Stage {
  const used = parts();
  return { ...used, host: makeAzureHost(used) };
}

export const GITHUB_OUTPUT = '/runner/output';
export const GITHUB_SUMMARY = '/runner/summary';

export function githubStage(): Stage {
  const used = parts();
  let tokens = 0;
  const randomToken = (): string => `random-token-${++tokens}`;
  return {
    ...used,
    host: makeGitHubHost({ ...used, randomToken, outputFile: GITHUB_OUTPUT, summaryFile: GITHUB_SUMMARY }),
  };
}

export function terminalStage(colour = false): Stage {
  const used = parts();
  return { ...used, host: makeTerminalHost({ ...used, colour }) };
}

export const STAGES = { azure: azureStage, github: githubStage, terminal: terminalStage } as const;
