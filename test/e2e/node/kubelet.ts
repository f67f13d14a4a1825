import process from 'node:process';
import { type JsonObject, listAt, stringAt } from '../../../src/core/model/json.ts';
import { buildBinaries } from '../../cluster/binaries.ts';
import { kubelet } from '../../cluster/components.ts';
import { programStates, startProgram } from '../../cluster/processes.ts';
import type { World } from '../world.ts';

/** The process of the one kubelet of our own cluster. */
export async function kubeletPid(): Promise<number> {
  const running = (await programStates()).find(({ name, alive }) => name === 'kubelet' && alive);
  if (running === undefined) throw new Error('the test cluster has no kubelet that runs');
  return running.pid;
}

/** Kills it and starts it again; the containers go on. */
export async function restartKubelet(): Promise<void> {
  const program = kubelet(await buildBinaries());
  process.kill(await kubeletPid(), 'SIGKILL');
  await startProgram(program);
}

export async function untilNodeReady({ kube }: World): Promise<void> {
  await kube.until('the node is ready', 'Node', undefined, (nodes) =>
    nodes.every((node) => readinessOf(node) === 'True') ? true : undefined,
  );
}

function readinessOf(node: JsonObject): string | undefined {
  const ready = listAt(node, 'status', 'conditions').find((each) => stringAt(each, 'type') === 'Ready');
  return stringAt(ready, 'status');
}
