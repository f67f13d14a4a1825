import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, tryRun } from './commands.ts';
import { cgroupName } from './layout.ts';
import { clusterPids } from './cgroups.ts';
import { startTicks } from './processes.ts';

/** Where a cluster leaves traces on a machine, as lists of lines that can be compared. */
export async function tracesOnMachine(): Promise<Record<string, string[]>> {
  const [links, routes, mounts, cgroups, rules4, rules6, sysctls, files] = await Promise.all([
    run('ip', ['-oneline', 'link']).then((text) => matches(text, /^\d+: ([^:@]+)/gm)),
    run('ip', ['route', 'show', 'table', 'all']).then(lines),
    readFile('/proc/self/mountinfo', 'utf8').then((text) => lines(text).map((line) => line.split(' ')[4] ?? '')),
    run('find', ['/sys/fs/cgroup', '-type', 'd', '(', '-name', `${cgroupName}*`, '-o', '-name', 'kubepods*', ')']),
    savedRules('iptables-save'),
    savedRules('ip6tables-save'),
    run('sysctl', ['net.ipv4.ip_forward', 'vm.overcommit_memory', 'kernel.panic', 'kernel.panic_on_oops']),
    filesBelow(
      '/run/netns',
      '/run/containerd',
      '/var/lib/cni',
      '/var/lib/kubelet',
      '/var/log/containers',
      '/var/log/pods',
    ),
  ]);
  return {
    links,
    routes,
    mounts: mounts.sort(),
    cgroups: lines(cgroups),
    rules4,
    rules6,
    sysctls: lines(sysctls),
    files,
  };
}

export type ProcessIdentity = { pid: number; started: string | undefined };

export async function clusterProcesses(): Promise<ProcessIdentity[]> {
  return Promise.all((await clusterPids()).map(async (pid) => ({ pid, started: await startTicks(pid) })));
}

export async function stillAlive(processes: ProcessIdentity[]): Promise<ProcessIdentity[]> {
  const now = await Promise.all(processes.map(({ pid }) => startTicks(pid)));
  return processes.filter(({ started }, index) => started !== undefined && now[index] === started);
}

/** Without dates, and without packet counters, which move by themselves. */
async function savedRules(command: string): Promise<string[]> {
  const { stdout } = await tryRun(command, []);
  return lines(stdout)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replace(/\[\d+:\d+\]/, ''));
}

async function filesBelow(...dirs: string[]): Promise<string[]> {
  const found = dirs.map(async (dir) => {
    const names = await readdir(dir, { recursive: true }).catch(() => undefined);
    return names === undefined ? [] : [dir, ...names.map((name) => join(dir, name)).sort()];
  });
  return (await Promise.all(found)).flat();
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name ?? '');
