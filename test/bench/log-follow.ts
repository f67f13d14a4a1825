import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buildKubernetes } from '../cluster/binaries.ts';
import { NODES, nodeBinary } from '../e2e/front-ends.ts';
import { bundleScript } from './bundle-script.ts';
import { type Figure, median } from './figure.ts';
import { LAST_LINE, logServer } from './log-server.ts';
import { CERTIFICATE, startTlsServer, writeKubeconfig } from './tls-server.ts';

const GIB = 2 ** 30;
const ROUNDS = 3;
/** What a slow console takes: 16 MiB at 4 MiB a second, while the server offers 1 GiB. */
const SLOW = { bytes: 16 * 2 ** 20, pauseMs: 16 };

type Cost = { wallMs: number; cpuMs: number; peakMiB: number };
type Command = readonly [program: string, ...args: string[]];

/** 1 GiB of one container's log from a local TLS server to a pipe: the gate, `kubectl logs -f`, and a Node script that copies bytes. */
export async function measureLogFollowing(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'testcar-gate-bench-log-'));
  const server = await startTlsServer(folder, logServer(GIB));
  try {
    const kubeconfig = await writeKubeconfig(folder, server.url);
    const gate = await bundleScript('follow-log', folder);
    const bare = await writeBareScript(folder, server.url);
    const kubectl: Command = [
      await buildKubernetes(),
      ...['kubectl', `--kubeconfig=${kubeconfig}`, '--namespace=bench', 'logs', '-f', '--timestamps', 'p', '-c', 'c'],
    ];
    const costs = new Map<string, Cost[]>();
    const measure = async (who: string, command: Command): Promise<void> => {
      costs.set(who, [...(costs.get(who) ?? []), await costOf(command, folder)]);
    };
    // In turns, so that a busy moment of the machine hits all of them.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const node of NODES) {
        await measure(`gate on ${node}`, [nodeBinary(node), gate, kubeconfig]);
        await measure(`bare on ${node}`, [nodeBinary(node), bare]);
      }
      await measure('kubectl', kubectl);
    }
    const figures: Figure[] = [];
    for (const node of NODES) {
      const slow = await costOf([nodeBinary(node), gate, kubeconfig], folder, true);
      const of = (who: string): readonly Cost[] => costs.get(who) ?? [];
      figures.push(...figuresOf(node, of(`gate on ${node}`), of(`bare on ${node}`), of('kubectl'), slow));
    }
    return figures;
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function figuresOf(
  node: string,
  gate: readonly Cost[],
  bare: readonly Cost[],
  kubectl: readonly Cost[],
  slow: Cost,
): Figure[] {
  const of = (costs: readonly Cost[], what: keyof Cost): number => median(costs.map((cost) => cost[what]));
  const ratio = (what: keyof Cost, other: readonly Cost[]): number => of(gate, what) / of(other, what);
  const how = `median of ${ROUNDS}: 1 GiB with time stamps from a local TLS server into a pipe`;
  const figures: readonly [name: string, value: number, unit: string, limit?: number][] = [
    ['peak memory: gate / bare Node', ratio('peakMiB', bare), 'ratio', 1.5],
    ['peak memory: gate / kubectl logs -f', ratio('peakMiB', kubectl), 'ratio'],
    ['peak memory: gate', of(gate, 'peakMiB'), 'MiB'],
    ['peak memory: gate, slow console / fast one', slow.peakMiB / of(gate, 'peakMiB'), 'ratio', 1.2],
    ['CPU: gate / bare Node', ratio('cpuMs', bare), 'ratio'],
    ['CPU: gate / kubectl logs -f', ratio('cpuMs', kubectl), 'ratio'],
    ['time: gate / bare Node', ratio('wallMs', bare), 'ratio'],
    ['time: gate / kubectl logs -f', ratio('wallMs', kubectl), 'ratio', 1],
    ['throughput: gate', GIB / 2 ** 20 / (of(gate, 'wallMs') / 1000), 'MiB/s'],
  ];
  return figures.map(([name, value, unit, limit]) => ({
    name: `1 GiB of log on ${node}, ${name}`,
    value,
    unit,
    how,
    ...(limit !== undefined && { limit }),
  }));
}

/** Runs it until its last line has come, or as far as a slow reader wants; what it took is read before it is ended. */
async function costOf([program, ...args]: Command, folder: string, isSlow = false): Promise<Cost> {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  try {
    await Promise.race([
      isSlow ? readSlowly(child) : untilLastLine(child),
      ended.then((errors) => {
        throw new Error(`${program} ${args.join(' ')} ended: ${errors}`);
      }),
    ]);
    const wallMs = performance.now() - startedAt;
    return { wallMs, ...(await accountsOf(child.pid)) };
  } finally {
    child.kill('SIGKILL');
    // Its end is told only when nothing is left to be read, and a slow reader would stop again.
    child.stdout.removeAllListeners('data').resume();
    await ended;
  }
}

/** Leaves the pipe open: a process whose reader goes away ends before it can be asked. */
function untilLastLine({ stdout }: { stdout: Readable }): Promise<void> {
  return new Promise((resolve) => {
    let end = '';
    stdout.on('data', (chunk: Buffer) => {
      end = (end + chunk.subarray(-200).toString('latin1')).slice(-200);
      if (end.includes(LAST_LINE)) resolve();
    });
  });
}

function readSlowly({ stdout }: { stdout: Readable }): Promise<void> {
  return new Promise((resolve) => {
    let taken = 0;
    stdout.on('data', (chunk: Buffer) => {
      taken += chunk.byteLength;
      stdout.pause();
      if (taken >= SLOW.bytes) resolve();
      else setTimeout(() => stdout.resume(), SLOW.pauseMs);
    });
  });
}

async function accountsOf(pid: number | undefined): Promise<{ cpuMs: number; peakMiB: number }> {
  const [status, stat] = await Promise.all(
    ['status', 'stat'].map((file) => readFile(`/proc/${String(pid)}/${file}`, 'utf8')),
  );
  const [, peakKiB = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? '') ?? [];
  // Fields 14 and 15 of proc(5), in ticks of 10 ms; the name in field 2 may hold spaces.
  const [utime, stime] = (stat ?? '')
    .slice((stat ?? '').lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return { peakMiB: Number.parseInt(peakKiB, 10) / 1024, cpuMs: ((utime ?? NaN) + (stime ?? NaN)) * 10 };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', reject).on('close', () => resolve(errors));
  });
}

async function writeBareScript(folder: string, url: string): Promise<string> {
  const script = join(folder, 'bare-copy.mjs');
  await writeFile(
    script,
    `import { readFileSync } from 'node:fs';
import { request } from 'node:https';
const ca = readFileSync('${join(folder, CERTIFICATE)}');
request('${url}/api/v1/namespaces/bench/pods/p/log?follow=true', { ca }, (response) => response.pipe(process.stdout)).end();
`,
  );
  return script;
}
