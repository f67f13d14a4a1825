import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildKubernetes } from '../cluster/binaries.ts';
import { NODES, nodeBinary } from '../e2e/front-ends.ts';
import { bundleScript } from './bundle-script.ts';
import { type Figure, median } from './figure.ts';
import { logServer } from './log-server.ts';
import { type Command, type Cost, costOf } from './process-cost.ts';
import { CERTIFICATE, startTlsServer, writeKubeconfig } from './tls-server.ts';

export const GIB = 2 ** 30;
const ROUNDS = 3;
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
      const slow = await costOf([nodeBinary(node), gate, kubeconfig], folder, { isSlow: true });
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
