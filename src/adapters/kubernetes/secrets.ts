import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { isObject, listAt, stringAt } from '../../core/model/json.ts';

const SECRET_NAME = /secret|token|password|passwd|credential|api-?key/i;

/** Every value of the current context that must never be shown, as far as it is known before the first request. */
export function secretsOf(config: KubeConfig): string[] {
  const user = config.getCurrentUser();
  const proxy = config.getCurrentCluster()?.proxyUrl;
  if (user === null) return [];
  const found: (string | undefined)[] = [user.token, user.password, passwordOf(proxy)];
  if (user.keyData !== undefined && user.keyData !== null) {
    found.push(user.keyData, ...keyLines(Buffer.from(user.keyData, 'base64').toString('utf8')));
  }
  // `authProvider` and `exec` are untyped in client-node.
  const provider: unknown = user.authProvider;
  if (isObject(provider) && isObject(provider['config'])) {
    for (const [name, value] of Object.entries(provider['config'])) {
      if (SECRET_NAME.test(name) && name !== 'tokenFile' && typeof value === 'string') found.push(value);
    }
  }
  found.push(...execSecrets(user.exec));
  return [...new Set(found.filter((value) => value !== undefined && value !== null && value.length >= 4))].filter(
    (value) => typeof value === 'string',
  );
}

/** Lines of a PEM text without its BEGIN and END lines. */
export function keyLines(pem: string): string[] {
  return pem.split(/\r?\n/).filter((line) => line.length >= 4 && !line.startsWith('-----'));
}

/** The bearer token or password of the headers that an authenticator produced. */
export function secretsOfHeaders(headers: Readonly<Record<string, unknown>>): string[] {
  const value = headers['Authorization'] ?? headers['authorization'];
  if (typeof value !== 'string') return [];
  const credential = value.replace(/^\S+\s+/, '').trim();
  return credential.length >= 4 ? [credential] : [];
}

function execSecrets(exec: unknown): string[] {
  const found: string[] = [];
  for (const entry of listAt(exec, 'env')) {
    const value = stringAt(entry, 'value');
    if (value !== undefined && SECRET_NAME.test(stringAt(entry, 'name') ?? '')) found.push(value);
  }
  const args = listAt(exec, 'args').filter((arg) => typeof arg === 'string');
  args.forEach((arg, index) => {
    const [flag = '', value] = arg.split('=', 2);
    if (!flag.startsWith('-') || !SECRET_NAME.test(flag)) return;
    const secret = value ?? args[index + 1];
    if (secret !== undefined) found.push(secret);
  });
  return found;
}

function passwordOf(proxy: string | undefined): string | undefined {
  if (proxy === undefined || !URL.canParse(proxy)) return undefined;
  const { password } = new URL(proxy);
  return password === '' ? undefined : decodeURIComponent(password);
}
