import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { pushExampleImages } from '../../scripts/example-images.ts';
import { clusterForTests } from '../cluster/cluster-for-tests.ts';
import { run } from '../cluster/commands.ts';
import { kubernetesVersion } from '../cluster/layout.ts';
import { NODES, nodeBinary, release, repository } from '../e2e/front-ends.ts';
import { bundleIfStale } from '../e2e/global-setup.ts';
import { type Figure, isWithinLimit, shown } from './figure.ts';
import { measureRuns } from './gate-runs.ts';
import { measureLogFollowing } from './log-follow.ts';
import { measureResults } from './results-memory.ts';
import { measureSizes } from './sizes.ts';
import { measureStartUp } from './start-up.ts';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
await bundleIfStale();
const released = await release(await mkdtemp(join(tmpdir(), 'testcar-gate-bench-')));
const figures = [
  ...(await measureSizes()),
  ...(await measureResults()),
  ...(await measureLogFollowing()),
  ...(await measureStartUp(released)),
  ...(await measureOnCluster()),
];
await rm(released, { recursive: true, force: true });
await writeFile(join(repository, 'docs', 'benchmarks.md'), await page(figures));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(table(figures));
process.exitCode = figures.every(isWithinLimit) ? 0 : 1;

async function measureOnCluster(): Promise<Figure[]> {
  const cluster = await clusterForTests();
  if (!cluster.owned) {
    console.error('figures of whole runs need the test cluster of this repository: left out');
    return [];
  }
  return measureRuns(cluster, await pushExampleImages(cluster.registry), released);
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
`;
}
