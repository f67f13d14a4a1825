import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { NODES, nodeBinary } from '../e2e/front-ends.ts';
import { bundleScript } from './bundle-script.ts';
import { BARE_END, BARE_UNPACK, DONE } from './bare-unpack.ts';
import type { Figure } from './figure.ts';
import { type Cost, costOf } from './process-cost.ts';

export const MANY = 200_000;

/**
 * What a process takes that reads a courier's log and writes the run's JUnit file, with 200,000 cases (1 in 100 failed) and
 * with one, beside a bare Node script that only unpacks the same log into a file. With 200,000 cases most of
 * the difference is what V8 lets young objects take before it collects them, which differs by version of Node.
 */
export async function measureResults(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'testcar-gate-bench-results-'));
  try {
    const script = await bundleScript('read-and-write', folder);
    const bare = join(folder, 'bare-unpack.mjs');
    await writeFile(bare, `${BARE_UNPACK}await unpack();\n${BARE_END}`);
    const figures: Figure[] = [];
    for (const node of NODES) {
      const log = join(folder, 'courier.log');
      const cost = (program: string): Promise<Cost> =>
        costOf([nodeBinary(node), program, log, join(folder, 'junit.xml')], folder, { lastLine: DONE });
      const how = 'reading the log of a courier and writing junit.xml, in a process of its own';
      const beside = 'beside a Node script that unpacks the same log into a file';
      const costs = { one: await costsOf(1, 0), many: await costsOf(MANY, 0), output: await costsOf(1_000, 100) };
      async function costsOf(cases: number, outputKiB: number): Promise<{ gate: Cost; bare: Cost }> {
        await writeFile(log, await courierLog(cases, outputKiB));
        return { gate: await cost(script), bare: await cost(bare) };
      }
      const { one, many, output } = costs;
      figures.push(
        { name: `memory on ${node}: one case`, value: one.gate.peakMiB, unit: 'MiB', how },
        { name: `memory on ${node}: 200,000 cases`, value: many.gate.peakMiB, limit: 200, unit: 'MiB', how },
        {
          name: `memory on ${node}: 200,000 cases, gate / bare Node`,
          value: many.gate.peakMiB / many.bare.peakMiB,
          limit: 1.5,
          unit: 'ratio',
          how: beside,
        },
        { name: `CPU on ${node}: 200,000 cases`, value: many.gate.cpuMs, unit: 'ms', how },
        {
          name: `CPU on ${node}: 200,000 cases, gate / bare Node`,
          value: many.gate.cpuMs / many.bare.cpuMs,
          unit: 'ratio',
          how: beside,
        },
        {
          name: `memory on ${node}: 100 MB of output in 1,000 cases`,
          value: output.gate.peakMiB,
          limit: 200,
          unit: 'MiB',
          how,
        },
        {
          name: `memory on ${node}: 100 MB of output, gate / bare Node`,
          value: output.gate.peakMiB / output.bare.peakMiB,
          limit: 1.5,
          unit: 'ratio',
          how: beside,
        },
      );
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One case in a hundred failed; each of the others may have printed something. */
export async function courierLog(cases: number, outputKiB: number): Promise<string> {
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
  const frames = [`begin files=1 chars=${base64.length} pack=gzip`, ...parts.map((part, i) => `${i + 1} ${part}.`)];
  frames.push(`end frames=${parts.length} sha256=${createHash('sha256').update(base64).digest('hex')}`);
  return frames.map((frame) => `testcar-gate/1 bench ${frame}\n`).join('');
}
