import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { pack } from 'tar-stream';
import { run } from '../cluster/commands.ts';
import { NODES, nodeBinary, repository } from '../e2e/front-ends.ts';
import type { Figure } from './figure.ts';

const MANY = 200_000;

/**
 * Peak memory of a process that reads a courier's log and writes the run's JUnit file, with 200,000 cases (1 in 100 failed)
 * and with one. A third of it is what V8 lets young objects take before it collects them, which differs by version of Node.
 */
export async function measureResults(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'testcar-gate-bench-results-'));
  try {
    const script = join(folder, 'read-and-write.mjs');
    await build({
      entryPoints: [join(repository, 'test/bench/read-and-write.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      logLevel: 'error',
    });
    const figures: Figure[] = [];
    for (const node of NODES) {
      const peak = async (cases: number, outputKiB: number): Promise<number> => {
        const log = join(folder, 'courier.log');
        await writeFile(log, await courierLog(cases, outputKiB));
        return Number.parseFloat(await run(nodeBinary(node), [script, log, join(folder, 'junit.xml')]));
      };
      const how = 'reading the log of a courier and writing junit.xml, in a process of its own';
      const one = await peak(1, 0);
      const many = await peak(MANY, 0);
      const output = await peak(1_000, 100);
      figures.push(
        { name: `memory on ${node}: one case`, value: one, unit: 'MiB', how },
        { name: `memory on ${node}: 200,000 cases`, value: many, limit: 200, unit: 'MiB', how },
        { name: `memory on ${node}: 100 MB of output in 1,000 cases`, value: output, limit: 200, unit: 'MiB', how },
      );
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One case in a hundred failed; each of the others may have printed something. */
async function courierLog(cases: number, outputKiB: number): Promise<string> {
  const output = `<system-out><![CDATA[${'a line of output\n'.repeat(64 * outputKiB)}]]></system-out>`;
  const lines = Array.from({ length: cases }, (_, i) => {
    const failure = i % 100 === 99 ? '<failure message="expected 1">at orders.ts:10</failure>' : '';
    return `<testcase classname="shop.orders.OrderServiceTest" name="case ${i}" time="0.001">${failure}${output}</testcase>`;
  });
  const tar = pack();
  tar.entry({ name: 'junit.xml' }, `<testsuites><testsuite name="s">${lines.join('\n')}</testsuite></testsuites>`);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const base64 = gzipSync(Buffer.concat(chunks)).toString('base64');
  const parts = base64.match(/.{1,4000}/g) ?? [];
  const frames = [`begin files=1 chars=${base64.length} pack=gzip`, ...parts.map((part, i) => `${i + 1} ${part}`)];
  frames.push(`end frames=${parts.length} sha256=${createHash('sha256').update(base64).digest('hex')}`);
  return frames.map((frame) => `testcar-gate/1 bench ${frame}\n`).join('');
}
