import { readdir, readFile, readlink, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { killClusterProcesses, removeCgroups } from './cgroups.ts';
import { run, tryRun } from './commands.ts';
import { hasCode } from './errors.ts';
import { removeOurRules } from './firewall.ts';
import { clusterDir, ourMark, path } from './layout.ts';
import { type MachineState, recallMachineState, restoreSysctls } from './machine-state.ts';
import { removeNetwork } from './network.ts';
import { checkNoOtherCluster, releaseMachine } from './owner.ts';

/**
 * Ends the cluster and removes every trace of it from the machine. Works from what is there, not from what a
 * tidy shutdown would have left: after a crash, a half-finished `up` or an earlier teardown that was interrupted.
 */
export async function tearDown(): Promise<void> {
  await checkNoOtherCluster();
  const before = await recallMachineState();
  // Nothing is stopped politely: the cluster's data goes too, and containers outlive a polite containerd.
  await killClusterProcesses();
  await removeShimSockets();
  await removeNetwork();
  await unmountAll();
  await removeOurRules(before?.tables);
  await removeCgroups();
  await removeFilesElsewhere(before);
  if (before !== undefined) await restoreSysctls(before);
  await rm(clusterDir, { recursive: true, force: true });
  await releaseMachine();
}

/** containerd's shims listen in /run/containerd/s, whatever its state folder; only the bundle knows which are ours. */
async function removeShimSockets(): Promise<void> {
  const bundles = join(path.containerdState, 'io.containerd.runtime.v2.task', 'k8s.io');
  for (const id of await list(bundles)) {
    const address = await readFile(join(bundles, id, 'address'), 'utf8').catch(() => '');
    if (address.startsWith('unix://')) await unlink(address.slice('unix://'.length)).catch(ignoreGone);
  }
  for (const dir of ['/run/containerd/s', '/run/containerd']) await removeIfEmpty(dir);
}

async function unmountAll(): Promise<void> {
  const points = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    // Blanks are written as octal (proc(5), mountinfo).
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((point) => point.startsWith(`${clusterDir}/`))
    .reverse();
  if (points.length === 0) return;
  const { exitCode } = await tryRun('umount', points);
  // Something outside the cluster (a person's shell) can sit in a mount; it must not keep the rest alive.
  if (exitCode !== 0) await run('umount', ['--lazy', '--quiet', ...points]).catch(() => {});
}

/** What the kubelet and the CNI library write to fixed places, whatever their configuration. */
async function removeFilesElsewhere(before: MachineState | undefined): Promise<void> {
  const links = '/var/log/containers';
  for (const name of await list(links)) {
    const target = await readlink(join(links, name)).catch(() => '');
    if (target.startsWith(`${clusterDir}/`)) await unlink(join(links, name));
  }
  const results = '/var/lib/cni/results';
  const names = await list(results);
  // NETWORK-SANDBOX-INTERFACE. The loopback network has one name for everybody: its sandbox tells whose it is.
  const sandboxes = names
    .filter((name) => name.startsWith(`${ourMark}-`))
    .map((name) => name.slice(ourMark.length + 1, -'-eth0'.length));
  for (const name of names) if (sandboxes.some((id) => name.includes(id))) await unlink(join(results, name));
  const devicePlugins = '/var/lib/kubelet/device-plugins';
  if (before?.hadKubelet === false) await rm(devicePlugins, { recursive: true, force: true });
  for (const dir of [links, results, '/var/lib/cni', devicePlugins, '/var/lib/kubelet']) await removeIfEmpty(dir);
}

async function list(dir: string): Promise<string[]> {
  return readdir(dir).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
}

async function removeIfEmpty(dir: string): Promise<void> {
  await rmdir(dir).catch((error: unknown) => {
    if (!hasCode(error, 'ENOTEMPTY')) ignoreGone(error);
  });
}

function ignoreGone(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error;
}
