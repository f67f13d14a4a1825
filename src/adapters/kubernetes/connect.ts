import type { IncomingMessage } from 'node:http';
import type { Result } from '../../core/model/api-error.ts';
import { Authentication } from './authentication.ts';
import { type ConnectionProblem, type ConnectionSource, type Env, loadKubeConfig } from './kubeconfig.ts';
import { fromAnswer, fromTransport } from './api-error.ts';
import { proxyFromEnv } from './proxy.ts';
import { type HttpRequest, readBody, send } from './transport.ts';

export type { ConnectionProblem, ConnectionSource } from './kubeconfig.ts';

/** One request: `doing` says what for, as an error message begins ("reading Job shop/x"). */
export type Call = HttpRequest & { doing: string };

/** An authenticated way to one API server, for one context. */
export type Connection = {
  /** Scheme, host, port and path; no credentials. */
  readonly server: string;
  readonly namespace: string;
  readonly contextName: string;
  /** To be masked before anything is printed; `onSecret` tells those that an authenticator brings later. */
  readonly secrets: readonly string[];
  onSecret(listener: (secret: string) => void): void;
  /** Sends one request, with fresh credentials once more after a 401. Any status but 2xx is an error. */
  request(call: Call): Promise<Result<IncomingMessage>>;
  /** Closes idle sockets. Requests under way end by their own signal. */
  close(): void;
};

export type ConnectOutcome = { ok: true; connection: Connection } | { ok: false; problem: ConnectionProblem };

/** Bodies of errors are small; what is longer is not a Kubernetes Status. */
const MAX_ERROR_BYTES = 256 * 1024;
const ERROR_BODY_TIMEOUT_MS = 5_000;

/**
 * Loads credentials and chooses the context; the first request goes out only when one is asked for. A cluster behind a
 * proxy is reached by the kubeconfig's `proxy-url`, else by HTTPS_PROXY and NO_PROXY of `env`.
 */
export async function loadConnection(source: ConnectionSource, env: Env): Promise<ConnectOutcome> {
  const loaded = await loadKubeConfig(source);
  if (!loaded.ok) return loaded;
  const cluster = loaded.config.getCurrentCluster();
  if (cluster === null || !URL.canParse(cluster.server)) {
    return { ok: false, problem: { kind: 'no-cluster', message: 'the address of the API server is not a URL' } };
  }
  const server = new URL(cluster.server);
  if (server.protocol !== 'https:' && !(server.protocol === 'http:' && cluster.skipTLSVerify)) {
    const message = `the API server's address ${shown(server)} must start with https:// (http:// only with insecure-skip-tls-verify)`;
    return { ok: false, problem: { kind: 'no-cluster', message } };
  }
  const proxy = cluster.proxyUrl ?? proxyFromEnv(server, source.kind === 'default' ? source.env : env);
  const context = loaded.config.getContextObject(loaded.config.getCurrentContext());
  const authentication = new Authentication(source, loaded.config, server, proxy);
  return {
    ok: true,
    connection: {
      server: shown(server),
      namespace: context?.namespace ?? 'default',
      contextName: loaded.config.getCurrentContext(),
      get secrets() {
        return authentication.secrets();
      },
      onSecret: (listener) => authentication.onSecret(listener),
      request: (call) => request(authentication, shown(server), call),
      close: () => authentication.close(),
    },
  };
}

async function request(authentication: Authentication, server: string, call: Call): Promise<Result<IncomingMessage>> {
  const first = await attempt(authentication, server, call);
  if (first.ok || first.error.kind !== 'unauthorized') return first;
  authentication.refused();
  return attempt(authentication, server, call);
}

async function attempt(authentication: Authentication, server: string, call: Call): Promise<Result<IncomingMessage>> {
  const target = await authentication.target(call.doing);
  if (!target.ok) return target;
  let response: IncomingMessage | undefined;
  try {
    response = await send(target.value, call);
    const httpStatus = response.statusCode ?? 0;
    const contentType = (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    // An API server never answers these calls with HTML; a log-in page in between does, with status 200.
    const isHtml = contentType.includes('html');
    if (httpStatus >= 200 && httpStatus < 300 && !isHtml) return { ok: true, value: response };
    const body = await readBody(response, MAX_ERROR_BYTES, ERROR_BODY_TIMEOUT_MS).catch(() => '');
    const retryAfter = response.headers['retry-after'];
    return {
      ok: false,
      error: fromAnswer(call.doing, { httpStatus, contentType, retryAfter, body }, dateOf(response)),
    };
  } catch (error) {
    response?.destroy();
    return { ok: false, error: fromTransport(error, call.doing, server) };
  }
}

/** Retry-After can be a date by the server's clock, so it is compared with that clock. */
function dateOf({ headers }: IncomingMessage): number {
  const dateMs = Date.parse(headers.date ?? '');
  return Number.isNaN(dateMs) ? Date.now() : dateMs;
}

function shown(server: URL): string {
  return `${server.origin}${server.pathname.replace(/\/$/, '')}`;
}
