import process from 'node:process';
import { showLog } from './show-log.ts';
import { stayAlive } from './stay-alive.ts';

/** Run as a process of its own: KUBECONFIG. Shows one container's log as a run shows it. */
const [, , kubeconfig = ''] = process.argv;
await showLog(kubeconfig);
stayAlive();
