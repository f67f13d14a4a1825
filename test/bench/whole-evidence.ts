import process from 'node:process';
import { readResults } from './read-results.ts';
import { showLog } from './show-log.ts';
import { stayAlive } from './stay-alive.ts';

/** Run as a process of its own: KUBECONFIG LOG JUNIT LAST. First the log, then the results, then the line LAST. */
const [, , kubeconfig = '', log = '', junit = '', last = ''] = process.argv;
await showLog(kubeconfig);
await readResults(log, junit);
process.stdout.write(`${last}\n`);
stayAlive();
