import { pushExampleImages } from '../../scripts/example-images.ts';
import { clusterForTests } from '../cluster/cluster-for-tests.ts';
import type { Figure } from './figure.ts';
import { type Bench, benchOn, measureLatency, measureRequests, measureWholeRun } from './gate-runs.ts';
import { measureEvidence } from './evidence.ts';
import { measureLogFollowing } from './log-follow.ts';
import { measureResults } from './results-memory.ts';
import { measureSizes } from './sizes.ts';
import { measureStartUp } from './start-up.ts';

/** `released`: where the bundles were copied to. */
type Section = { limitMs: number; measure: (released: string) => Promise<Figure[]> };

/**
 * In the order of the page. The limits are for a section that hangs, and far above what each takes on a machine with two
 * cores and nothing else to do, which is given behind them.
 */
export const SECTIONS: Readonly<Record<string, Section>> = {
  sizes: { limitMs: 60_000, measure: measureSizes }, // 1 s
  results: { limitMs: 300_000, measure: measureResults }, // 10 s
  logs: { limitMs: 480_000, measure: measureLogFollowing }, // 2 min
  evidence: { limitMs: 480_000, measure: measureEvidence }, // 80 s
  'start-up': { limitMs: 180_000, measure: measureStartUp }, // 15 s
  latency: { limitMs: 420_000, measure: onCluster(measureLatency) }, // 3 min
  'whole-run': { limitMs: 420_000, measure: onCluster(measureWholeRun) }, // 3 min
  requests: { limitMs: 300_000, measure: onCluster(measureRequests) }, // 2 min
};

export type Chosen = { ok: true; names: readonly string[] } | { ok: false; message: string };

/** `only`: names with commas between them; undefined = all. */
export function chosenSections(only: string | undefined): Chosen {
  const all = Object.keys(SECTIONS);
  if (only === undefined) return { ok: true, names: all };
  const asked = only.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !all.includes(name));
  if (unknown !== undefined)
    return { ok: false, message: `there is no section "${unknown}"; there are ${all.join(', ')}` };
  return { ok: true, names: all.filter((name) => asked.includes(name)) };
}

function onCluster(measure: (bench: Bench) => Promise<Figure[]>): Section['measure'] {
  return async (released) => {
    const cluster = await clusterForTests();
    if (cluster.owned) return measure(await benchOn(cluster, await pushExampleImages(cluster.registry), released));
    console.error('figures of whole runs need the test cluster of this repository: left out');
    return [];
  };
}
