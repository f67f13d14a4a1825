import process from 'node:process';
import { DONE } from './bare-unpack.ts';
import { readResults } from './read-results.ts';
import { showLog } from './show-log.ts';
import { stayAlive } from './stay-alive.ts';

/** Run as a process of its own: KUBECONFIG LOG JUNIT. First the log, then the results. */
const [, , kubeconfig = '', log = '', junit = ''] = process.argv;
await showLog(kubeconfig);
await readResults(log, junit);
process.stdout.write(`${DONE}\n`);
stayAlive();
