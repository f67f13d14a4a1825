import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { isObject, listAt, stringAt } from '../../core/model/json.ts';
import type { Result } from '../../core/model/api-error.ts';
import { apiError, codeOf } from './api-error.ts';
import { type ConnectionSource, loadKubeConfig } from './kubeconfig.ts';
import { secretsOf, secretsOfHeaders } from './secrets.ts';
import type { Target } from './transport.ts';

/** A credential plugin may open a browser or wait for input that never comes; an agent has neither. */
const PLUGIN_TIMEOUT_MS = 60_000;
const INFO = 'KUBERNETES_EXEC_INFO';

/**
 * Turns the kubeconfig's user into request options, once, and again after the server refused them. Concurrent callers
 * share one attempt, so that a plugin runs once however many requests wait for it.
 */
export class Authentication {
  readonly #source: ConnectionSource;
  readonly #server: URL;
  readonly #proxy: string | undefined;
  readonly #agents = new Map<string, https.Agent>();
  readonly #secrets = new Set<string>();
  readonly #listeners: ((secret: string) => void)[] = [];
  #config: KubeConfig;
  #stale = false;
  #target: Promise<Target> | undefined;

  constructor(source: ConnectionSource, config: KubeConfig, server: URL, proxy: string | undefined) {
    this.#source = source;
    this.#config = config;
    this.#server = server;
    this.#proxy = proxy;
    secretsOf(config).forEach((secret) => this.#secrets.add(secret));
  }

  secrets(): readonly string[] {
    return [...this.#secrets];
  }

  onSecret(listener: (secret: string) => void): void {
    this.#secrets.forEach((secret) => listener(secret));
    this.#listeners.push(listener);
  }

  async target(doing: string): Promise<Result<Target>> {
    this.#target ??= this.#apply();
    const applying = this.#target;
    try {
      return { ok: true, value: await applying };
    } catch (error) {
      if (this.#target === applying) this.#target = undefined;
      return {
        ok: false,
        error: apiError('credentials', `${doing}: ${this.#explain(error)}`, { code: codeOf(error) }),
      };
    }
  }

  /** The server did not accept what `target` gave: read files and ask plugins anew for the next request. */
  refused(): void {
    this.#target = undefined;
    this.#stale = true;
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  async #apply(): Promise<Target> {
    if (this.#stale) await this.#reload();
    const user = this.#config.getCurrentUser();
    if (this.#proxy !== undefined) useProxy(this.#config, this.#proxy);
    if (user !== null) describeCluster(user.exec);
    const options: https.RequestOptions = {};
    await withTimeout(this.#config.applyToHTTPSOptions(options), PLUGIN_TIMEOUT_MS);
    const headers = trimmedHeaders(options.headers);
    for (const secret of [...secretsOf(this.#config), ...secretsOfHeaders(headers)]) this.#learn(secret);
    if (this.#proxy === undefined && this.#server.protocol === 'https:') options.agent = this.#keepAliveAgent(options);
    return { server: this.#server, options: { ...options, headers } };
  }

  /**
   * client-node's plugin runner and token file reader keep what they have until it expires by their own clock, so after
   * a refusal the kubeconfig is loaded anew. Not for OIDC: there the refresh token lives only in the loaded object.
   */
  async #reload(): Promise<void> {
    this.#stale = false;
    const provider: unknown = this.#config.getCurrentUser()?.authProvider;
    if (stringAt(provider, 'name') === 'oidc') return;
    const loaded = await loadKubeConfig(this.#source);
    if (loaded.ok) this.#config = loaded.config;
  }

  /** client-node makes a new agent without keep-alive for every call; one per certificate is enough. */
  #keepAliveAgent(options: https.RequestOptions): https.Agent {
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const name = JSON.stringify([String(cert), servername, rejectUnauthorized]);
    const known = this.#agents.get(name);
    if (known !== undefined) return known;
    const agent = new https.Agent({
      keepAlive: true,
      maxSockets: Infinity,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(servername !== undefined && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    });
    this.#agents.set(name, agent);
    return agent;
  }

  #learn(secret: string): void {
    if (this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    for (const listener of this.#listeners) listener(secret);
  }

  /** What a plugin wrote to stderr can hold a token, so it is never shown; its name and exit are enough to go on. */
  #explain(error: unknown): string {
    const user = this.#config.getCurrentUser();
    const command = stringAt(user?.exec, 'command');
    const code = codeOf(error);
    if (command !== undefined) {
      if (code === 'ENOENT')
        return `the credential plugin ${command} of the kubeconfig is not installed on this machine`;
      const why = error instanceof TimedOut ? `gave no answer in ${PLUGIN_TIMEOUT_MS / 1000} s` : 'failed';
      return `the credential plugin ${command} of the kubeconfig ${why}; run it by hand on this machine to see why`;
    }
    const file = error instanceof Error && 'path' in error && typeof error.path === 'string' ? ` ${error.path}` : '';
    if (code === 'ENOENT' || code === 'EACCES')
      return `the kubeconfig's credential file${file} cannot be read (${code})`;
    return `the credentials of the kubeconfig cannot be used${code === undefined ? '' : ` (${code})`}`;
  }
}

class TimedOut extends Error {}

async function withTimeout(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut()), timeoutMs);
  });
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/**
 * Plugins read KUBERNETES_EXEC_INFO (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins);
 * client-node does not set it. `interactive: false` makes a plugin fail instead of asking for input.
 */
function describeCluster(exec: unknown): void {
  if (!isObject(exec)) return;
  const env = listAt(exec, 'env').filter((entry) => stringAt(entry, 'name') !== INFO);
  const apiVersion = stringAt(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1';
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  Object.assign(exec, { env: [...env, { name: INFO, value: JSON.stringify(info) }] });
}

function useProxy(config: KubeConfig, proxyUrl: string): void {
  const current = config.getCurrentCluster();
  config.clusters = config.clusters.map((cluster) =>
    cluster.name === current?.name ? { ...cluster, proxyUrl } : cluster,
  );
}

/** A token file ends with a line end more often than not, which a header must not. */
function trimmedHeaders(headers: https.RequestOptions['headers']): Record<string, string> {
  const trimmed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) trimmed[name] = String(value).trim();
  return trimmed;
}
