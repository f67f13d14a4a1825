import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployment, testcarJob, write } from '../e2e/example-manifests.ts';
import { NODES, type NodeVersion, cliIn, nodeBinary } from '../e2e/front-ends.ts';
import { type Figure, median } from './figure.ts';
import { CERTIFICATE, startTlsServer, writeKubeconfig } from './tls-server.ts';

const ROUNDS = 15;

/** Process start → first request at the API server, beside a bare Node script that makes one TLS request. */
export async function measureStartUp(released: string): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'testcar-gate-bench-'));
  const server = await startServer(folder);
  try {
    const bare = await writeBareScript(folder, server.url);
    const gate = await gateArguments(released, folder, server.url);
    const figures: Figure[] = [];
    for (const node of NODES) figures.push(...(await compare(node, bare, gate, server, folder)));
    return figures;
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  node: NodeVersion,
  bare: readonly string[],
  gate: readonly string[],
  server: Server,
  folder: string,
): Promise<Figure[]> {
  const times: Record<'bare' | 'gate', number[]> = { bare: [], gate: [] };
  // In turns, so that a busy moment of the machine hits both; the first pair only warms the file cache.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const pair = {
      bare: await timeToRequest(node, bare, server, folder),
      gate: await timeToRequest(node, gate, server, folder),
    };
    if (round === 0) continue;
    times.bare.push(pair.bare);
    times.gate.push(pair.gate);
  }
  const [bareMs, gateMs] = [median(times.bare), median(times.gate)];
  const how = `median of ${ROUNDS}, process start to first HTTP request seen by a local TLS server`;
  return [
    { name: `start-up on ${node}: gate / bare Node script`, value: gateMs / bareMs, limit: 1.5, unit: 'ratio', how },
    { name: `start-up on ${node}: gate`, value: gateMs, unit: 'ms', how },
    { name: `start-up on ${node}: bare Node script`, value: bareMs, unit: 'ms', how },
  ];
}

async function timeToRequest(
  node: NodeVersion,
  args: readonly string[],
  server: Server,
  folder: string,
): Promise<number> {
  const requested = server.nextRequest();
  const startedAt = performance.now();
  const child = spawn(nodeBinary(node), args, {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  const seenAt = await Promise.race([
    requested,
    ended.then((output) => {
      throw new Error(`the process ended without a request: ${output}`);
    }),
  ]);
  child.kill('SIGKILL');
  await ended;
  return seenAt - startedAt;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject).on('close', () => resolve(output));
  });
}

type Server = { url: string; nextRequest(): Promise<number>; close(): void };

/** Answers nothing: all that counts is when the request came. */
async function startServer(folder: string): Promise<Server> {
  let onRequest = (_seenAt: number): void => undefined;
  const server = await startTlsServer(folder, () => onRequest(performance.now()));
  return { ...server, nextRequest: () => new Promise((resolve) => (onRequest = resolve)) };
}

async function writeBareScript(folder: string, url: string): Promise<readonly string[]> {
  const script = join(folder, 'bare.mjs');
  await writeFile(
    script,
    `import { readFileSync } from 'node:fs';
import { request } from 'node:https';
request('${url}/version', { ca: readFileSync('${join(folder, CERTIFICATE)}') }).end();
`,
  );
  return [script];
}

async function gateArguments(released: string, folder: string, url: string): Promise<readonly string[]> {
  const kubeconfig = await writeKubeconfig(folder, url);
  const image = 'registry.example.com/quote-service:1.1.0';
  return [
    cliIn(released),
    'run',
    `--kubeconfig=${kubeconfig}`,
    '--namespace=bench',
    `--manifests=${await write(folder, 'deployment.yaml', await deployment({ image }))}`,
    `--testcar-manifest=${await write(folder, 'job.yaml', await testcarJob({ image }))}`,
    `--report-dir=${join(folder, 'report')}`,
    '--pipeline-run=bench',
  ];
}
