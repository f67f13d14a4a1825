import { isObject, listAt, objectAt, stringAt } from '../../core/model/json.ts';

/** A scalar in a kubeconfig that is worth stealing: the keys of `user` that hold a credential. */
const SECRET_LINE =
  /^[ \t-]*"?(token|password|client-key-data|client-secret|id-token|refresh-token|access-token)"?[ \t]*:[ \t]*(?<value>\S.*)$/gm;

/**
 * The credentials inside a kubeconfig. The agent masks the kubeconfig only as one text of many lines, which never
 * equals a line of output, so each value has to be masked on its own.
 */
export function secretsOfKubeconfig(kubeconfig: string): readonly string[] {
  const found: string[] = [];
  for (const match of kubeconfig.matchAll(SECRET_LINE)) {
    const value = (match.groups?.['value'] ?? '')
      .trim()
      .replace(/,$/, '')
      .replace(/^(['"])(.*)\1$/, '$2');
    if (value.length >= 4) found.push(value);
  }
  return found;
}

/** The cluster of a kubeconfig whose user is the program kubelogin, which an agent rarely has; else undefined. */
export async function kubeloginUser(
  kubeconfig: string,
  context: string | undefined,
): Promise<{ server: string; caPem: string | undefined; serverId: string | undefined } | undefined> {
  if (!kubeconfig.includes('kubelogin')) return undefined;
  const config = await parseYaml(kubeconfig);
  const named = (list: string, name: string | undefined) =>
    listAt(config, list).find((item) => stringAt(item, 'name') === name);
  const chosen = objectAt(named('contexts', context ?? stringAt(config, 'current-context')), 'context');
  const exec = objectAt(named('users', stringAt(chosen, 'user')), 'user', 'exec');
  const cluster = objectAt(named('clusters', stringAt(chosen, 'cluster')), 'cluster');
  const server = stringAt(cluster, 'server');
  if (!isObject(exec) || !/(^|[\\/])kubelogin(\.exe)?$/.test(stringAt(exec, 'command') ?? '')) return undefined;
  if (server === undefined) return undefined;
  const args = listAt(exec, 'args');
  const serverId = args[args.indexOf('--server-id') + 1];
  const ca = stringAt(cluster, 'certificate-authority-data');
  return {
    server,
    caPem: ca === undefined ? undefined : Buffer.from(ca, 'base64').toString('utf8'),
    serverId: args.includes('--server-id') && typeof serverId === 'string' ? serverId : undefined,
  };
}

/** A kubeconfig that is no YAML is refused, with its own words, where the connection is made. */
async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
