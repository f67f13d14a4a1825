import http from 'node:http';
import https from 'node:https';

/** Where requests go and how they prove who they are; `options` carries agent, CA, client certificate and headers. */
export type Target = { server: URL; options: https.RequestOptions };

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the server's own path, for example `/api/v1/pods?limit=1`. */
  path: string;
  body?: { contentType: string; text: string };
  /** Until the answer's headers are there; 0 = no limit. */
  headersTimeoutMs: number;
  signal: AbortSignal | undefined;
};

export class NoAnswerInTime extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * The one place where the gate speaks HTTP to an API server. Resolves with the headers; the body streams. Rejects with
 * Node's error (its `code` tells why), or with an AbortError.
 */
export function send(target: Target, request: HttpRequest): Promise<http.IncomingMessage> {
  const { server, options } = target;
  const url = new URL(server.pathname.replace(/\/$/, '') + request.path, server);
  const body = request.body === undefined ? undefined : Buffer.from(request.body.text);
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'http:' ? http : https;
    const outgoing = client.request(url, {
      ...options,
      method: request.method,
      headers: {
        accept: 'application/json',
        'user-agent': 'testcar-gate',
        ...options.headers,
        ...(request.body !== undefined && { 'content-type': request.body.contentType }),
        ...(body !== undefined && { 'content-length': body.byteLength }),
      },
      ...(request.signal !== undefined && { signal: request.signal }),
    });
    const timer =
      request.headersTimeoutMs === 0
        ? undefined
        : setTimeout(() => outgoing.destroy(new NoAnswerInTime('no answer in time')), request.headersTimeoutMs);
    outgoing.on('socket', (socket) => {
      // A peer that has vanished is noticed after the delay plus ten probes of one second (libuv), not after hours.
      socket.setKeepAlive(true, 15_000);
    });
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}

/** The body as it arrives; throws when the connection breaks before the body's end. */
export async function* chunksOf(response: http.IncomingMessage): AsyncGenerator<Buffer> {
  const body: AsyncIterable<unknown> = response;
  for await (const chunk of body) if (Buffer.isBuffer(chunk)) yield chunk;
}

export class BodyTooLarge extends Error {}

/** The whole body as UTF-8. Rejects when it is larger than `maxBytes`, does not end in time, or is cut off. */
export async function readBody(response: http.IncomingMessage, maxBytes: number, timeoutMs: number): Promise<string> {
  const timer = setTimeout(() => response.destroy(new NoAnswerInTime('the answer did not end in time')), timeoutMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunksOf(response)) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new BodyTooLarge(`the answer is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}
