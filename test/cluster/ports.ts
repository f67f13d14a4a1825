import { createServer } from 'node:net';
import { ClusterError, hasCode } from './errors.ts';
import { port } from './layout.ts';

export async function checkPortsFree(): Promise<void> {
  const taken = (
    await Promise.all(
      Object.entries(port).map(async ([name, number]) => ((await isFree(number)) ? [] : [`${number} (${name})`])),
    )
  ).flat();
  if (taken.length === 0) return;
  throw new ClusterError(`another program listens on port ${taken.join(', ')}, which the cluster needs`, {
    remedy: `find it with: ss -ltnp 'sport = :${taken[0]?.split(' ')[0]}'`,
  });
}

async function isFree(number: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(false) : reject(error)));
    // All addresses: a listener on any of them is a conflict.
    server.listen(number, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
