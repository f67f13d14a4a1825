import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterError, hasCode } from './errors.ts';
import { cgroupName } from './layout.ts';
import { poll } from './waiting.ts';

const root = '/sys/fs/cgroup';
/** Version 2 is one tree; version 1 has a tree per controller (cgroups(7)). */
const isVersion2 = existsSync(join(root, 'cgroup.controllers'));

async function ourTrees(): Promise<string[]> {
  if (isVersion2) return [join(root, cgroupName)];
  const controllers = await readdir(root, { withFileTypes: true });
  return controllers.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name, cgroupName));
}

/** Makes the group; the kubelet wants it to exist in every tree when it is given as cgroupRoot. */
export async function createCgroups(): Promise<void> {
  for (const tree of await ourTrees()) await mkdir(join(tree, 'programs'), { recursive: true });
}

/** The file a process writes its pid to in order to join; its children are born there too. */
export async function programsCgroupFile(): Promise<string> {
  const tree = isVersion2 ? join(root, cgroupName) : join(root, 'pids', cgroupName);
  return join(tree, 'programs', 'cgroup.procs');
}

/** Every process of the cluster: our programs, containerd's shims, and what runs in containers. */
export async function clusterPids(): Promise<number[]> {
  const pids = new Set<number>();
  for (const group of (await Promise.all((await ourTrees()).map(groupsBelow))).flat()) {
    const text = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(ignoreGone(''));
    for (const line of text.split('\n')) if (line !== '') pids.add(Number(line));
  }
  return [...pids];
}

/** Kills by membership of our group, so it can hit neither a recycled pid nor a process of somebody else. */
export async function killClusterProcesses(): Promise<void> {
  const allGone = await poll(killOnce, 30_000, 20);
  if (!allGone) throw new ClusterError(`these processes do not die: ${(await clusterPids()).join(' ')}`);
}

async function killOnce(): Promise<boolean> {
  const pids = await clusterPids();
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!hasCode(error, 'ESRCH')) throw error;
    }
  }
  return pids.length === 0;
}

export async function removeCgroups(): Promise<void> {
  const groups = (await Promise.all((await ourTrees()).map(groupsBelow))).flat();
  // Children first; a group that has just lost its last process may be busy for another moment.
  for (const group of groups.reverse()) {
    if (!(await poll(() => removed(group), 10_000, 20))) throw new ClusterError(`control group ${group} stays busy`);
  }
}

async function removed(group: string): Promise<boolean> {
  try {
    await rmdir(group);
  } catch (error) {
    if (hasCode(error, 'EBUSY')) return false;
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  return true;
}

/** The group and all below it, parents first. */
async function groupsBelow(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(ignoreGone(undefined));
  if (entries === undefined) return [];
  const children = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(group, name));
  return [group, ...(await Promise.all(children.map(groupsBelow))).flat()];
}

function ignoreGone<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (hasCode(error, 'ENOENT', 'ENODEV')) return value;
    throw error;
  };
}
