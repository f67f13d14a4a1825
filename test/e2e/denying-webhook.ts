import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringAt } from '../../src/core/model/json.ts';
import { listen } from './fake-registry.ts';
import { selfSigned } from './self-signed.ts';

/** An admission webhook that says no to everything that it is asked. */
export type DenyingWebhook = { url: string; caBundle: string; close(): Promise<void> };

export const DENIAL = 'this namespace takes nothing today';

export async function startDenyingWebhook(): Promise<DenyingWebhook> {
  const folder = await mkdtemp(join(tmpdir(), 'denying-webhook-'));
  const certificate = await selfSigned(folder, ['IP:127.0.0.1']);
  const server = createServer(certificate, (request, response) => {
    deny(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const port = await listen(server, '127.0.0.1');
  return {
    url: `https://127.0.0.1:${port}/`,
    caBundle: Buffer.from(certificate.cert).toString('base64'),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function deny(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  const asked: unknown = JSON.parse(text);
  const uid = stringAt(asked, 'request', 'uid') ?? '';
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid, allowed: false, status: { message: DENIAL } },
    }),
  );
}
