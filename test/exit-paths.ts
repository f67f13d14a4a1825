import { spawn } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { type RequestListener, createServer } from 'node:http';
import path from 'node:path';

/** How a process ended, and what it told its host meanwhile. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

export type Sabotage = {
  /** A module that Node loads before the first line of ours: `--import`. */
  module?: string;
  nodeOptions?: string;
  /** Where its stdout goes, instead of to the test. */
  stdout?: 'closed' | 'full disk';
};

/** Starts what an agent would start, with the environment that is given and nothing of this machine's. */
export async function startSabotaged(
  node: string,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { module, nodeOptions = '', stdout }: Sabotage,
  folder: string,
): Promise<Ended> {
  const saboteur = path.join(folder, 'saboteur.mjs');
  if (module !== undefined) await writeFile(saboteur, module);
  const options = [nodeOptions, ...(module === undefined ? [] : [`--import=${saboteur}`])].join(' ').trim();
  const fullDisk = stdout === 'full disk' ? await open('/dev/full', 'w') : undefined;
  const child = spawn(node, [file, ...args], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder, TMPDIR: folder, ...env, NODE_OPTIONS: options },
    stdio: ['ignore', fullDisk?.fd ?? 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  if (stdout === 'closed') child.stdout?.destroy();
  else child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal, ...said }));
    });
  } finally {
    await fullDisk?.close();
  }
}

export type Server = { url: string; close(): Promise<void> };

/** Takes every request and answers none, so that a gate is in the middle of its work. */
export const startSilentServer = (): Promise<Server> => startServer(() => undefined);

/** Is not an API server, which a gate says at once. */
export const startLoginPage = (): Promise<Server> =>
  startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>');
  });

async function startServer(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function writeKubeconfig(file: string, server: string): Promise<string> {
  const config = {
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [{ name: 'a', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'a', user: { token: 'very-secret-token' } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

export async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

/** Runs `then` when the gate opens its first connection: it has read its inputs by then and waits for the cluster. */
export function atFirstConnection(then: string): string {
  return `import { subscribe } from 'node:diagnostics_channel';
let done = false;
subscribe('net.client.socket', ({ socket }) => {
  if (done) return;
  done = true;
  setImmediate(() => { ${then} });
});
`;
}
