import { readFile } from 'node:fs/promises';
import { COURIER_ENV, COURIER_SCRIPT } from '../../../src/core/courier/courier-script.ts';
import { start, type Ended, type Running, type Shell } from './shells.ts';

export const RUN = 'web-4f2a91';

/** The `sleep` child exists only after the trap was set, so the signal cannot come too early. */
export async function waiting(running: Running): Promise<void> {
  const children = `/proc/${running.pid}/task/${running.pid}/children`;
  for (;;) {
    const list = (await readFile(children, 'utf8')).trim();
    if (list !== '' && (await readFile(`/proc/${list}/cmdline`, 'utf8').catch(() => '')).includes('sleep\u00005'))
      return;
  }
}

/** Runs the courier over a folder as a pod does: start, wait, SIGTERM when the test container has ended. */
export async function deliver(shell: Shell, resultsDir: string, terminationLog = '/nonexistent'): Promise<Ended> {
  const running = start(shell, COURIER_SCRIPT, environment(resultsDir, terminationLog));
  await waiting(running);
  running.kill('SIGTERM');
  return running.ended;
}

export function environment(resultsDir: string, terminationLog: string): Record<string, string> {
  return {
    [COURIER_ENV.runId]: RUN,
    [COURIER_ENV.resultsDir]: resultsDir,
    [COURIER_ENV.terminationLog]: terminationLog,
  };
}
