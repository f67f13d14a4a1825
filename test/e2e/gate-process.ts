import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JsonObject, isObject, stringAt } from '../../src/core/model/json.ts';
import { type JUnitCounts, countJUnit } from './junit.ts';
import { type NodeVersion, type Start, nodeBinary } from './front-ends.ts';

/** What one gate process left behind. */
export type GateRun = {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  seconds: number;
  /** When its streams were closed, on the clock of `performance.now()`. */
  endedAtMs: number;
  /** stdout and stderr as they came. */
  output: string;
  reportDir: string;
  /** Content of a file of the report folder; undefined when it was not written. */
  file(name: string): Promise<string | undefined>;
  /** Files that the host gave the process. */
  hostFile(name: keyof Start['files']): Promise<string>;
};

export type RunningGate = {
  /** How it was started. */
  start: Start;
  /** On the clock of `performance.now()`. */
  startedAtMs: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the output matches; rejects when the process ends without it. */
  said(pattern: RegExp): Promise<void>;
  ended: Promise<GateRun>;
};

/** A gate that is not over after this is stuck; the test shall say so with the output, not by its own time limit. */
const STUCK_AFTER_MS = 150_000;

export function startGate(node: NodeVersion, start: Start, reportDir: string): RunningGate {
  const startedAtMs = performance.now();
  const child = spawn(nodeBinary(node), start.args, {
    cwd: start.cwd,
    env: start.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<GateRun>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      const endedAtMs = performance.now();
      const seconds = (endedAtMs - startedAtMs) / 1000;
      const file = (name: string) => readFile(join(reportDir, name), 'utf8').catch(() => undefined);
      const hostFile = async (name: keyof Start['files']) => readFile(start.files[name] ?? '', 'utf8').catch(() => '');
      resolve({ exitCode, signal, seconds, endedAtMs, output, reportDir, file, hostFile });
      for (const listener of listeners) listener();
    });
  });
  const stuck = new AbortController();
  void delay(STUCK_AFTER_MS, undefined, { signal: stuck.signal, ref: false }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  void ended.finally(() => stuck.abort()).catch(() => undefined);

  return {
    start,
    startedAtMs,
    kill: (signal) => void child.kill(signal),
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(output)) resolve();
          else if (child.exitCode !== null) reject(new Error(`the gate ended without saying ${pattern}:\n${output}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    ended,
  };
}

/** The verdict of a run in a shape that a test can compare as a whole. */
export type Outcome = {
  exitCode: number | null;
  class: string | undefined;
  /** Undefined when the gate opened. */
  cause: string | undefined;
};

export async function outcomeOf(run: GateRun): Promise<Outcome> {
  const verdict = (await verdictOf(run))['verdict'];
  return {
    exitCode: run.exitCode,
    class: stringAt(verdict, 'class'),
    cause: stringAt(verdict, 'finding', 'cause'),
  };
}

/** The whole verdict.json. */
export async function verdictOf(run: GateRun): Promise<JsonObject> {
  const text = await run.file('verdict.json');
  if (text === undefined)
    throw new Error(`no verdict.json; the gate ended with ${run.exitCode ?? run.signal}:\n${run.output}`);
  const verdict: unknown = JSON.parse(text);
  if (!isObject(verdict)) throw new Error('verdict.json is not an object');
  return verdict;
}

export async function junitOf(run: GateRun): Promise<JUnitCounts> {
  const text = await run.file('junit.xml');
  if (text === undefined)
    throw new Error(`no junit.xml; the gate ended with ${run.exitCode ?? run.signal}:\n${run.output}`);
  return countJUnit(text);
}

/** The last line that a person reads: commands to the host are not shown to anybody. */
export function lastLine(run: GateRun): string {
  const lines = run.output.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^##vso\[|^::/.test(line));
  return lines.at(-1) ?? '';
}
