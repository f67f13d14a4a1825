import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { isObject, listAt, objectAt, stringAt } from '../../src/core/model/json.ts';

export type CutProxy = {
  /** A kubeconfig that reaches the API server only through this proxy. */
  kubeconfig: string;
  /** Ends every connection and refuses new ones, as a firewall or a dead load balancer does. */
  cut(): void;
  /** Accepts connections again. */
  mend(): void;
  connections(): number;
  close(): Promise<void>;
};

/** Stands between a gate and its API server. TLS passes through: the server's certificate names 127.0.0.1. */
export async function startCutProxy(kubeconfig: string, target: string): Promise<CutProxy> {
  const config: unknown = parse(await readFile(kubeconfig, 'utf8'));
  if (!isObject(config)) throw new Error(`${kubeconfig} is no kubeconfig`);
  const server = new URL(stringAt(listAt(config, 'clusters')[0], 'cluster', 'server') ?? '');
  const open = new Set<Socket>();
  let accepted = 0;
  let isCut = false;

  const listener = createServer((client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    accepted += 1;
    const upstream = connect(Number(server.port), server.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      // Either side's end or reset ends both; which of them it was is of no interest here.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(0, '127.0.0.1', resolve));

  const clusters = listAt(config, 'clusters').map((item) => ({
    ...objectAt(item),
    cluster: { ...objectAt(item, 'cluster'), server: `https://127.0.0.1:${portOf(listener.address())}` },
  }));
  await writeFile(target, stringify({ ...config, clusters }), { mode: 0o600 });

  return {
    kubeconfig: target,
    cut() {
      isCut = true;
      for (const socket of open) socket.resetAndDestroy();
    },
    mend() {
      isCut = false;
    },
    connections: () => accepted,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on TCP');
  return address.port;
}
