import { readFile, rm, writeFile } from 'node:fs/promises';
import { ClusterError, hasCode } from './errors.ts';
import { clusterDir } from './layout.ts';

/** Outside the cluster's folder, because it tells where that is. In /run: a reboot ends every cluster. */
const ownerFile = '/run/testcar-gate-cluster.owner';

/** Ports, bridge and control group have fixed names: a second cluster would tear the first one down. */
export async function checkNoOtherCluster(): Promise<void> {
  const owner = await readOwner();
  if (owner === undefined || owner === clusterDir) return;
  throw new ClusterError(`this machine's cluster belongs to another folder, ${owner}`, {
    remedy: `TESTCAR_GATE_CLUSTER_DIR=${owner} npm run cluster -- down`,
  });
}

export async function claimMachine(): Promise<void> {
  await writeFile(ownerFile, clusterDir);
}

export async function releaseMachine(): Promise<void> {
  await rm(ownerFile, { force: true });
}

async function readOwner(): Promise<string | undefined> {
  try {
    return await readFile(ownerFile, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
