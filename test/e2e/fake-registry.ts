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
 * has no variant for any node, a layer of `broken/web` is no archive, and that of `no-space/web` does not fit on the node.
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

/**
 * An archive whose one file has an extended attribute of 60,000 bytes. ext4 and btrfs keep those of a file in one block, of
 * mostly 4 and 16 KiB, and answer ENOSPC to what is over: the same words as of a full disk, without one (man 7 xattr).
 */
function noSpace(): Blob {
  const header = (name: string, type: string, size: number): Buffer => {
    const block = Buffer.alloc(512);
    const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
    block.write(name, 0);
    block.write(octal(0o644, 7), 100);
    block.write(octal(0, 7), 108);
    block.write(octal(0, 7), 116);
    block.write(octal(size, 11), 124);
    block.write(octal(0, 11), 136);
    block.write('        ', 148);
    block.write(type, 156);
    block.write('ustar\u000000', 257);
    block.write(
      octal(
        block.reduce((sum, byte) => sum + byte),
        6,
      ),
      148,
    );
    return block;
  };
  const record = ` SCHILY.xattr.user.big=${'x'.repeat(60_000)}\n`;
  // The length counts its own five digits too.
  const length = record.length + 5;
  const attributes = Buffer.alloc(Math.ceil(length / 512) * 512);
  attributes.write(`${length}${record}`);
  const archive = Buffer.concat([
    header('attributes', 'x', length),
    attributes,
    header('file', '0', 0),
    Buffer.alloc(1_024),
  ]);
  return { type: `${OCI}.layer.v1.tar`, body: archive };
}

const LAYER: Blob = { type: `${OCI}.layer.v1.tar+gzip`, body: gzipSync('this is no tar archive'.repeat(100)) };
const NO_SPACE_LAYER = noSpace();
/** The node compares what it has unpacked with the ID only when it could unpack it. */
const config = (unpacked: Buffer): Blob =>
  json(`${OCI}.config.v1+json`, {
    // The architecture of the machine that runs the test, as Go names it: node and test share it.
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digest(unpacked)] },
  });
const manifest = (configuration: Blob, layer: Blob): Blob =>
  json(`${OCI}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: descriptor(configuration),
    layers: [descriptor(layer)],
  });
const CONFIG = config(Buffer.from('another archive'));
const BROKEN = manifest(CONFIG, LAYER);
const NO_SPACE_CONFIG = config(NO_SPACE_LAYER.body);
const NO_SPACE = manifest(NO_SPACE_CONFIG, NO_SPACE_LAYER);
const ALIEN = json(`${OCI}.index.v1+json`, {
  schemaVersion: 2,
  mediaType: `${OCI}.index.v1+json`,
  manifests: [{ ...descriptor(BROKEN), platform: { architecture: 's390x', os: 'linux' } }],
});

const MANIFESTS: Readonly<Record<string, Blob>> = { broken: BROKEN, alien: ALIEN, 'no-space': NO_SPACE };
const BLOBS: ReadonlyMap<string, Blob> = new Map(
  [LAYER, CONFIG, NO_SPACE_LAYER, NO_SPACE_CONFIG].map((blob) => [digest(blob.body), blob]),
);
