import process from 'node:process';
import { systemClock } from '../../src/adapters/clock.ts';
import { kubernetesPorts, loadConnection } from '../../src/adapters/kubernetes/index.ts';
import { createWriter } from '../../src/adapters/output/writer.ts';
import { makeTerminalHost } from '../../src/adapters/terminal/host.ts';
import { makeRedactor } from '../../src/core/report/redact.ts';
import { LAST_LINE } from './log-server.ts';

/** Shows the log of the bench server's container as a run shows it, from the socket to stdout. Resolves after its last line. */
export async function showLog(kubeconfig: string): Promise<void> {
  const outcome = await loadConnection({ kind: 'file', path: kubeconfig }, process.env);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  const { logs } = kubernetesPorts(outcome.connection, systemClock, Math.random);
  const host = makeTerminalHost({
    output: createWriter(process.stdout),
    store: { write: () => Promise.resolve([]), append: () => Promise.resolve() },
    redactor: makeRedactor(['not-a-secret']),
    writeJUnit: () => [],
    exitCodeOf: () => 1,
    colour: false,
  });
  const end = new AbortController();
  await logs.follow(
    { namespace: 'bench', pod: 'p', container: 'c', restart: 0 },
    async (lines) => {
      await host.relay('c', lines);
      if (lines.at(-1)?.endsWith(LAST_LINE) === true) end.abort();
    },
    end.signal,
  );
}
