import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from './errors.ts';
import { logTail, programStates } from './processes.ts';

/**
 * Asks again and again, for what nothing can be watched for; false if time runs out. (p-wait-for 6 would do, but adds
 * a listener to its signal at every turn, and Node prints a warning after ten.)
 */
export async function poll(condition: () => Promise<boolean>, timeoutMs: number, intervalMs = 50): Promise<boolean> {
  const outOfTime = AbortSignal.timeout(timeoutMs);
  while (!(await condition())) {
    try {
      await sleep(intervalMs, undefined, { signal: outOfTime });
    } catch (error) {
      if (outOfTime.aborted) return false;
      throw error;
    }
  }
  return true;
}

/**
 * Waits for something that our programs are to bring about. Gives up early, with the end of its log, when one of
 * them has died: the condition would never come true.
 */
export async function waitUntil(what: string, condition: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const isTrue = await poll(async () => {
    await failIfProgramDied(what);
    return condition();
  }, timeoutMs);
  if (!isTrue) throw new ClusterError(`waited ${timeoutMs / 1000} s in vain until ${what}`);
}

async function failIfProgramDied(what: string): Promise<void> {
  const dead = (await programStates()).find(({ alive }) => !alive);
  if (dead === undefined) return;
  throw new ClusterError(`${dead.name} died before ${what}. The end of its log:\n${await logTail(dead.name)}`);
}
