import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { ClusterError, messageOf } from './errors.ts';
import { field } from './json.ts';
import { apiserverUrl, path } from './layout.ts';

export type ApiResponse = { status: number; body: unknown };

/** One request as the cluster's admin. Rejects only when there is no answer; a refusal is an answer. */
export async function callApi(method: 'GET' | 'POST' | 'DELETE', uri: string, body?: unknown): Promise<ApiResponse> {
  const response = await send(method, uri, { body, signal: AbortSignal.timeout(10_000) });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  const isJson = response.headers['content-type']?.startsWith('application/json') === true;
  return { status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text };
}

export async function createObject(uri: string, object: unknown): Promise<void> {
  const { status, body } = await callApi('POST', uri, object);
  if (status !== 201) throw new ClusterError(`creating ${uri}: ${status} ${String(field(body, 'message') ?? body)}`);
}

/** Watches the objects behind `uri` (the present ones come first) until one satisfies `isThere`. */
export async function watchUntil(what: string, uri: string, isThere: (object: unknown) => boolean): Promise<void> {
  const outOfTime = AbortSignal.timeout(60_000);
  let last = 'nothing seen';
  try {
    const response = await send('GET', `${uri}${uri.includes('?') ? '&' : '?'}watch=true`, { signal: outOfTime });
    // Leaving the loop destroys the response and with it the watch.
    for await (const line of lines(response)) {
      const object = field(JSON.parse(line), 'object');
      if (isThere(object)) return;
      last = `last seen ${JSON.stringify(field(object, 'status') ?? object).slice(0, 1_000)}`;
    }
    throw new Error('the watch ended');
  } catch (cause) {
    const why = outOfTime.aborted ? '60 s are over' : messageOf(cause);
    throw new ClusterError(`gave up waiting until ${what}: ${why}; ${last}`, { cause });
  }
}

async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

type SendOptions = { body?: unknown; signal: AbortSignal };

async function send(method: string, uri: string, { body, signal }: SendOptions): Promise<IncomingMessage> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((name) => readFile(join(path.pki, name))),
  );
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    // No agent: a kept-alive connection would hold a finished command open, or outlive a restarted server.
    const sent = request(`${apiserverUrl}${uri}`, { method, headers, ca, cert, key, agent: false, signal });
    sent.on('response', resolve).on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
