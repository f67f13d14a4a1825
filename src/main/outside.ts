import process from 'node:process';
import { systemClock } from '../adapters/clock.ts';
import { kubernetesPorts, loadConnection } from '../adapters/kubernetes/index.ts';
import { runGate } from '../gate/run.ts';
import type { ResultsReader } from '../ports.ts';
import type { Outside } from './run-front-end.ts';

/** The real outside. What only some runs or only their end need is loaded there: the start is what everybody waits for. */
export const realOutside: Outside = {
  clock: systemClock,
  async readManifests(paths) {
    const { readManifestFiles } = await import('../adapters/files/manifest-reader.ts');
    return readManifestFiles(paths, process.cwd());
  },
  connect: (source) => loadConnection(source, process.env),
  ports: (connection) => ({ ...kubernetesPorts(connection, systemClock, Math.random), results: lazyResultsReader }),
  runGate,
};

const lazyResultsReader: ResultsReader = {
  async fromCourierLog(log, runId) {
    const [{ resultsReader }, { readJUnit }] = await Promise.all([
      import('../adapters/results/index.ts'),
      import('../adapters/junit/index.ts'),
    ]);
    return resultsReader(readJUnit).fromCourierLog(log, runId);
  },
};
