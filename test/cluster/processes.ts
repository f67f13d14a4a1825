import { spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programsCgroupFile } from './cgroups.ts';
import { lastLines, pathWithSbin } from './commands.ts';
import { hasCode } from './errors.ts';
import { path } from './layout.ts';

export type Program = { name: string; command: string; args: string[] };
export type ProgramState = { name: string; pid: number; alive: boolean };

/** Starts a program that outlives this process, in our control group, with its output in logs/NAME.log. */
export async function startProgram({ name, command, args }: Program): Promise<void> {
  await mkdir(path.logs, { recursive: true });
  await mkdir(path.pids, { recursive: true });
  const log = await open(join(path.logs, `${name}.log`), 'a');
  try {
    // The shell joins the group before the program exists: no child of it can ever be outside.
    const child = spawn('/bin/sh', ['-c', 'echo $$ >"$0" && exec "$@"', await programsCgroupFile(), command, ...args], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      // Nothing of the caller's environment: a proxy or a GO* variable there must not change the cluster.
      env: { PATH: pathWithSbin, HOME: '/root' },
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    const pid = child.pid;
    const identity = pid === undefined ? undefined : await startTicks(pid);
    await writeFile(join(path.pids, name), `${pid} ${identity}\n`);
  } finally {
    await log.close();
  }
}

/** The programs that were started since the last `up`, with whether each still is the process we started. */
export async function programStates(): Promise<ProgramState[]> {
  const names = await readdir(path.pids).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  return Promise.all(names.sort().map(async (name) => ({ name, ...(await readPidFile(name)) })));
}

async function readPidFile(name: string): Promise<{ pid: number; alive: boolean }> {
  const [pid = 'none', recorded = 'none'] = (await readFile(join(path.pids, name), 'utf8')).trim().split(' ');
  return { pid: Number(pid), alive: (await startTicks(Number(pid))) === recorded };
}

/**
 * When the process started, in clock ticks since boot: with the pid it names one process for ever, because a
 * recycled pid has another start. `undefined` if there is no such process or only its zombie (proc(5), stat).
 */
export async function startTicks(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  });
  // The command name (field 2) may hold spaces and brackets: count from its last bracket, where field 3 starts.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' || fields?.[0] === 'X' ? undefined : fields?.[19];
}

export async function logTail(name: string, lines = 15): Promise<string> {
  const text = await readFile(join(path.logs, `${name}.log`), 'utf8').catch(() => '(no log)');
  return lastLines(text, lines);
}
