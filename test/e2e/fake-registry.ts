import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodeIp } from '../cluster/layout.ts';
import { selfSigned } from './self-signed.ts';

/**
 * A registry that fails as the name of the repository says: `status-429/web` is always answered with 429, `alien/web`
 * has no variant for any node, and a layer of `broken/web` is no archive.
 */
export type FakeRegistry = {
  /** Container runtimes speak plain HTTP to loopback. */
  host: string;
  /** The same over TLS, at an address that is not loopback, with a certificate that no node trusts. */
  tlsHost: string;
  close(): Promise<void>;
};

export async function startFakeRegistry(): Promise<FakeRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-registry-'));
  const plain = createServer(answer);
  const secured = createTlsServer(await selfSigned(folder, [`IP:${nodeIp}`]), answer);
  const [port, tlsPort] = await Promise.all([listen(plain, '127.0.0.1'), listen(secured, nodeIp)]);
  return {
    host: `127.0.0.1:${port}`,
    tlsHost: `${nodeIp}:${tlsPort}`,
    async close() {
      for (const server of [plain, secured]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function listen(server: Server, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server does not listen on TCP');
  return bound.port;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [, repository = '', , kind = '', reference = ''] =
    /^\/v2\/([\w-]+)\/(\w+)\/(manifests|blobs)\/(\S+)$/.exec(request.url ?? '') ?? [];
  const status = /^status-(\d{3})$/.exec(repository)?.[1];
  if (status !== undefined) {
    const asks = status === '401' ? { 'www-authenticate': 'Basic realm="fake"' } : {};
    response.writeHead(Number.parseInt(status, 10), { 'content-type': 'application/json', ...asks });
    response.end(JSON.stringify({ errors: [{ code: 'FAKE', message: 'as the test wants it' }] }));
    return;
  }
  const found = kind === 'blobs' ? BLOBS.get(reference) : MANIFESTS[repository];
  if (found === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': found.type,
    'content-length': found.body.length,
    'docker-content-digest': digest(found.body),
  });
  response.end(request.method === 'HEAD' ? undefined : found.body);
}

type Blob = { type: string; body: Buffer };

const OCI = 'application/vnd.oci.image';

function digest(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}

function json(type: string, value: object): Blob {
  return { type, body: Buffer.from(JSON.stringify(value)) };
}

function descriptor({ type, body }: Blob): { mediaType: string; digest: string; size: number } {
  return { mediaType: type, digest: digest(body), size: body.length };
}

const LAYER: Blob = { type: `${OCI}.layer.v1.tar+gzip`, body: gzipSync('this is no tar archive'.repeat(100)) };
const CONFIG = json(`${OCI}.config.v1+json`, {
  // The architecture of the machine that runs the test, as Go names it: node and test share it.
  architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
  os: 'linux',
  config: {},
  rootfs: { type: 'layers', diff_ids: [digest(Buffer.from('another archive'))] },
});
const BROKEN = json(`${OCI}.manifest.v1+json`, {
  schemaVersion: 2,
  mediaType: `${OCI}.manifest.v1+json`,
  config: descriptor(CONFIG),
  layers: [descriptor(LAYER)],
});
const ALIEN = json(`${OCI}.index.v1+json`, {
  schemaVersion: 2,
  mediaType: `${OCI}.index.v1+json`,
  manifests: [{ ...descriptor(BROKEN), platform: { architecture: 's390x', os: 'linux' } }],
});

const MANIFESTS: Readonly<Record<string, Blob>> = { broken: BROKEN, alien: ALIEN };
const BLOBS: ReadonlyMap<string, Blob> = new Map([LAYER, CONFIG].map((blob) => [digest(blob.body), blob]));
