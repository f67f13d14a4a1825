import type { RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

const LINES_A_CHUNK = 1_000;
const STAMP_AT = 'YYYY-MM-DDTHH:MM:'.length;
const FIRST = Date.parse('2026-01-01T00:00:00Z');

export const LAST_LINE = 'the last line';
const TEXT = 'orders-service handled request in 12 ms status=200 path=/orders/4711 user=none';

/** A pod with one container `c` that runs and writes `bytes` of log, as an API server shows both, and what kubectl asks first. */
export function logServer(bytes: number): RequestListener {
  return (request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'https://server');
    if (path.endsWith('/log')) writeLog(response, bytes, query);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(DISCOVERY[path] ?? POD));
  };
}

/** Then it stays open, as that of a container which runs on. */
function writeLog(response: ServerResponse, bytes: number, query: URLSearchParams): void {
  response.setHeader('content-type', 'text/plain');
  const limitBytes = query.get('limitBytes');
  if (limitBytes !== null) {
    response.end(chunkOf(0).subarray(0, Number(limitBytes)));
    return;
  }
  const since = query.get('sinceTime');
  const from = since === null ? 0 : Math.max(0, (Date.parse(since) - FIRST) / 1000);
  const lines = Readable.from(chunksOf(bytes, from));
  // What nobody reads any more would be made to its end.
  response.on('close', () => lines.destroy());
  lines.pipe(response, { end: false });
}

function* chunksOf(bytes: number, from: number): Generator<Buffer> {
  const seconds = Math.ceil(bytes / chunkOf(0).byteLength);
  for (let second = from; second < seconds; second += 1) yield chunkOf(second);
  yield Buffer.from(`${stamp(FIRST / 1000 + seconds, 0)} ${LAST_LINE}\n`);
}

let template: { lines: Buffer; lineBytes: number } | undefined;

/** A second's worth of lines. Made by changing only the seconds of a template: it is not the server that is measured. */
function chunkOf(second: number): Buffer {
  template ??= makeTemplate();
  const chunk = Buffer.from(template.lines);
  const minute = Buffer.from(stamp(FIRST / 1000 + second, 0).slice(0, STAMP_AT + 2), 'latin1');
  for (let at = 0; at < chunk.byteLength; at += template.lineBytes) minute.copy(chunk, at);
  return chunk;
}

function makeTemplate(): { lines: Buffer; lineBytes: number } {
  const lines = Array.from({ length: LINES_A_CHUNK }, (_, i) => `${stamp(FIRST / 1000, i * 1_000)} ${TEXT}\n`);
  return { lines: Buffer.from(lines.join(''), 'latin1'), lineBytes: lines[0]?.length ?? 0 };
}

/** As the kubelet writes it: nine digits of a second. */
function stamp(second: number, nanos: number): string {
  return new Date(second * 1000).toISOString().replace('.000Z', `.${String(nanos).padStart(9, '0')}Z`);
}

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'bench', uid: 'u' },
  spec: { containers: [{ name: 'c', image: 'i' }] },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'c',
        restartCount: 0,
        ready: true,
        started: true,
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      },
    ],
  },
};

const DISCOVERY: Readonly<Record<string, object>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [{ name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get'] }],
  },
};
