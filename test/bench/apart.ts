import { spawn } from 'node:child_process';
import process from 'node:process';

const LATE = 'it did not end in time';

/**
 * Runs a script as a process group of its own, so that whatever hangs in it, and whatever it has started, is ended when
 * `limit` aborts. Resolves with what went wrong, for a person; undefined when it ended well.
 */
export function runApart(args: readonly string[], limit: AbortSignal): Promise<string | undefined> {
  if (limit.aborted) return Promise.resolve(LATE);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'inherit', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      said = (said + text).slice(0, 20_000);
    });
    const endGroup = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nobody is left in it.
      }
    };
    limit.addEventListener('abort', endGroup);
    const end = (problem: string | undefined): void => {
      limit.removeEventListener('abort', endGroup);
      process.off('exit', endGroup);
      resolve(problem);
    };
    // Else it would go on when the bench is stopped.
    process.once('exit', endGroup);
    child.on('error', (error) => {
      end(error.message);
    });
    child.on('close', (exitCode) => {
      if (limit.aborted) end(LATE);
      else end(exitCode === 0 ? undefined : `it ended with ${exitCode ?? 'a signal'}: ${inShort(said)}`);
    });
  });
}

/** The error itself; all of it was passed on to stderr. */
function inShort(said: string): string {
  return (/^\w*Error: .*$/m.exec(said)?.[0] ?? said.trim()).slice(0, 300);
}
