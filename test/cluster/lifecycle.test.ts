import { performance } from 'node:perf_hooks';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callApi } from './api.ts';
import { externalCluster } from './cluster-for-tests.ts';
import { checkHealth } from './health.ts';
import { clusterDir } from './layout.ts';
import { down, up } from './lifecycle.ts';
import { checkPortsFree } from './ports.ts';
import { programStates } from './processes.ts';
import { createNamespace, createPod, isPodReady, podUri, seen, shell } from './test-pods.ts';
import { poll } from './waiting.ts';
import { clusterProcesses, type ProcessIdentity, stillAlive, tracesOnMachine } from './traces.ts';

/** Takes the machine's one cluster down and up: nothing else may use it meanwhile. */
describe.skipIf(externalCluster() !== undefined)('the life of a cluster', () => {
  let before: Awaited<ReturnType<typeof tracesOnMachine>>;
  let processes: ProcessIdentity[];

  beforeAll(async () => {
    await down();
    before = await tracesOnMachine();
    await up();
  });

  // Found up or down, it is left up: whoever tests next needs it.
  afterAll(() => up());

  test('up: everything is healthy', async () => {
    const checks = await checkHealth();
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.length).toBeGreaterThan(9);
  });

  test('up when up: quick, and nothing is restarted', async () => {
    const pids = await programStates();
    const startedAt = performance.now();
    await up();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(await programStates()).toEqual(pids);
  });

  test('down: with pods running, leaves nothing behind', async () => {
    await createNamespace('lifecycle');
    // A memory volume is a mount, a restart a second container, and ignoring SIGTERM what a hung container does.
    const volumes = [{ name: 'memory', emptyDir: { medium: 'Memory' } }];
    const volumeMounts = [{ name: 'memory', mountPath: '/memory' }];
    const container = shell('trap "" TERM; while :; do sleep 1; done', { volumeMounts });
    await createPod('lifecycle', 'stubborn', { containers: [container], volumes, terminationGracePeriodSeconds: 600 });
    await seen(podUri('lifecycle', 'stubborn'), isPodReady);
    processes = await clusterProcesses();
    // Nine programs, and at least the shim, the pause process and the shell of the pod.
    expect(processes.length).toBeGreaterThan(11);

    await down();

    expect(await stillAlive(processes)).toEqual([]);
    expect(await tracesOnMachine()).toEqual(before);
    expect(existsSync(clusterDir)).toBe(false);
    await checkPortsFree();
  });

  test('down when down: nothing to do is no failure', async () => {
    await down();
    expect(await checkHealth()).toEqual([]);
    expect(await tracesOnMachine()).toEqual(before);
  });

  test('up when half dead: starts anew', async () => {
    await up();
    const kubelet = (await programStates()).find(({ name }) => name === 'kubelet');
    if (kubelet === undefined) throw new Error('up has recorded no kubelet');
    process.kill(kubelet.pid, 'SIGKILL');
    await createNamespace('lost');
    // A signal that was sent is not yet a process that has ended; until then `up` rightly sees a healthy cluster.
    const isDead = async (): Promise<boolean> =>
      (await programStates()).some(({ name, alive }) => name === 'kubelet' && !alive);
    expect(await poll(isDead, 30_000)).toBe(true);

    await up();

    expect((await checkHealth()).filter(({ ok }) => !ok)).toEqual([]);
    expect((await callApi('GET', '/api/v1/namespaces/lost')).status).toBe(404);
  });
});
