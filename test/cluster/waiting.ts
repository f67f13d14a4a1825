import pWaitFor, { TimeoutError } from 'p-wait-for';
import { ClusterError } from './errors.ts';
import { logTail, programStates } from './processes.ts';

/**
 * For conditions that nothing can be watched for. Gives up early, with the end of its log, when one of the
 * cluster's programs has died: the condition would never come true.
 */
export async function waitUntil(what: string, condition: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  try {
    await pWaitFor(
      async () => {
        await failIfProgramDied(what);
        return condition();
      },
      { interval: 50, timeout: timeoutMs },
    );
  } catch (cause) {
    if (!(cause instanceof TimeoutError)) throw cause;
    throw new ClusterError(`waited ${timeoutMs / 1000} s in vain until ${what}`, { cause });
  }
}

async function failIfProgramDied(what: string): Promise<void> {
  const dead = (await programStates()).find(({ alive }) => !alive);
  if (dead === undefined) return;
  throw new ClusterError(`${dead.name} died before ${what}. The end of its log:\n${await logTail(dead.name)}`);
}
