import { describe, expect, it } from 'vitest';
import type { AksCluster, AksReader, AzureCredential } from '../../../src/adapters/azure/aks.ts';
import { readAzureConnection } from '../../../src/adapters/azure/connection.ts';
import type { ApiError } from '../../../src/core/model/api-error.ts';
import { taskStub } from './task-stub.ts';

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: a
contexts: [{ name: a, context: { cluster: a, user: a } }]
clusters: [{ name: a, cluster: { server: 'https://k.example' } }]
users:
  - name: a
    user:
      token: top-secret-token
`;
const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const base64 = (text: string) => Buffer.from(text).toString('base64');

const noAks = (): Promise<AksReader> => Promise.reject(new Error('Azure must not be asked'));
const never = new AbortController().signal;

function read(
  values: Parameters<typeof taskStub>[0],
  more: { context?: string; env?: Record<string, string>; aks?: AksReader } = {},
) {
  const { context, env = {}, aks } = more;
  const reader = aks === undefined ? noAks : () => Promise.resolve(aks);
  return readAzureConnection({ task: taskStub(values), env, aks: reader, context, signal: never });
}

describe('Kubernetes service connection', () => {
  const inputs = { kubernetesServiceEndpoint: 'e1' };

  it('with a kubeconfig: text, the context of the connection, its token masked', async () => {
    const outcome = await read({ inputs, auth: { 'e1/kubeconfig': KUBECONFIG, 'e1/clusterContext': 'a' } });
    expect(outcome).toEqual({
      ok: true,
      connection: { source: { kind: 'text', kubeconfig: KUBECONFIG, context: 'a' }, secrets: ['top-secret-token'] },
    });
  });

  it('with a service account: token and CA decoded, certificate checks as the connection says', async () => {
    const values = {
      inputs,
      urls: { e1: 'https://k.example:6443' },
      auth: { 'e1/apiToken': base64('bearer.of.sa'), 'e1/serviceAccountCertificate': base64(CA) },
      data: { 'e1/authorizationType': 'ServiceAccount', 'e1/acceptUntrustedCerts': 'true' },
    };
    expect(await read(values)).toEqual({
      ok: true,
      connection: {
        source: {
          kind: 'token',
          server: 'https://k.example:6443',
          caPem: CA,
          token: 'bearer.of.sa',
          insecureSkipTlsVerify: true,
        },
        secrets: ['bearer.of.sa'],
      },
    });
    const strict = await read({ ...values, data: { 'e1/authorizationType': 'AzureSubscription' } });
    expect(strict).toMatchObject({ connection: { source: { insecureSkipTlsVerify: false } } });
  });

  const wrong = [
    {
      name: 'no connection chosen',
      values: {},
      problems: [
        {
          input: 'kubernetesServiceEndpoint',
          found: undefined,
          expected: 'the name of a Kubernetes service connection',
        },
      ],
    },
    {
      name: 'a connection without a kubeconfig',
      values: { inputs },
      problems: [
        { input: 'kubernetesServiceEndpoint', found: undefined, expected: 'a service connection with a kubeconfig' },
      ],
    },
    {
      name: 'an authorization type of the future',
      values: { inputs, data: { 'e1/authorizationType': 'Oracle' } },
      problems: [
        {
          input: 'kubernetesServiceEndpoint',
          found: 'Oracle',
          expected: 'a service connection with authorization type Kubeconfig, ServiceAccount or AzureSubscription',
        },
      ],
    },
    {
      name: 'everything wrong with a service account at once',
      values: {
        inputs,
        auth: { 'e1/apiToken': 'not base64!', 'e1/serviceAccountCertificate': base64('no pem') },
        data: { 'e1/authorizationType': 'ServiceAccount' },
      },
      problems: [
        'a service connection with the URL of the API server',
        'a service connection whose token is the base64 value from the Secret',
        'a service connection whose certificate is the base64 value of ca.crt from the Secret',
      ].map((expected) => ({ input: 'kubernetesServiceEndpoint', found: undefined, expected })),
    },
    {
      name: 'an unknown connection type',
      values: { inputs: { connectionType: 'magic' } },
      problems: [
        {
          input: 'connectionType',
          found: 'magic',
          expected: 'one of kubernetesServiceConnection, azureResourceManager, kubeconfig',
        },
      ],
    },
  ];
  it.each(wrong)('$name', async ({ values, problems }) => {
    expect(await read(values)).toEqual({ ok: false, problems });
  });
});

it('kubeconfig: the agent’s own', async () => {
  expect(await read({ inputs: { connectionType: 'kubeconfig' } })).toEqual({
    ok: true,
    connection: { source: { kind: 'inputs' }, secrets: [] },
  });
});

describe('Azure Resource Manager', () => {
  const inputs = {
    connectionType: 'azureResourceManager',
    azureSubscriptionEndpoint: 's1',
    azureResourceGroup: 'rg',
    kubernetesCluster: 'aks',
  };
  const secretBased = {
    inputs,
    urls: { s1: 'https://management.example/' },
    schemes: { s1: 'ServicePrincipal' },
    auth: { 's1/tenantid': 't', 's1/serviceprincipalid': 'app', 's1/serviceprincipalkey': 'sp-secret' },
    data: { 's1/subscriptionId': 'sub', 's1/environmentAuthorityUrl': 'https://login.example/' },
  };
  type Asked = { cluster: AksCluster; credential: AzureCredential; serverId?: string };
  function recording(kubeconfig: string, asked: Asked[]): AksReader {
    return {
      kubeconfig: (cluster, credential) => {
        asked.push({ cluster, credential });
        return Promise.resolve({ ok: true, value: kubeconfig });
      },
      clusterToken: (cluster, credential, serverId) => {
        asked.push({ cluster, credential, serverId });
        return Promise.resolve({ ok: true, value: 'entra-token' });
      },
    };
  }

  it('with a secret: asks for this cluster with this identity, masks secret and token', async () => {
    const asked: Asked[] = [];
    const outcome = await read(secretBased, { aks: recording(KUBECONFIG, asked) });
    expect(outcome).toEqual({
      ok: true,
      connection: { source: { kind: 'text', kubeconfig: KUBECONFIG }, secrets: ['sp-secret', 'top-secret-token'] },
    });
    expect(asked).toEqual([
      {
        cluster: {
          armUrl: 'https://management.example/',
          authorityUrl: 'https://login.example/',
          subscriptionId: 'sub',
          resourceGroup: 'rg',
          cluster: 'aks',
          useClusterAdmin: false,
        },
        credential: { kind: 'secret', clientSecret: 'sp-secret', tenantId: 't', clientId: 'app' },
      },
    ]);
  });

  it('with federation: the collection’s address for this job and this connection', async () => {
    const asked: Asked[] = [];
    const env = {
      SYSTEM_COLLECTIONURI: 'https://dev.example/org/',
      SYSTEM_TEAMPROJECTID: 'p',
      SYSTEM_HOSTTYPE: 'build',
      SYSTEM_PLANID: 'plan',
      SYSTEM_JOBID: 'job',
    };
    const values = {
      ...secretBased,
      schemes: { s1: 'WorkloadIdentityFederation' },
      auth: { 's1/tenantid': 't', 's1/serviceprincipalid': 'app', 'SYSTEMVSSCONNECTION/AccessToken': 'job-token' },
    };
    await read(values, { env, aks: recording(KUBECONFIG, asked) });
    expect(asked[0]?.credential).toEqual({
      kind: 'federated',
      tenantId: 't',
      clientId: 'app',
      jobAccessToken: 'job-token',
      oidcUrl:
        'https://dev.example/org/p/_apis/distributedtask/hubs/build/plans/plan/jobs/job/oidctoken?serviceConnectionId=s1',
    });
  });

  it('a kubeconfig that needs kubelogin: the identity’s own token instead', async () => {
    const withKubelogin = JSON.stringify({
      'current-context': 'aks',
      contexts: [{ name: 'aks', context: { cluster: 'aks', user: 'me' } }],
      clusters: [
        { name: 'aks', cluster: { server: 'https://aks.example:443', 'certificate-authority-data': base64(CA) } },
      ],
      users: [{ name: 'me', user: { exec: { command: 'kubelogin', args: ['get-token', '--server-id', 'srv'] } } }],
    });
    const asked: Asked[] = [];
    const outcome = await read(secretBased, { aks: recording(withKubelogin, asked) });
    expect(asked[1]?.serverId).toBe('srv');
    expect(outcome).toEqual({
      ok: true,
      connection: {
        source: {
          kind: 'token',
          server: 'https://aks.example:443',
          caPem: CA,
          token: 'entra-token',
          insecureSkipTlsVerify: false,
        },
        secrets: ['sp-secret', 'entra-token'],
      },
    });
  });

  it('every missing input at once, before any request', async () => {
    expect(await read({ inputs: { connectionType: 'azureResourceManager' } })).toEqual({
      ok: false,
      problems: [
        {
          input: 'azureSubscriptionEndpoint',
          found: undefined,
          expected: 'the name of an Azure Resource Manager service connection',
        },
        { input: 'azureResourceGroup', found: undefined, expected: 'the resource group of the AKS cluster' },
        { input: 'kubernetesCluster', found: undefined, expected: 'the name of the AKS cluster' },
      ],
    });
  });

  it('a managed identity, which has no secret that a task gets', async () => {
    expect(await read({ ...secretBased, schemes: { s1: 'ManagedServiceIdentity' } })).toEqual({
      ok: false,
      problems: [
        {
          input: 'azureSubscriptionEndpoint',
          found: 'authentication ManagedServiceIdentity',
          expected: 'a service connection with a service principal secret or workload identity federation',
        },
      ],
    });
  });

  it('Azure does not answer: an error, not a problem of the input', async () => {
    const error: ApiError = {
      kind: 'unreachable',
      message: 'no',
      httpStatus: undefined,
      reason: undefined,
      code: 'ECONNREFUSED',
      retryAfterMs: undefined,
    };
    const aks = { ...recording('', []), kubeconfig: () => Promise.resolve({ ok: false as const, error }) };
    expect(await read(secretBased, { aks })).toEqual({ ok: false, problems: [], error });
  });
});
