import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { readResults } from './read-results.ts';

/** Run as a process of its own: LOG JUNIT. Prints the peak of its memory in MiB and the time of its CPU in ms. */
const [, , log = '', junit = ''] = process.argv;
await readResults(log, junit);
// Not `maxRSS`: that one keeps the peak of the process that was forked.
const [, peakKiB = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
const { user, system } = process.cpuUsage();
process.stdout.write(`${Number.parseInt(peakKiB, 10) / 1024} ${(user + system) / 1000}\n`);
