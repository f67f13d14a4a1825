import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reachContainer } from '../../../src/core/courier/containers.ts';
import { REACH_ENV, REACH_EXIT, REACH_SCRIPT } from '../../../src/core/courier/reach-script.ts';
import { forget, onlyTools, shells, start, temporaryFolder, type Ended, type Shell } from './shells.ts';

const servers: Server[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Answers each request with the next status, the last one for ever; remembers what was asked. */
async function httpServer(...statuses: readonly number[]): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    response.statusCode = statuses[Math.min(asked.length, statuses.length - 1)] ?? 500;
    // Nobody listens there: following it would turn an answer into an error.
    if (response.statusCode === 302) response.setHeader('location', 'http://127.0.0.1:1/');
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.host ?? ''}`);
    response.end('hello\nHTTP/1.1 500 this is the body\n');
  });
  return { port: await listen(server), asked };
}

/** A port on which nobody listens. */
async function refusedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Target = Partial<Parameters<typeof reachContainer>[0]> & { port: number };

/** Without `timeoutMs` the first attempt is also the last one. */
function reach(shell: Shell, target: Target, terminationLog = '/nonexistent'): Promise<Ended> {
  const container = reachContainer({
    image: 'testcar:1',
    imagePullPolicy: undefined,
    scheme: 'http',
    host: '127.0.0.1',
    path: '/healthz',
    mode: 'http',
    timeoutMs: 0,
    securityContext: undefined,
    ...target,
  });
  const env: Record<string, string> = {
    http_proxy: 'http://127.0.0.1:1',
    https_proxy: 'http://127.0.0.1:1',
    NODE_OPTIONS: '--require=/gone',
  };
  for (const { name, value } of container['env'] as { name: string; value: string }[]) env[name] = value;
  if (target.timeoutMs === undefined) env[REACH_ENV.timeoutSeconds] = '0';
  return start(shell, REACH_SCRIPT, { ...env, [REACH_ENV.terminationLog]: terminationLog }).ended;
}

/** The last line without the seconds, which differ from run to run. */
function said({ code, stdout, stderr }: Ended): { code: number | null; line: string; stderr: string } {
  return { code, line: (stdout.trimEnd().split('\n').at(-1) ?? '').replace(/after \d+ s/, 'after N s'), stderr };
}

afterAll(() => {
  for (const server of servers) server.close();
  forget();
});

/** A `sleep` that does not wait: the script takes the time from elsewhere. */
const NO_WAIT = { sleep: '/bin/true' };
const BASIC = ['timeout', 'true'];
const [dash, bash, busybox] = shells();
if (!dash || !bash || !busybox) throw new Error('three shells are expected');
const applets = (tool: string): string =>
  onlyTools(['true'], { ...NO_WAIT, timeout: busybox.command, [tool]: busybox.command });

/** Each way to ask, alone in its image. */
const WAYS: readonly { way: string; tool: string; shell: Shell }[] = [
  { way: 'curl', tool: 'curl', shell: { ...dash, path: onlyTools([...BASIC, 'curl'], NO_WAIT) } },
  { way: 'GNU wget', tool: 'wget', shell: { ...dash, path: onlyTools([...BASIC, 'wget'], NO_WAIT) } },
  // Under dash, because the shell of a busybox built "standalone" runs its applets whatever is on PATH.
  { way: 'wget of busybox', tool: 'wget', shell: { ...dash, path: applets('wget') } },
  { way: 'nc of busybox', tool: 'nc', shell: { ...dash, path: applets('nc') } },
  { way: '/dev/tcp of bash', tool: 'bash', shell: { ...bash, path: onlyTools([...BASIC, 'bash'], NO_WAIT) } },
  { way: 'python3', tool: 'python3', shell: { ...dash, path: onlyTools(BASIC, { ...NO_WAIT, python3: python() }) } },
  { way: 'node', tool: 'node', shell: { ...dash, path: onlyTools(BASIC, { ...NO_WAIT, node: process.execPath }) } },
  { way: 'perl', tool: 'perl', shell: { ...dash, path: onlyTools([...BASIC, 'perl'], NO_WAIT) } },
];

/** Not the one on PATH: that may be a launcher which needs PATH itself. */
function python(): string {
  return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
}

describe.each(WAYS)('$way', ({ tool, shell }) => {
  test.concurrent.each([200, 204, 302, 401, 404])('takes HTTP %i for an answer', async (status) => {
    const { port, asked } = await httpServer(status);
    const ended = await reach(shell, { port, path: '/health?a=[1]{2}' });
    const url = `http://127.0.0.1:${port}/health?a=[1]{2}`;
    expect(said(ended)).toMatchObject({ code: REACH_EXIT.reachable, stderr: '' });
    expect(said(ended).line).toContain(`answered after N s: ${url}, HTTP ${status} (${tool})`);
    expect(asked.map((line) => line.replace(/%5B1%5D|\[1\]/, '[1]').replace(/%7B2%7D|\{2\}/, '{2}'))).toEqual([
      `GET /health?a=[1]{2} 127.0.0.1:${port}`,
    ]);
  });

  test.concurrent('goes on while the SUT answers 503, until it answers 200', async () => {
    const { port, asked } = await httpServer(503, 200);
    const ended = await reach(shell, { port, timeoutMs: 30_000 });
    expect(said(ended).line).toBe(`answered after N s: http://127.0.0.1:${port}/healthz, HTTP 200 (${tool})`);
    expect(asked.length).toBe(2);
  });

  test.concurrent('tells a SUT that only answers 503', async () => {
    const { port } = await httpServer(503);
    const ended = await reach(shell, { port });
    expect(said(ended)).toEqual({
      code: REACH_EXIT.unreachable,
      line: `no answer from http://127.0.0.1:${port}/healthz after N s, last seen with ${tool}: HTTP 503`,
      stderr: '',
    });
  });

  test.concurrent('tells a refused connection, also as the termination message', async () => {
    const port = await refusedPort();
    const terminationLog = join(temporaryFolder(), 'termination-log');
    writeFileSync(terminationLog, '');
    const ended = await reach(shell, { port }, terminationLog);
    const { code, line } = said(ended);
    expect(code).toBe(REACH_EXIT.unreachable);
    expect(line).toMatch(
      /^no answer from http:\/\/127\.0\.0\.1:\d+\/healthz after N s, last seen with \w+: .*(refused|couldn't connect)/i,
    );
    expect(`${readFileSync(terminationLog, 'utf8')}\n`).toBe(ended.stdout);
  });

  test.concurrent('does not take a server that speaks no HTTP for an answer', async () => {
    const port = await listen(
      createTcpServer((socket) => socket.on('error', () => {}).end('220 mail.example ESMTP\r\n')),
    );
    expect(said(await reach(shell, { port })).code).toBe(REACH_EXIT.unreachable);
  });
});

describe.each(WAYS.filter(({ tool }) => tool !== 'wget'))('$way in tcp mode', ({ tool, shell }) => {
  test.concurrent('takes a connection for an answer, even of a silent server', async () => {
    const port = await listen(createTcpServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {})));
    const ended = await reach(shell, { port, mode: 'tcp' });
    expect(said(ended)).toEqual({
      code: REACH_EXIT.reachable,
      line: `answered after N s: tcp 127.0.0.1:${port}, connected (${tool})`,
      stderr: '',
    });
  });

  test.concurrent('tells a refused connection', async () => {
    const { code, line } = said(await reach(shell, { port: await refusedPort(), mode: 'tcp' }));
    expect(code).toBe(REACH_EXIT.unreachable);
    expect(line).toMatch(/refused|couldn't connect/i);
  });
});

describe('https with a certificate that nobody trusts', () => {
  let port = 0;
  beforeAll(async () => {
    const folder = temporaryFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=sut',
      '-keyout',
      key,
      '-out',
      cert,
    ];
    execFileSync('openssl', request, { stdio: 'ignore' });
    const server = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
      response.end('hi'),
    );
    server.on('tlsClientError', () => {});
    port = await listen(server);
  });

  test.concurrent.each(WAYS.filter(({ way }) => way !== 'wget of busybox'))('$way', async ({ tool, shell }) => {
    const proof = ['curl', 'wget', 'node', 'python3'].includes(tool) ? 'HTTP 200' : 'connected';
    expect(said(await reach(shell, { port, scheme: 'https' }))).toEqual({
      code: REACH_EXIT.reachable,
      line: `answered after N s: https://127.0.0.1:${port}/healthz, ${proof} (${tool})`,
      stderr: '',
    });
  });

  test('wget of busybox is not asked: its TLS is partial', async () => {
    const ended = await reach({ ...dash, path: applets('wget') }, { port, scheme: 'https' });
    expect(said(ended).code).toBe(REACH_EXIT.noTool);
  });
});

describe('tools', () => {
  test('names what was looked for when the image has none of them', async () => {
    const terminationLog = join(temporaryFolder(), 'termination-log');
    writeFileSync(terminationLog, '');
    const ended = await reach({ ...dash, path: onlyTools(BASIC, NO_WAIT) }, { port: 1 }, terminationLog);
    const line =
      'cannot test http://127.0.0.1:1/healthz: this image has none of these tools in working order: curl wget nc bash python3 node perl';
    expect(ended).toEqual({ code: REACH_EXIT.noTool, signal: null, stdout: `${line}\n`, stderr: '' });
    expect(readFileSync(terminationLog, 'utf8')).toBe(line);
  });

  test('passes on to the next tool when one crashes or lacks an option', async () => {
    const folder = temporaryFolder();
    const crashes = join(folder, 'crashes');
    writeFileSync(crashes, '#!/bin/sh\nkill -SEGV $$\n', { mode: 0o755 });
    const refuses = join(folder, 'refuses');
    writeFileSync(refuses, '#!/bin/sh\necho "wget: unrecognized option: S" >&2\nexit 1\n', { mode: 0o755 });
    const { port } = await httpServer(503, 200);
    const path = onlyTools([...BASIC, 'perl'], { ...NO_WAIT, curl: crashes, wget: refuses });
    const ended = await reach({ ...dash, path }, { port, timeoutMs: 30_000 });
    expect(said(ended).line).toBe(`answered after N s: http://127.0.0.1:${port}/healthz, HTTP 200 (perl)`);
  });

  test('gives up when the time is over', async () => {
    const { port, asked } = await httpServer(503);
    const ended = await reach(dash, { port, timeoutMs: 2000 });
    expect(said(ended).line).toMatch(/^no answer from http:\/\/127\.0\.0\.1:\d+\/healthz after N s, .*: HTTP 503$/);
    expect(asked.length).toBeGreaterThan(1);
  });

  test('the whole of busybox works, and the whole of this machine', async () => {
    const { port } = await httpServer(200);
    for (const shell of [busybox, dash, bash]) expect((await reach(shell, { port })).code).toBe(REACH_EXIT.reachable);
  });
});
