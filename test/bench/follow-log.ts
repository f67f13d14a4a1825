import process from 'node:process';
import { systemClock } from '../../src/adapters/clock.ts';
import { kubernetesPorts, loadConnection } from '../../src/adapters/kubernetes/index.ts';
import { createWriter } from '../../src/adapters/output/writer.ts';
import { makeTerminalHost } from '../../src/adapters/terminal/host.ts';
import { makeRedactor } from '../../src/core/report/redact.ts';

/** Run as a process of its own: KUBECONFIG. Shows one container's log as a run shows it, from the socket to stdout. */
const [, , path = ''] = process.argv;
const outcome = await loadConnection({ kind: 'file', path }, process.env);
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
await logs.follow(
  { namespace: 'bench', pod: 'p', container: 'c', restart: 0 },
  (lines) => host.relay('c', lines),
  new AbortController().signal,
);
