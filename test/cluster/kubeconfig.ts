import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { apiserverUrl, path } from './layout.ts';

/** A kubeconfig that holds its keys, so that it can be copied away. */
export async function writeKubeconfig(target: string, certificate: string): Promise<void> {
  const [authority, cert, key] = await Promise.all(
    ['ca.crt', `${certificate}.crt`, `${certificate}.key`].map((name) => readFile(join(path.pki, name), 'base64')),
  );
  const name = 'testcar-gate';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: apiserverUrl, 'certificate-authority-data': authority } }],
    users: [{ name, user: { 'client-certificate-data': cert, 'client-key-data': key } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  await writeFile(target, stringify(config), { mode: 0o600 });
}
