import { run, tryRun } from './commands.ts';
import { bridge, ourMark } from './layout.ts';

const families = ['iptables', 'ip6tables'] as const;
type Family = (typeof families)[number];

export type Table = { name: string; chains: { name: string; policy: string }[]; rules: string[] };

/** Docker and ufw refuse forwarded or incoming packets by default: pods must reach each other and the host. */
export async function addOurRules(): Promise<void> {
  for (const [chain, direction] of [
    ['INPUT', '-i'],
    ['FORWARD', '-i'],
    ['FORWARD', '-o'],
  ] as const) {
    const match = [direction, bridge, '-m', 'comment', '--comment', ourMark];
    await run('iptables', ['-w', '-I', chain, ...match, '-j', 'ACCEPT']);
  }
}

/** kube-proxy's chains have fixed names: two of them on one machine would undo each other's rules. */
export async function foreignKubeProxy(): Promise<string | undefined> {
  const tables = await readTables('iptables');
  if (tables.some(hasOurMark)) return undefined;
  return tables.flatMap(({ chains }) => chains).find(({ name }) => name.startsWith('KUBE-SERVICES'))?.name;
}

export async function tableNames(): Promise<Record<Family, string[]>> {
  const [iptables, ip6tables] = await Promise.all(families.map(async (f) => (await readTables(f)).map((t) => t.name)));
  return { iptables: iptables ?? [], ip6tables: ip6tables ?? [] };
}

/** Removes our marked rules and what our kube-proxy made; without our mark all of that is somebody else's. */
export async function removeOurRules(tablesBefore: Record<Family, string[]> | undefined): Promise<void> {
  if (!(await readTables('iptables')).some(hasOurMark)) return;
  // The marked rules are in IPv4's filter table: it goes last, so that an interrupted clean-up can be repeated.
  for (const family of ['ip6tables', 'iptables'] as const) {
    const tables = (await readTables(family)).sort((a, b) => Number(hasOurMark(a)) - Number(hasOurMark(b)));
    for (const table of tables) {
      const script = removalScript(table);
      if (script !== undefined) await run(`${family}-restore`, ['--wait', '5', '--noflush'], { input: script });
    }
    if (tablesBefore !== undefined) await removeEmptyTables(family, tablesBefore[family]);
  }
}

/** Input for iptables-restore that deletes only our rules and chains, in one transaction; undefined if there are none. */
export function removalScript({ name, chains, rules }: Table): string | undefined {
  const ourChains = chains.map((chain) => chain.name).filter(isKubeProxyChain);
  const ourRules = rules.filter(
    (rule) => !isKubeProxyChain(chainOf(rule)) && (jumpsToKubeProxy(rule) || isMarked(rule)),
  );
  if (ourChains.length === 0 && ourRules.length === 0) return undefined;
  return [
    `*${name}`,
    // With --noflush, naming a chain empties it: then the order of deletion does not matter.
    ...ourChains.map((chain) => `:${chain} - [0:0]`),
    ...ourRules.map((rule) => rule.replace(/^-A/, '-D')),
    ...ourChains.map((chain) => `-X ${chain}`),
    'COMMIT',
    '',
  ].join('\n');
}

export function parseTables(saved: string): Table[] {
  const tables: Table[] = [];
  for (const line of saved.split('\n')) {
    const table = tables.at(-1);
    if (line.startsWith('*')) tables.push({ name: line.slice(1), chains: [], rules: [] });
    else if (line.startsWith(':')) {
      const [name = '', policy = ''] = line.slice(1).split(' ');
      table?.chains.push({ name, policy });
    } else if (line.startsWith('-A ')) table?.rules.push(line);
  }
  return tables;
}

async function readTables(family: Family): Promise<Table[]> {
  // Without the command, or in a kernel without IPv6, there is nothing of ours.
  const saved = await tryRun(`${family}-save`, []).catch(() => undefined);
  return saved?.exitCode === 0 ? parseTables(saved.stdout) : [];
}

/** Merely being looked at by kube-proxy creates tables; ones that nobody uses go again (nf_tables variant only). */
async function removeEmptyTables(family: Family, before: string[]): Promise<void> {
  for (const { name, chains, rules } of await readTables(family)) {
    if (before.includes(name) || rules.length > 0 || chains.some(({ policy }) => policy !== 'ACCEPT')) continue;
    for (const chain of chains) await tryRun(family, ['-w', '-t', name, '-X', chain.name]);
  }
}

const isKubeProxyChain = (chain: string) => chain.startsWith('KUBE-');
const chainOf = (rule: string) => rule.split(' ')[1] ?? '';
const jumpsToKubeProxy = (rule: string) => / -j KUBE-/.test(rule);
const isMarked = (rule: string) => rule.includes(`--comment ${ourMark} `);
const hasOurMark = (table: Table) => table.rules.some(isMarked);
