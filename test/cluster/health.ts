import { get } from 'node:http';
import { callApi } from './api.ts';
import { dnsAnswers } from './dns.ts';
import { field, items } from './json.ts';
import { nodeName, registry } from './layout.ts';
import { programStates } from './processes.ts';

export type Check = { name: string; ok: boolean; detail: string };

/** Empty when no cluster has been started. */
export async function checkHealth(): Promise<Check[]> {
  const programs = (await programStates()).map(({ name, pid, alive }) => ({
    name,
    ok: alive,
    detail: alive ? `pid ${pid}` : 'not running',
  }));
  if (programs.length === 0) return [];
  const parts = { api: apiReady, node: nodeReady, dns: dnsAnswers, images: registryAnswers };
  const asked = Object.entries(parts).map(async ([name, isOk]) => {
    const ok = await isOk().catch(() => false);
    return { name, ok, detail: ok ? 'answers' : 'does not answer or is not ready' };
  });
  return [...programs, ...(await Promise.all(asked))];
}

export async function apiReady(): Promise<boolean> {
  return (await callApi('GET', '/readyz')).status === 200;
}

export async function registryAnswers(): Promise<boolean> {
  return new Promise((resolve) => {
    get(`http://${registry}/v2/`, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

async function nodeReady(): Promise<boolean> {
  const { body } = await callApi('GET', `/api/v1/nodes/${nodeName}`);
  return isReadyNode(body);
}

/** Ready, and nothing keeps the scheduler from using it: the not-ready taint goes a moment after the condition comes. */
export function isReadyNode(node: unknown): boolean {
  const ready = items(field(node, 'status', 'conditions')).find((condition) => field(condition, 'type') === 'Ready');
  const taints = items(field(node, 'spec', 'taints')).map((taint) => field(taint, 'key'));
  return field(ready, 'status') === 'True' && !taints.includes('node.kubernetes.io/not-ready');
}
