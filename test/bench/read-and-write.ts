import process from 'node:process';
import { DONE } from './bare-unpack.ts';
import { readResults } from './read-results.ts';
import { stayAlive } from './stay-alive.ts';

/** Run as a process of its own: LOG JUNIT. */
const [, , log = '', junit = ''] = process.argv;
await readResults(log, junit);
process.stdout.write(`${DONE}\n`);
stayAlive();
