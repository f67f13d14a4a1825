import type { Connection, ConnectOutcome } from '../../src/adapters/kubernetes/index.ts';
import { fail } from '../../src/core/judge/prove.ts';
import { findingFromApiError } from '../../src/core/judge/api-finding.ts';
import { inputFinding } from '../../src/gate/preflight.ts';
import type { GateInput } from '../../src/gate/input.ts';
import type { Report } from '../../src/core/report/report.ts';
import type { Verdict } from '../../src/core/judge/verdict.ts';
import type { FrontEndParts } from '../../src/main/front-end.ts';
import type { Life, ProcessHandle } from '../../src/main/life.ts';
import { readManifests } from '../../src/main/read-manifests.ts';
import type { Outside } from '../../src/main/run-front-end.ts';
import type { Ports } from '../../src/ports.ts';
import { FakeAttachments } from '../fakes/fake-attachments.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import { makeFakes } from '../fakes/make-fakes.ts';

/** A connection that sends nothing. */
export class StandInConnection implements Connection {
  readonly server = 'https://k.example';
  readonly namespace = 'from-context';
  readonly contextName = 'test';
  readonly secrets = ['connection-secret'];
  closed = 0;
  onSecret(listener: (secret: string) => void): void {
    for (const secret of this.secrets) listener(secret);
  }
  request(): never {
    throw new Error('no request is expected on the connection itself');
  }
  close(): void {
    this.closed += 1;
  }
}

/** A `process` whose events the test sends. */
export class StandInProcess implements ProcessHandle {
  exitCode: number | undefined;
  readonly exits: number[] = [];
  readonly #listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  on(event: string, listener: (...args: unknown[]) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }
  exit(code: number): void {
    this.exits.push(code);
  }
  send(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
}

export type RunGate = (input: GateInput, ports: Ports, signal: AbortSignal) => Promise<Report>;

export type World = {
  parts: FrontEndParts;
  outside: Outside;
  host: FakeHost;
  connection: StandInConnection;
  /** Inputs that the gate was run with. */
  runs: GateInput[];
};

/** A front end in which everything is right; tests break one thing each. */
export function makeWorld(
  change: {
    raw?: Awaited<ReturnType<FrontEndParts['readInputs']>>['raw'];
    parts?: Partial<FrontEndParts>;
    connect?: ConnectOutcome;
    runGate?: RunGate;
  } = {},
): World {
  const host = new FakeHost();
  const connection = new StandInConnection();
  const runs: GateInput[] = [];
  const { ports, clock, results } = makeFakes(1_000);
  const raw = change.raw ?? {
    mode: 'observe',
    deployment: 'web',
    testcarImage: 'r/t:1',
    pipelineRun: 'p',
    attempt: '1',
  };
  const runGate: RunGate = async (input, given, signal) => {
    runs.push(input);
    if (change.runGate === undefined) throw new Error('the test does not say what the gate does');
    return change.runGate(input, given, signal);
  };
  const parts: FrontEndParts = {
    kind: 'cli',
    defaultReportDir: 'default-report',
    readInputs: async () => ({ raw, problems: [] }),
    findCluster: async () => ({ ok: true, source: { kind: 'default', env: {} }, secrets: ['front-end-secret'] }),
    late: async () => ({ fail, findingFromApiError, inputFinding, readManifests, runGate }),
    openHost: async () => host,
    ...change.parts,
  };
  const outside: Outside = {
    clock,
    results,
    attachments: new FakeAttachments(),
    cwd: import.meta.dirname,
    hash: (text) => `hash of ${text.length}`,
    connect: async () => change.connect ?? { ok: true, connection },
    clusterPorts: () => ports,
  };
  return { parts, outside, host, connection, runs };
}

/** A life that never ends by itself. */
export function quietLife(signal: AbortSignal = new AbortController().signal): Life & { codes: number[] } {
  const codes: number[] = [];
  return { signal, crashed: () => undefined, end: (code) => void codes.push(code), codes };
}

export function aReport(verdict: Verdict): Report {
  return {
    gateVersion: '0',
    runId: 'r',
    mode: 'observe',
    namespace: 'n',
    sut: 'web',
    startedAtMs: 0,
    endedAtMs: 1,
    verdict,
    revision: undefined,
    results: undefined,
    settlement: [],
    notes: [],
    ledgers: [],
    logTails: [],
    phases: [],
    reportDir: 'd',
  };
}

/** What the type system keeps production code from making: a pass without proof, to see what is done with one. */
export const PASSED = { kind: 'passed', class: 'PASSED', proof: {} } as unknown as Verdict;
