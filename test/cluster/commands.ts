import { spawn } from 'node:child_process';
import { ClusterError } from './errors.ts';

export type CommandOptions = {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
  /** Sees stderr as it comes; used to count a build's progress. */
  onStderr?: (text: string) => void;
};

export type CommandResult = { exitCode: number | null; stdout: string; stderr: string };

/** iptables, runc and ip are in sbin, which a login shell's PATH may not have. */
export const pathWithSbin = `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;

/** Runs a command to its end, whatever its exit code. Rejects only when it cannot be started. */
export function tryRun(command: string, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, PATH: pathWithSbin, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      options.onStderr?.(text);
    });
    child.on('error', (cause) => reject(new ClusterError(`${command} cannot be started: ${cause.message}`, { cause })));
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    // A command that does not read its input closes the pipe early; its exit code tells the story.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a command that must succeed; returns its stdout. */
export async function run(command: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await tryRun(command, args, options);
  if (exitCode !== 0) {
    const said = lastLines(stderr.trim() === '' ? stdout : stderr, 25);
    throw new ClusterError(`\`${[command, ...args].join(' ')}\` ended with ${exitCode ?? 'a signal'}:\n${said}`);
  }
  return stdout;
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
