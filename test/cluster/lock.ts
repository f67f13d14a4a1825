import { readFile, unlink, writeFile } from 'node:fs/promises';
import { ClusterError, hasCode } from './errors.ts';
import { startTicks } from './processes.ts';
import { say } from './progress.ts';
import { poll } from './waiting.ts';

const lockFile = '/run/testcar-gate-cluster.lock';

/** One `up` or `down` at a time: test workers and people share the one cluster of the machine. */
export async function withLock<T>(work: () => Promise<T>): Promise<T> {
  const identity = `${process.pid} ${await startTicks(process.pid)}`;
  let said = false;
  const locked = await poll(
    async () => {
      if (await created(identity)) return true;
      if (!said) say(`waiting for another up or down (${lockFile})`);
      said = true;
      return false;
    },
    3_600_000,
    100,
  );
  if (!locked) throw new ClusterError(`another up or down holds ${lockFile} for an hour`);
  try {
    return await work();
  } finally {
    await unlink(lockFile);
  }
}

async function created(identity: string): Promise<boolean> {
  try {
    await writeFile(lockFile, identity, { flag: 'wx' });
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const holder = await readFile(lockFile, 'utf8').catch(() => '');
  const [pid = '', started] = holder.split(' ');
  // An empty file is a lock that is being written at this moment.
  if (holder !== '' && (await startTicks(Number(pid))) !== started) await unlink(lockFile).catch(() => {});
  return false;
}
