import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox', '/usr/local/bin/busybox'];
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A shell, and the folders in which it finds its tools. */
export type Shell = { name: string; command: string; args: readonly string[]; path: string };

/** Folders below are removed by `forget`. */
const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'courier-'));
  folders.push(folder);
  return folder;
}

export function forget(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

function found(candidates: readonly string[], what: string): string {
  const path = candidates.find((candidate) => existsSync(candidate));
  // Skipping would leave the images that most often carry these scripts untested.
  if (path === undefined) throw new Error(`${what}; looked for ${candidates.join(', ')}`);
  return path;
}

/** dash and bash with Debian's tools, and busybox with nothing but its own applets, as in an Alpine image. */
export function shells(): readonly Shell[] {
  const busybox = found(BUSYBOX, 'busybox is missing: install the Debian package busybox-static');
  const applets = temporaryFolder();
  execFileSync(busybox, ['--install', '-s', applets]);
  return [
    {
      name: 'dash',
      command: found(['/bin/dash', '/usr/bin/dash'], 'dash is missing: install the Debian package dash'),
      args: [],
      path: SYSTEM_PATH,
    },
    {
      name: 'bash',
      command: found(['/bin/bash', '/usr/bin/bash'], 'bash is missing: install the Debian package bash'),
      args: [],
      path: SYSTEM_PATH,
    },
    { name: 'busybox', command: busybox, args: ['sh'], path: applets },
  ];
}

/** A folder for PATH with only these of the system's tools, under their names. */
export function onlyTools(tools: readonly string[], extra: Readonly<Record<string, string>> = {}): string {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  const places = SYSTEM_PATH.split(':');
  for (const tool of tools) {
    symlinkSync(
      found(
        places.map((place) => join(place, tool)),
        `${tool} is missing on this machine`,
      ),
      join(folder, tool),
    );
  }
  for (const [name, target] of Object.entries(extra)) symlinkSync(target, join(folder, name));
  return folder;
}

export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };
export type Running = { kill(signal: NodeJS.Signals): void; ended: Promise<Ended>; pid: number };

export function start(shell: Shell, script: string, env: Readonly<Record<string, string>>): Running {
  const child = spawn(shell.command, [...shell.args, '-c', script], {
    env: { PATH: shell.path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that a killed shell leaves no sleep behind.
    detached: true,
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${shell.command} could not be started`);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      killGroup(pid);
      child.on('close', () =>
        resolve({
          code,
          signal,
          stdout: Buffer.concat(stdout).toString('latin1'),
          stderr: Buffer.concat(stderr).toString(),
        }),
      );
    });
  });
  return { kill: (signal) => child.kill(signal), ended, pid };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing was left in the group.
  }
}
