// Runs before `npm ci` did: Node's own modules only.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';

export const root = resolve(import.meta.dirname, '..');

/** A failure that a person can act on; shown without a stack. */
export class SetupError extends Error {}

/**
 * Installs what package-lock.json names, here and in test/runtimes, unless exactly that is installed already.
 * @returns {Promise<void>}
 */
export async function ensureDependencies() {
  checkNode();
  for (const folder of [root, join(root, 'test', 'runtimes')]) {
    if (await isInstalled(folder)) continue;
    console.log(`installing the packages of ${folder} (npm ci)`);
    const { exitCode } = await runToEnd('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
    if (exitCode !== 0) {
      throw new SetupError(
        `npm ci in ${folder} ended with ${exitCode}: is the npm registry reachable? Its own message stands above.`,
      );
    }
  }
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`);
}

/** npm notes what it installed in node_modules/.package-lock.json; times of files say nothing after a `git clone`. */
async function isInstalled(folder) {
  const [wanted, installed] = await Promise.all(
    ['package-lock.json', join('node_modules', '.package-lock.json')].map((name) => readPackages(join(folder, name))),
  );
  if (wanted === undefined) throw new SetupError(`${join(folder, 'package-lock.json')} is missing or unreadable.`);
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    const there = installed[path];
    // Packages for other platforms are named in the lock file and never installed.
    return path === '' || (there === undefined ? optional === true || devOptional === true : there.version === version);
  });
}

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
/** @type {NodeJS.Signals | undefined} */
let stoppedBy;

/**
 * Ctrl-C reaches only us, because every child has a process group of its own; each gets the signal exactly once and
 * may clean up. A second Ctrl-C kills.
 */
export function forwardSignals() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => {
      const again = stoppedBy !== undefined;
      stoppedBy = signal;
      for (const child of running) signalGroup(child, again ? 'SIGKILL' : signal);
    });
  }
}

/** The signal that asked us to stop, if one did. */
export function stopSignal() {
  return stoppedBy;
}

function signalGroup(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It ended in between.
  }
}

/**
 * Runs a command with our own stdout and stderr; resolves with how it ended. Never starts one after a stop signal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<{ exitCode: number }>}
 */
export function runToEnd(command, args, { cwd = root, env = {} } = {}) {
  if (stoppedBy !== undefined) return Promise.resolve({ exitCode: exitCodeOf(stoppedBy) });
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    running.add(child);
    child.on('error', (cause) => {
      running.delete(child);
      reject(new SetupError(`${command} cannot be started: ${cause.message}`));
    });
    child.on('exit', (code, signal) => {
      running.delete(child);
      resolve({ exitCode: code ?? exitCodeOf(signal) });
    });
  });
}

/** As a shell reports it: 128 + the signal's number. */
export function exitCodeOf(signal) {
  return signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 137;
}

/** Local tools of node_modules. */
export const tool = (name) => join(root, 'node_modules', '.bin', name);

/** Runs `main` and sets the exit code; a SetupError is shown as the sentence that it is. */
export async function runMain(main) {
  forwardSignals();
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
