import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { LAST_LINE } from './log-server.ts';

/** What a slow console takes: 16 MiB at 4 MiB a second, while the server offers 1 GiB. */
const SLOW = { bytes: 16 * 2 ** 20, pauseMs: 16 };

export type Cost = { wallMs: number; cpuMs: number; peakMiB: number };
export type Command = readonly [program: string, ...args: string[]];

/** Runs it until its last line has come, or as far as a slow reader wants; what it took is read before it is ended. */
export async function costOf(
  [program, ...args]: Command,
  folder: string,
  { isSlow = false, lastLine = LAST_LINE }: { isSlow?: boolean; lastLine?: string } = {},
): Promise<Cost> {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  try {
    await Promise.race([
      isSlow ? readSlowly(child) : untilLine(child, lastLine),
      ended.then((errors) => {
        throw new Error(`${program} ${args.join(' ')} ended: ${errors}`);
      }),
    ]);
    const wallMs = performance.now() - startedAt;
    return { wallMs, ...(await accountsOf(child.pid)) };
  } finally {
    child.kill('SIGKILL');
    // Its end is told only when nothing is left to be read, and a slow reader would stop again.
    child.stdout.removeAllListeners('data').resume();
    await ended;
  }
}

/** Leaves the pipe open: a process whose reader goes away ends before it can be asked. */
function untilLine({ stdout }: { stdout: Readable }, line: string): Promise<void> {
  return new Promise((resolve) => {
    let end = '';
    stdout.on('data', (chunk: Buffer) => {
      end = (end + chunk.subarray(-200).toString('latin1')).slice(-200);
      if (end.includes(line)) resolve();
    });
  });
}

function readSlowly({ stdout }: { stdout: Readable }): Promise<void> {
  return new Promise((resolve) => {
    let taken = 0;
    stdout.on('data', (chunk: Buffer) => {
      taken += chunk.byteLength;
      stdout.pause();
      if (taken >= SLOW.bytes) resolve();
      else setTimeout(() => stdout.resume(), SLOW.pauseMs);
    });
  });
}

async function accountsOf(pid: number | undefined): Promise<{ cpuMs: number; peakMiB: number }> {
  const [status, stat] = await Promise.all(
    ['status', 'stat'].map((file) => readFile(`/proc/${String(pid)}/${file}`, 'utf8')),
  );
  const [, peakKiB = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? '') ?? [];
  // Fields 14 and 15 of proc(5), in ticks of 10 ms; the name in field 2 may hold spaces.
  const [utime, stime] = (stat ?? '')
    .slice((stat ?? '').lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return { peakMiB: Number.parseInt(peakKiB, 10) / 1024, cpuMs: ((utime ?? NaN) + (stime ?? NaN)) * 10 };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', reject).on('close', () => resolve(errors));
  });
}
