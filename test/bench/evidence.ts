import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODES, nodeBinary } from '../e2e/front-ends.ts';
import { BARE_END, BARE_UNPACK, DONE } from './bare-unpack.ts';
import { bundleScript } from './bundle-script.ts';
import { type Figure, median } from './figure.ts';
import { GIB } from './log-follow.ts';
import { LAST_LINE, logServer } from './log-server.ts';
import { type Cost, costOf } from './process-cost.ts';
import { MANY, courierLog } from './results-memory.ts';
import { CERTIFICATE, startTlsServer, writeKubeconfig } from './tls-server.ts';

const ROUNDS = 3;

/** 1 GiB of log and then 200,000 test cases in one process, as a run has them, beside a Node script that only copies and unpacks. */
export async function measureEvidence(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'testcar-gate-bench-evidence-'));
  const server = await startTlsServer(folder, logServer(GIB));
  try {
    const kubeconfig = await writeKubeconfig(folder, server.url);
    const [log, junit] = [join(folder, 'courier.log'), join(folder, 'junit.xml')];
    await writeFile(log, await courierLog(MANY, 0));
    const gate = await bundleScript('whole-evidence', folder);
    const bare = await writeBareScript(folder, server.url);
    const figures: Figure[] = [];
    for (const node of NODES) {
      const costs: Record<'gate' | 'bare', Cost[]> = { gate: [], bare: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        const run = (...args: string[]) => costOf([nodeBinary(node), ...args], folder, { lastLine: DONE });
        costs.gate.push(await run(gate, kubeconfig, log, junit));
        costs.bare.push(await run(bare, log, junit));
      }
      const of = (who: 'gate' | 'bare', what: keyof Cost): number => median(costs[who].map((cost) => cost[what]));
      const ratio = (what: keyof Cost): number => of('gate', what) / of('bare', what);
      const how = `median of ${ROUNDS}, one process, beside a Node script that copies the log and unpacks the results`;
      const name = `1 GiB of log, then 200,000 cases, on ${node}`;
      figures.push(
        { name: `${name}, peak memory: gate / bare Node`, value: ratio('peakMiB'), limit: 1.5, unit: 'ratio', how },
        { name: `${name}, peak memory: gate`, value: of('gate', 'peakMiB'), unit: 'MiB', how },
        { name: `${name}, CPU: gate / bare Node`, value: ratio('cpuMs'), unit: 'ratio', how },
      );
    }
    return figures;
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies the log, and knows of the courier its frames and nothing else. */
async function writeBareScript(folder: string, url: string): Promise<string> {
  const script = join(folder, 'bare-evidence.mjs');
  await writeFile(
    script,
    `${BARE_UNPACK}import { request } from 'node:https';
const ca = readFileSync('${join(folder, CERTIFICATE)}');
await new Promise((resolve) => {
  request('${url}/api/v1/namespaces/bench/pods/p/log?follow=true', { ca }, (response) => {
    response.on('data', (chunk) => {
      if (chunk.subarray(-200).includes('${LAST_LINE}')) resolve();
    });
    response.pipe(process.stdout);
  }).end();
});
await unpack();
${BARE_END}`,
  );
  return script;
}
