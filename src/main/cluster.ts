import type { Connection, ConnectOutcome, ConnectionSource } from '../adapters/kubernetes/index.ts';
import type { ApiError } from '../core/model/api-error.ts';
import type { InputProblem } from '../core/options/options.ts';
import type { Host, Ports } from '../ports.ts';
import type { FrontEndParts } from './front-end.ts';

export type ClusterPorts = Pick<Ports, 'objects' | 'access' | 'watching' | 'logs'>;

/** What opens a way to the API server; tests hand in their own. */
export type ClusterOpener = {
  connect(source: ConnectionSource): Promise<ConnectOutcome>;
  clusterPorts(connection: Connection): ClusterPorts;
};

export type OpenCluster = {
  namespace: string;
  ports: ClusterPorts;
  /** Every secret of the connection, those known by now and those that an authenticator brings later. */
  tellSecrets(host: Host): void;
  close(): void;
};

export type Opened =
  | { ok: true; cluster: OpenCluster }
  | { ok: false; why: 'problems'; problems: readonly InputProblem[] }
  | { ok: false; why: 'missing'; message: string }
  | { ok: false; why: 'azure'; error: ApiError };

/**
 * Loading the rest of the gate blocks the thread for about 15 ms, and with it the handshake. A near API server gets its
 * request within this time; of a far one the gate waits for the network anyway, and loads meanwhile.
 */
const HEAD_START_MS = 8;

/**
 * Connects, and sends the first request at once: it takes two round trips and some cryptography, during which the rest
 * of the gate is loaded. The answer is kept for the preflight, which asks first of all for the server's version.
 */
export async function openCluster(
  parts: FrontEndParts,
  opener: ClusterOpener,
  options: Parameters<FrontEndParts['findCluster']>[0],
  signal: AbortSignal,
): Promise<Opened> {
  const found = await parts.findCluster(options, signal);
  if (!found.ok) {
    return 'error' in found
      ? { ok: false, why: 'azure', error: found.error }
      : { ok: false, why: 'problems', problems: found.problems };
  }
  const connected = await opener.connect(found.source);
  if (!connected.ok) return { ok: false, why: 'missing', message: connected.problem.message };
  const { connection } = connected;
  const ports = opener.clusterPorts(connection);
  const version = ports.access.serverVersion();
  // When nobody asks for it, because the input is wrong, its failure is nobody's either.
  const answered = version.catch(() => undefined);
  await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, HEAD_START_MS))]);
  const cluster: OpenCluster = {
    namespace: connection.namespace,
    ports: {
      ...ports,
      access: {
        missing: (namespace, needs) => ports.access.missing(namespace, needs),
        untilAnswers: (forMs, until) => ports.access.untilAnswers(forMs, until),
        serverVersion: () => version,
      },
    },
    tellSecrets(host) {
      for (const secret of found.secrets) host.mask(secret);
      connection.onSecret((secret) => {
        host.mask(secret);
      });
    },
    close: () => {
      connection.close();
    },
  };
  return { ok: true, cluster };
}
