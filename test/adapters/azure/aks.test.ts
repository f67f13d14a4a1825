import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aksReader, type AksCluster, type AzureCredential } from '../../../src/adapters/azure/aks.ts';
import { axiosSend } from '../../../src/adapters/azure/http.ts';

type Seen = { method: string; url: string; authorization: string | undefined; body: string };
type Reply = { status: number; body?: unknown; headers?: Record<string, string> };

let server: Server;
let base: string;
let seen: Seen[];
let replies: (request: IncomingMessage) => Reply | 'cut';
let slept: number[];

beforeEach(async () => {
  seen = [];
  slept = [];
  server = createServer(async (request, response) => {
    const body = await text(request);
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization,
      body,
    });
    const reply = replies(request);
    if (reply === 'cut') return void request.socket.destroy();
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const never = new AbortController().signal;
const cluster = (): AksCluster => ({
  armUrl: `${base}/arm/`,
  authorityUrl: `${base}/login/`,
  subscriptionId: 'sub',
  resourceGroup: 'rg 1',
  cluster: 'aks',
  useClusterAdmin: false,
});
const secret: AzureCredential = { kind: 'secret', tenantId: 'tenant', clientId: 'app', clientSecret: 's3cret&=' };

async function reader() {
  return aksReader(await axiosSend(), (ms) => {
    slept.push(ms);
    return Promise.resolve();
  });
}

const good = (request: IncomingMessage): Reply => {
  if (request.url?.startsWith('/oidc')) return { status: 200, body: { oidcToken: 'signed-by-azure-devops' } };
  if (request.url?.startsWith('/login')) return { status: 200, body: { access_token: 'arm-token' } };
  return {
    status: 200,
    body: { kubeconfigs: [{ name: 'u', value: Buffer.from('apiVersion: v1').toString('base64') }] },
  };
};

describe('kubeconfig', () => {
  it('with a secret: a token for Resource Manager, then the credential of the cluster', async () => {
    replies = good;
    expect(await (await reader()).kubeconfig(cluster(), secret, never)).toEqual({ ok: true, value: 'apiVersion: v1' });
    const scope = encodeURIComponent(`${base}/arm/.default`);
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/login/tenant/oauth2/v2.0/token',
        authorization: undefined,
        body: `grant_type=client_credentials&client_id=app&scope=${scope}&client_secret=s3cret%26%3D`,
      },
      {
        method: 'POST',
        url: '/arm/subscriptions/sub/resourceGroups/rg%201/providers/Microsoft.ContainerService/managedClusters/aks/listClusterUserCredential?api-version=2024-05-01',
        authorization: 'Bearer arm-token',
        body: '',
      },
    ]);
  });

  it('the administrator only when asked for', async () => {
    replies = good;
    await (await reader()).kubeconfig({ ...cluster(), useClusterAdmin: true }, secret, never);
    expect(seen[1]?.url).toContain('/listClusterAdminCredential?');
  });

  it('with federation: the job’s token is exchanged, no secret is sent', async () => {
    replies = good;
    const federated: AzureCredential = {
      kind: 'federated',
      tenantId: 'tenant',
      clientId: 'app',
      oidcUrl: `${base}/oidc?serviceConnectionId=s1`,
      jobAccessToken: 'job-token',
    };
    expect((await (await reader()).kubeconfig(cluster(), federated, never)).ok).toBe(true);
    expect(seen[0]).toEqual({
      method: 'POST',
      url: '/oidc?serviceConnectionId=s1&api-version=7.1',
      authorization: 'Bearer job-token',
      body: '{}',
    });
    const form = new URLSearchParams(seen[1]?.body);
    expect(Object.fromEntries(form)).toMatchObject({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'signed-by-azure-devops',
    });
  });

  const failures = [
    {
      name: 'a wrong secret, with Entra’s code and nothing else of its text',
      reply: {
        status: 401,
        body: {
          error: 'invalid_client',
          error_description: 'AADSTS7000215: Invalid client secret s3cret&= Trace ID: 1',
        },
      },
      expected: { kind: 'credentials', httpStatus: 401, reason: 'AADSTS7000215' },
      requests: 1,
    },
    {
      name: 'a redirect, which is not followed',
      reply: { status: 307, headers: { location: 'http://127.0.0.1:1/' } },
      expected: { kind: 'invalid', httpStatus: 307 },
      requests: 1,
    },
    {
      name: 'a server error, after three tries',
      reply: { status: 503 },
      expected: { kind: 'server-error', httpStatus: 503 },
      requests: 3,
    },
    {
      name: 'throttling, after three tries',
      reply: { status: 429, headers: { 'retry-after': '2' } },
      expected: { kind: 'too-many-requests', retryAfterMs: 2_000 },
      requests: 3,
    },
    {
      name: 'an answer without a token',
      reply: { status: 200, body: { token: 'wrong name' } },
      expected: { kind: 'server-error' },
      requests: 1,
    },
    {
      name: 'a cut connection, after three tries',
      reply: 'cut' as const,
      expected: { kind: 'unreachable', code: 'ECONNRESET' },
      requests: 3,
    },
  ];
  it.each(failures)('$name', async ({ reply, expected, requests }) => {
    replies = () => reply;
    const outcome = await (await reader()).kubeconfig(cluster(), secret, never);
    expect(outcome).toMatchObject({ ok: false, error: expected });
    expect(seen).toHaveLength(requests);
    expect(JSON.stringify(outcome)).not.toContain('s3cret');
  });

  it('waits as long as the server asks, within bounds', async () => {
    replies = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await (await reader()).kubeconfig(cluster(), secret, never);
    expect(slept).toEqual([10_000, 10_000]);
  });

  it('an abort is no error value: it throws the reason', async () => {
    const cancel = new AbortController();
    replies = () => {
      cancel.abort(new Error('cancelled'));
      return 'cut';
    };
    await expect((await reader()).kubeconfig(cluster(), secret, cancel.signal)).rejects.toThrow('cancelled');
  });
});

it('clusterToken: the scope of the cluster’s own application', async () => {
  replies = good;
  expect(await (await reader()).clusterToken(cluster(), secret, 'server-app', never)).toEqual({
    ok: true,
    value: 'arm-token',
  });
  expect(new URLSearchParams(seen[0]?.body).get('scope')).toBe('server-app/.default');
});
