import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
// The deep path: the package's index loads every generated API class, which costs over 100 ms at start-up.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { listAt, stringAt } from '../../core/model/json.ts';
import { codeOf, oneLine } from './api-error.ts';

/** `node:fs/promises` takes 2 ms to load, and every run waits for the start. */
const readFile = promisify(fs.readFile);

export type Env = Readonly<Record<string, string | undefined>>;

export type ConnectionSource =
  | { kind: 'file'; path: string; context?: string }
  | { kind: 'default'; context?: string; env: Env }
  | { kind: 'text'; kubeconfig: string; context?: string }
  | { kind: 'token'; server: string; caPem: string | undefined; token: string; insecureSkipTlsVerify: boolean };

export type ConnectionProblem = { kind: 'missing' | 'unreadable' | 'unknown-context' | 'no-cluster'; message: string };

export type Loaded = { ok: true; config: KubeConfig } | { ok: false; problem: ConnectionProblem };

const ANONYMOUS = 'anonymous';
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Reads credentials as kubectl would, with its context chosen. Nothing is asked of any server yet. */
export async function loadKubeConfig(source: ConnectionSource): Promise<Loaded> {
  switch (source.kind) {
    case 'token':
      return { ok: true, config: fromToken(source) };
    case 'text':
      return withContext(await fromText(source.kubeconfig, 'the kubeconfig given as text'), source.context);
    case 'file':
      return withContext(await fromFile(source.path), source.context);
    case 'default':
      return withContext(await fromDefault(source.env), source.context);
  }
}

/**
 * KUBECONFIG (files that do not exist are skipped and the first definition of a name wins, as in kubectl), then
 * ~/.kube/config, then the pod's service account. client-node would go on to http://localhost:8080; that is nobody's
 * cluster, so here it is `missing`.
 */
async function fromDefault(env: Env): Promise<Loaded> {
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) return fromFiles(listed, 'KUBECONFIG names no file that exists');
  const homes = [env['HOME'], env['USERPROFILE'], joinHome(env['HOMEDRIVE'], env['HOMEPATH'])];
  for (const home of homes) {
    if (home === undefined || home === '') continue;
    const loaded = await fromFile(path.join(home, '.kube', 'config'));
    if (loaded.ok || loaded.problem.kind !== 'missing') return loaded;
  }
  return fromServiceAccount(env);
}

function joinHome(drive: string | undefined, home: string | undefined): string | undefined {
  return drive === undefined || home === undefined ? undefined : path.join(drive, home);
}

async function fromFiles(files: readonly string[], whenNone: string): Promise<Loaded> {
  let merged: KubeConfig | undefined;
  for (const file of files) {
    const loaded = await fromFile(file);
    if (loaded.ok) merged = merged === undefined ? loaded.config : mergeInto(merged, loaded.config);
    else if (loaded.problem.kind !== 'missing') return loaded;
  }
  if (merged !== undefined) return { ok: true, config: merged };
  return problem('missing', `${whenNone}: ${files.join(', ')}`);
}

function mergeInto(first: KubeConfig, next: KubeConfig): KubeConfig {
  const added = <T extends { name: string }>(known: readonly T[], more: readonly T[]): T[] => [
    ...known,
    ...more.filter(({ name }) => !known.some((other) => other.name === name)),
  ];
  first.clusters = added(first.clusters, next.clusters);
  first.users = added(first.users, next.users);
  first.contexts = added(first.contexts, next.contexts);
  // The type says string, but a kubeconfig may name no current context.
  if (!first.currentContext) first.currentContext = next.currentContext;
  return first;
}

async function fromFile(file: string): Promise<Loaded> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return problem('missing', `kubeconfig ${file} does not exist`);
    return problem('unreadable', `kubeconfig ${file} cannot be read (${code ?? 'unknown error'})`);
  }
  const loaded = await fromText(text, `kubeconfig ${file}`, path.dirname(path.resolve(file)));
  if (loaded.ok) loaded.config.makePathsAbsolute(path.dirname(path.resolve(file)));
  return loaded;
}

async function fromText(text: string, what: string, folder = '.'): Promise<Loaded> {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
    if (text.includes('tokenFile')) {
      // Loaded only here: client-node brings a YAML reader of its own, and every run waits for what is loaded at start.
      const { parse } = await import('yaml');
      addTokenFiles(config, parse(text), folder);
    }
  } catch (error) {
    // A YAML error quotes the lines around it, which may hold a token; only its reason and place are safe to show.
    return problem('unreadable', `${what} is not a kubeconfig${placeOf(error)}`);
  }
  if (config.clusters.length === 0) return problem('no-cluster', `${what} names no cluster`);
  return { ok: true, config };
}

/** client-node 1.4.0 looks for `token-file`; the kubeconfig format and kubectl call it `tokenFile`. */
function addTokenFiles(config: KubeConfig, parsed: unknown, folder: string): void {
  const files = new Map<string, string>();
  for (const entry of listAt(parsed, 'users')) {
    const name = stringAt(entry, 'name');
    const file = stringAt(entry, 'user', 'tokenFile');
    if (name !== undefined && file !== undefined) files.set(name, path.resolve(folder, file));
  }
  config.users = config.users.map((user) => {
    const tokenFile = files.get(user.name);
    return tokenFile === undefined ? user : { ...user, authProvider: { name: 'tokenFile', config: { tokenFile } } };
  });
}

function placeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const reason = 'reason' in error && typeof error.reason === 'string' ? `: ${oneLine(error.reason)}` : '';
  const mark: unknown = 'mark' in error ? error.mark : undefined;
  const line = typeof mark === 'object' && mark !== null && 'line' in mark ? mark.line : undefined;
  return typeof line === 'number' ? `${reason} at line ${line + 1}` : reason;
}

async function fromServiceAccount(env: Env): Promise<Loaded> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const tokenFile = `${SERVICE_ACCOUNT}/token`;
  const namespace = await readFile(`${SERVICE_ACCOUNT}/namespace`, 'utf8').catch(() => undefined);
  if (host === undefined || host === '' || namespace === undefined) {
    return problem(
      'missing',
      'no kubeconfig was given, KUBECONFIG is not set, ~/.kube/config does not exist, and this is not a pod with a service account',
    );
  }
  const config = new KubeConfig();
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`;
  config.loadFromOptions({
    clusters: [{ name: 'in-cluster', server, caFile: `${SERVICE_ACCOUNT}/ca.crt`, skipTLSVerify: false }],
    users: [{ name: 'in-cluster', authProvider: { name: 'tokenFile', config: { tokenFile } } }],
    contexts: [{ name: 'in-cluster', cluster: 'in-cluster', user: 'in-cluster', namespace: namespace.trim() }],
    currentContext: 'in-cluster',
  });
  return { ok: true, config };
}

function fromToken(source: Extract<ConnectionSource, { kind: 'token' }>): KubeConfig {
  const config = new KubeConfig();
  const { server, caPem, token, insecureSkipTlsVerify } = source;
  config.loadFromOptions({
    clusters: [
      {
        name: 'given',
        server,
        skipTLSVerify: insecureSkipTlsVerify,
        ...(caPem !== undefined && { caData: Buffer.from(caPem).toString('base64') }),
      },
    ],
    users: [{ name: 'given', token }],
    contexts: [{ name: 'given', cluster: 'given', user: 'given' }],
    currentContext: 'given',
  });
  return config;
}

/** Chooses the context and checks that what it refers to exists. */
function withContext(loaded: Loaded, wanted: string | undefined): Loaded {
  if (!loaded.ok) return loaded;
  const { config } = loaded;
  const name = wanted ?? config.currentContext;
  const names = config.contexts.map((context) => context.name).join(', ') || 'none';
  if (!name) return problem('unknown-context', `the kubeconfig has no current context; name one of: ${names}`);
  const context = config.contexts.find((candidate) => candidate.name === name);
  if (context === undefined)
    return problem('unknown-context', `the kubeconfig has no context ${name}; it has: ${names}`);
  config.setCurrentContext(name);
  if (config.getCluster(context.cluster) === null) {
    return problem(
      'no-cluster',
      `context ${name} names cluster ${context.cluster}, which the kubeconfig does not have`,
    );
  }
  // client-node applies not even the cluster's CA when the context has no user.
  if (!context.user) {
    config.contexts = config.contexts.map((other) => (other === context ? { ...other, user: ANONYMOUS } : other));
    config.users = [...config.users, { name: ANONYMOUS }];
  } else if (config.getUser(context.user) === null) {
    return problem('unreadable', `context ${name} names user ${context.user}, which the kubeconfig does not have`);
  }
  return loaded;
}

function problem(kind: ConnectionProblem['kind'], message: string): Loaded {
  return { ok: false, problem: { kind, message: oneLine(message) } };
}
