import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { run } from '../cluster/commands.ts';
import { kubernetesVersion } from '../cluster/layout.ts';
import { NODES, nodeBinary, release, repository } from '../e2e/front-ends.ts';
import { bundleIfStale } from '../e2e/global-setup.ts';
import { runApart } from './apart.ts';
import { type Figure, isWithinLimit, shown } from './figure.ts';
import { SECTIONS, chosenSections } from './sections.ts';

/**
 * `npm run bench` measures all and writes docs/benchmarks.md; `npm run bench -- --only logs,results` measures these
 * sections and only prints them. Each section is a process of its own: one that fails or hangs is named, and the others go on.
 */
const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
// Stopped by a person or a pipeline: `exit` ends the section that is under way.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const chosen = chosenSections(values.only);
if (!chosen.ok) {
  console.error(chosen.message);
  process.exit(2);
}
await bundleIfStale();
const folder = await mkdtemp(join(tmpdir(), 'testcar-gate-bench-'));
const released = await release(folder);
const figures: Figure[] = [];
const missing: string[] = [];
for (const name of chosen.names) await measure(name);
await rm(folder, { recursive: true, force: true });
if (values.only === undefined) await writeFile(join(repository, 'docs', 'benchmarks.md'), await page(figures));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(table(figures));
for (const each of missing) console.log(each);
process.exitCode = missing.length === 0 && figures.every(isWithinLimit) ? 0 : 1;

async function measure(name: string): Promise<void> {
  const startedAt = performance.now();
  console.error(`bench: ${name} …`);
  const file = join(folder, `${name}.json`);
  const script = join(repository, 'test', 'bench', 'section.ts');
  const limit = AbortSignal.timeout(SECTIONS[name]?.limitMs ?? 0);
  const attempt = (): Promise<string | undefined> => runApart(['--import', 'tsx', script, name, released, file], limit);
  // Once more within the limit: a whole run on the cluster can fail because of what else the machine does.
  const problem = (await attempt()) && (await attempt());
  if (problem === undefined) figures.push(...figuresIn(await readFile(file, 'utf8')));
  else missing.push(`Not measured: ${name}, because ${problem.replace(/\s+/g, ' ')}`);
  console.error(`bench: ${name} took ${Math.round((performance.now() - startedAt) / 1000)} s ${problem ?? ''}`);
}

function figuresIn(text: string): Figure[] {
  // JSON has no NaN, which is what a figure is that could not be computed.
  const all: Figure[] = JSON.parse(text, (key, value: unknown) => (key === 'value' && value === null ? NaN : value));
  return all;
}

function table(all: readonly Figure[]): string {
  const rows = all.map((figure) => [
    figure.name,
    `${shown(figure.value)} ${figure.unit}`,
    figure.limit === undefined ? '' : `≤ ${figure.limit}`,
    figure.limit === undefined ? '' : isWithinLimit(figure) ? 'yes' : '**no**',
    figure.how,
  ]);
  const header = ['Figure', 'Value', 'Limit', 'Held', 'How'];
  return [header, header.map(() => '--'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

async function page(all: readonly Figure[]): Promise<string> {
  const nodes = await Promise.all(NODES.map((node) => run(nodeBinary(node), ['--version'])));
  return `# Benchmarks

Made by \`npm run bench\`; do not edit. Compare ratios, not milliseconds: times depend on the machine, and the ratios are
measured in turns on the same one.

Machine: ${cpus().length} cores, Linux. Node ${nodes.map((version) => version.trim().slice(1)).join(' and ')}. Kubernetes ${kubernetesVersion}, one node, the cluster of \`test/cluster\`.

${table(all)}
${missing.map((each) => `\n${each}\n`).join('')}`;
}
