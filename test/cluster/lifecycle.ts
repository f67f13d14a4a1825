import { mkdir, rm } from 'node:fs/promises';
import { watchUntil } from './api.ts';
import { type Binaries, buildBinaries } from './binaries.ts';
import { createCgroups, killClusterProcesses } from './cgroups.ts';
import { tryRun } from './commands.ts';
import * as component from './components.ts';
import { writeConfigFiles } from './config-files.ts';
import { createDnsService, dnsAnswers } from './dns.ts';
import { ClusterError, messageOf } from './errors.ts';
import { apiReady, checkHealth, isReadyNode, registryAnswers } from './health.ts';
import { buildImage, buildPauseImage, busyboxImage, loadImage } from './images.ts';
import { field } from './json.ts';
import { cacheDir, nodeName, path } from './layout.ts';
import { withLock } from './lock.ts';
import { rememberMachineState } from './machine-state.ts';
import { createNetwork } from './network.ts';
import { claimMachine } from './owner.ts';
import { checkMachine } from './packages.ts';
import { createPki } from './pki.ts';
import { checkPortsFree } from './ports.ts';
import { startProgram } from './processes.ts';
import { say } from './progress.ts';
import { tearDown } from './teardown.ts';
import { waitUntil } from './waiting.ts';

/** Returns when pods can run and resolve names. Quick if the cluster is up already; a broken one is made anew. */
export async function up({ install = false } = {}): Promise<void> {
  await withRoot(async () => {
    const checks = await checkHealth();
    const bad = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    if (checks.length > 0 && bad.length === 0) return say('the cluster is up');
    if (bad.length > 0) say(`not healthy: ${bad.join(', ')}: starting anew`);
    await checkMachine({ install });
    const binaries = await buildBinaries();
    const images = [await buildPauseImage(), await buildImage(busyboxImage)];
    await tearDown();
    await checkPortsFree();
    try {
      await start(binaries, images);
    } catch (cause) {
      // The logs stay for the reader, but nothing half-alive.
      await killClusterProcesses();
      throw new ClusterError(`the cluster did not come up: ${messageOf(cause)}`, {
        cause,
        remedy: `logs: ${path.logs} (until the next up or down)`,
      });
    }
    say(`the cluster is up: KUBECONFIG=${path.kubeconfig}`);
  });
}

/** Leaves nothing of the cluster on the machine; with `purge` not even the binaries that the next `up` would reuse. */
export async function down({ purge = false } = {}): Promise<void> {
  await withRoot(async () => {
    await tearDown();
    if (purge) await rm(cacheDir, { recursive: true, force: true });
    say(purge ? 'the cluster is down, its cache is removed' : 'the cluster is down');
  });
}

async function withRoot(work: () => Promise<void>): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) await checkMachine({ install: false });
  await withLock(work);
}

async function start(binaries: Binaries, images: string[]): Promise<void> {
  await rememberMachineState();
  await claimMachine();
  await mkdir(path.data, { recursive: true, mode: 0o711 });
  await createCgroups();
  await createPki();
  await writeConfigFiles();
  await createNetwork();

  say('starting etcd, containerd, the registry and the API server');
  await startProgram(component.etcd(binaries));
  await startProgram(component.containerd);
  await startProgram(component.imageRegistry);
  await startProgram(component.apiserver(binaries));
  await waitUntil('containerd answers', containerdAnswers);
  for (const image of images) await loadImage(image);
  await waitUntil('the registry answers', registryAnswers);
  await waitUntil('the API server is ready', () => apiReady().catch(() => false));

  say('starting the node');
  await startProgram(component.controllerManager(binaries));
  await startProgram(component.scheduler(binaries));
  await startProgram(component.kubelet(binaries));
  await startProgram(component.proxy(binaries));
  await startProgram(component.dns(binaries));
  await createDnsService();
  await Promise.all([
    watchUntil(`node ${nodeName} is ready`, `/api/v1/nodes?fieldSelector=metadata.name%3D${nodeName}`, isReadyNode),
    watchUntil(
      'namespace default has its ServiceAccount, which every pod needs',
      '/api/v1/namespaces/default/serviceaccounts',
      (account) => field(account, 'metadata', 'name') === 'default',
    ),
    waitUntil('the cluster DNS answers', dnsAnswers),
  ]);
}

async function containerdAnswers(): Promise<boolean> {
  const { exitCode } = await tryRun('ctr', ['--address', path.containerdSocket, '--timeout', '2s', 'version']);
  return exitCode === 0;
}
