import { readFile, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { run } from '../cluster/commands.ts';

export const CERTIFICATE = 'server.crt';

export type TlsServer = { url: string; close(): void };

/** A server on loopback that stands for an API server; its certificate is put into `folder`. */
export async function startTlsServer(folder: string, onRequest: RequestListener): Promise<TlsServer> {
  const [key, cert] = [join(folder, 'server.key'), join(folder, CERTIFICATE)];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP');
  return {
    url: `https://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A kubeconfig that names the server at `url`; returns its path. */
export async function writeKubeconfig(folder: string, url: string): Promise<string> {
  const path = join(folder, 'kubeconfig');
  const authority = await readFile(join(folder, CERTIFICATE), 'base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: 'bench', user: { token: 'not-a-secret' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}
