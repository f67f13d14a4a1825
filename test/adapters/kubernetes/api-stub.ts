import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { loadConnection } from '../../../src/adapters/kubernetes/connect.ts';

export type StubRequest = {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  headers: IncomingMessage['headers'];
  body: string;
};
export type StubHandler = (request: StubRequest, response: ServerResponse) => void;

let certificate: { key: string; cert: string } | undefined;

/** A self-signed certificate for 127.0.0.1, made once per test file; it is its own CA. */
export function testCertificate(): { key: string; cert: string } {
  if (certificate !== undefined) return certificate;
  const folder = mkdtempSync(path.join(tmpdir(), 'api-stub-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=stub';
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  try {
    execFileSync('openssl', [...request.split(' '), ...names, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    certificate = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
  return certificate;
}

/** An API server that does exactly what a test says, request by request, over real TLS and real sockets. */
export class ApiStub {
  readonly requests: StubRequest[] = [];
  readonly #server: https.Server;
  readonly #sockets = new Set<Duplex>();
  #handler: StubHandler = (_, response) => answerStatus(response, 500, 'InternalError', 'the test gave no handler');

  constructor() {
    this.#server = https.createServer(testCertificate(), (request, response) => {
      const url = new URL(request.url ?? '/', 'https://stub');
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const seen = {
          method: request.method ?? '',
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        };
        this.requests.push(seen);
        this.#handler(seen, response);
      });
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(handler?: StubHandler): Promise<ApiStub> {
    const stub = new ApiStub();
    if (handler !== undefined) stub.handle(handler);
    await new Promise<void>((resolve) => stub.#server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  handle(handler: StubHandler): void {
    this.#handler = handler;
  }

  /** One handler per request, in order; the last one stays. */
  script(...handlers: StubHandler[]): void {
    let next = 0;
    this.handle((request, response) => {
      const handler = handlers[Math.min(next++, handlers.length - 1)];
      handler?.(request, response);
    });
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  paths(): string[] {
    return this.requests.map(({ method, path: where }) => `${method} ${where}`);
  }

  async connect(token = 'a-token'): Promise<Connection> {
    const source = { kind: 'token', server: this.url, caPem: testCertificate().cert, token } as const;
    const outcome = await loadConnection({ ...source, insecureSkipTlsVerify: false }, {});
    if (!outcome.ok) throw new Error(outcome.problem.message);
    return outcome.connection;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function answerStatus(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(status));
}

/** Begins a body and leaves it open. */
export function startStream(response: ServerResponse, ...chunks: (string | Buffer)[]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const chunk of chunks) response.write(chunk);
}

/** Ends the connection in the middle of the body, as a killed proxy does. */
export function cutOff(response: ServerResponse): void {
  response.socket?.destroy();
}

export function watchEvent(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** Waits, turn by turn of the event loop, until `isSo`; fails after 5 s so that a broken test ends. */
export async function until(isSo: () => boolean, what = String(isSo)): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`never became true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
