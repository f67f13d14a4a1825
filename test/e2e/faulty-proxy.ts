import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { path } from '../cluster/layout.ts';

/** What stands in for the API server's answers: a page of a load balancer, or an error of the server. */
export type Answer = { status: number; contentType: string; body: string };

export type FaultyProxy = {
  url: string;
  /** From now on everything is answered like this; connections that are open end. */
  answer(answer: Answer): void;
  /** Requests for this path get no further until the returned function was called. */
  hold(path: RegExp): () => void;
  /** Ends every connection once, as a restarted load balancer does. */
  drop(): void;
};

/**
 * An HTTPS load balancer before the API server, with the server's own certificate, so that a gate cannot tell it from
 * the real one. Clients have to use tokens: certificates end here.
 */
export async function startFaultyProxy(
  server: URL,
  atEnd: (close: () => Promise<unknown>) => void,
): Promise<FaultyProxy> {
  const [cert, key, ca] = await Promise.all(
    ['apiserver.crt', 'apiserver.key', 'ca.crt'].map((name) => readFile(join(path.pki, name))),
  );
  const open = new Set<Socket>();
  let instead: Answer | undefined;
  let held: { path: RegExp; waiting: (() => void)[] } | undefined;
  const listener = createServer({ cert, key }, (incoming, outgoing) => {
    if (instead !== undefined) {
      outgoing.writeHead(instead.status, { 'content-type': instead.contentType }).end(instead.body);
      return;
    }
    const goOn = (): void => {
      forward(incoming, outgoing, server, ca);
    };
    if (held?.path.test(incoming.url ?? '') === true) held.waiting.push(goOn);
    else goOn();
  });
  listener.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(0, '127.0.0.1', resolve));
  const drop = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  atEnd(async () => {
    drop();
    await new Promise((resolve) => listener.close(resolve));
  });
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on TCP');
  return {
    url: `https://127.0.0.1:${address.port}`,
    answer(answer) {
      instead = answer;
      drop();
    },
    hold(path) {
      const waiting: (() => void)[] = [];
      held = { path, waiting };
      return () => {
        held = undefined;
        for (const goOn of waiting) goOn();
      };
    },
    drop,
  };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, server: URL, ca: Buffer | undefined): void {
  const { method, headers, url = '/' } = incoming;
  const upstream = request(new URL(url, server), {
    method,
    headers,
    ...(ca === undefined ? {} : { ca }),
    agent: false,
  });
  upstream.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    // A watch that has no event yet has sent its headers none the less.
    outgoing.flushHeaders();
    answer.pipe(outgoing);
  });
  // Either side's end is the other's; which of them it was is of no interest here.
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}
