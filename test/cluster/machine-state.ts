import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hasCode } from './errors.ts';
import { field, items } from './json.ts';
import { tableNames } from './firewall.ts';
import { clusterDir, path } from './layout.ts';

/** What we and the kubelet (`setupKernelTunables`) set. */
const sysctls = [
  'net.ipv4.ip_forward',
  'net.bridge.bridge-nf-call-iptables',
  'net.ipv4.conf.all.route_localnet',
  'vm.overcommit_memory',
  'vm.panic_on_oom',
  'kernel.panic',
  'kernel.panic_on_oops',
  'kernel.keys.root_maxkeys',
  'kernel.keys.root_maxbytes',
];

export type MachineState = {
  sysctls: Record<string, string>;
  tables: Awaited<ReturnType<typeof tableNames>>;
  hadKubelet: boolean;
};

/** Notes the settings that `up` is going to change, so that `down` can set them back. */
export async function rememberMachineState(): Promise<void> {
  await mkdir(clusterDir, { recursive: true, mode: 0o700 });
  const values: Record<string, string> = {};
  for (const name of sysctls) {
    const value = await readSysctl(name);
    if (value !== undefined) values[name] = value;
  }
  const hadKubelet = existsSync('/var/lib/kubelet');
  const state: MachineState = { sysctls: values, tables: await tableNames(), hadKubelet };
  await writeFile(path.beforeUp, JSON.stringify(state, null, 2));
}

/** `undefined` if no `up` has begun since the last `down`. */
export async function recallMachineState(): Promise<MachineState | undefined> {
  const text = await readFile(path.beforeUp, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseMachineState(text);
}

function parseMachineState(text: string): MachineState {
  const state: unknown = JSON.parse(text);
  const values = Object.entries(field(state, 'sysctls') ?? {}).map(([name, value]) => [name, String(value)] as const);
  const tables = (family: string) => items(field(state, 'tables', family)).map(String);
  return {
    sysctls: Object.fromEntries(values),
    tables: { iptables: tables('iptables'), ip6tables: tables('ip6tables') },
    // Unknown counts as yes: then nothing of it is removed.
    hadKubelet: field(state, 'hadKubelet') !== false,
  };
}

export async function restoreSysctls(before: MachineState): Promise<void> {
  for (const [name, value] of Object.entries(before.sysctls)) {
    if ((await readSysctl(name)) !== value) await setSysctl(name, value);
  }
}

export async function setSysctl(name: string, value: string): Promise<void> {
  await writeFile(procPath(name), value);
}

async function readSysctl(name: string): Promise<string | undefined> {
  try {
    return (await readFile(procPath(name), 'utf8')).trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const procPath = (name: string) => `/proc/sys/${name.replaceAll('.', '/')}`;
