import { createHash } from 'node:crypto';
import process from 'node:process';
import { systemClock } from '../adapters/clock.ts';
import { kubernetesPorts, loadConnection } from '../adapters/kubernetes/index.ts';
import type { ResultsReader } from '../ports.ts';
import type { Outside } from './run-front-end.ts';

/**
 * The real outside. Static imports are what the first request needs; everything else is loaded while that is under way,
 * or at the end. Every pipeline waits for the start of the gate.
 */
export const realOutside: Outside = {
  clock: systemClock,
  connect: (source) => loadConnection(source, process.env),
  clusterPorts: (connection) => kubernetesPorts(connection, systemClock, Math.random),
  cwd: process.cwd(),
  hash: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
  results: {
    courier: (runId, keep) => {
      const reading = lateReader().then((reader) => reader.courier(runId, keep));
      return {
        take: async (lines) => (await reading).take(lines),
        end: async () => (await reading).end(),
        attachments: async () => (await reading).attachments(),
      };
    },
    fromTestcarLog: async (log, runId) => (await lateReader()).fromTestcarLog(log, runId),
  },
  attachments: {
    save: async (dir, path, content) => (await import('./end.ts')).attachmentStore.save(dir, path, content),
  },
};

async function lateReader(): Promise<ResultsReader> {
  const { JUnitFile, resultsReader } = await import('./end.ts');
  return resultsReader((file, each) => new JUnitFile(file, each));
}
