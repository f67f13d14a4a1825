import process from 'node:process';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { kubernetesPorts, loadConnection } from '../../src/adapters/kubernetes/index.ts';
import type { World } from './world.ts';

/** The gate's own ports to the cluster, over a connection that is closed with the test. */
export async function portsOf({ setup }: World, path = setup.kubeconfig): Promise<ReturnType<typeof kubernetesPorts>> {
  const { context } = setup;
  const isOwn = path === setup.kubeconfig;
  const outcome = await loadConnection(
    { kind: 'file', path, ...(isOwn && context !== undefined && { context }) },
    process.env,
  );
  if (!outcome.ok) throw new Error(outcome.problem.message);
  const { connection } = outcome;
  onTestFinished(() => {
    connection.close();
  });
  return kubernetesPorts(connection, systemClock, Math.random);
}
