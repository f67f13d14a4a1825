import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../cluster/commands.ts';

export type SelfSigned = { cert: string; key: string };

/** A certificate that nobody trusts unless told to, for these addresses (`IP:127.0.0.1`). */
export async function selfSigned(folder: string, addresses: readonly string[]): Promise<SelfSigned> {
  const file = (name: string) => join(folder, `self-signed.${name}`);
  const lines = ['[req]', 'distinguished_name = subject', '[subject]', '[extensions]'];
  await writeFile(file('cnf'), [...lines, `subjectAltName = ${addresses.join(',')}`, ''].join('\n'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', file('key')];
  const subject = ['-config', file('cnf'), '-extensions', 'extensions', '-subj', '/CN=nobody'];
  await run('openssl', ['req', '-x509', ...key, ...subject, '-days', '2', '-out', file('crt')]);
  return { cert: await readFile(file('crt'), 'utf8'), key: await readFile(file('key'), 'utf8') };
}
