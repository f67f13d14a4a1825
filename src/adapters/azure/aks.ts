import { listAt, stringAt } from '../../core/model/json.ts';
import type { Result } from '../../core/model/api-error.ts';
import { askWithRetries, textOf, type HttpRequest, type SendHttp, type Sleep } from './http.ts';

/** How the service connection proves who it is to Microsoft Entra ID. */
export type AzureCredential = { tenantId: string; clientId: string } & (
  | { kind: 'secret'; clientSecret: string }
  /** Workload identity federation: the collection signs a short-lived token for this job. */
  | { kind: 'federated'; oidcUrl: string; jobAccessToken: string }
);

export type AksCluster = {
  /** Resource Manager, for example https://management.azure.com/ (other clouds have others). */
  armUrl: string;
  /** Entra ID, for example https://login.microsoftonline.com/. */
  authorityUrl: string;
  subscriptionId: string;
  resourceGroup: string;
  cluster: string;
  useClusterAdmin: boolean;
};

export type AksReader = {
  /** The kubeconfig (YAML text) that `az aks get-credentials` would write. */
  kubeconfig(cluster: AksCluster, credential: AzureCredential, signal: AbortSignal): Promise<Result<string>>;
  /** A bearer token for the Kubernetes API of an Entra-integrated cluster, which needs no kubelogin then. */
  clusterToken(
    cluster: AksCluster,
    credential: AzureCredential,
    serverId: string,
    signal: AbortSignal,
  ): Promise<Result<string>>;
};

/** The Entra application of every AKS API server, unless its kubeconfig names another (kubelogin docs, "server id"). */
export const AKS_SERVER_ID = '6dae42f8-4368-4678-94ff-3960e28e3630';
const OIDC_API_VERSION = '7.1';
const AKS_API_VERSION = '2024-05-01';

export function aksReader(send: SendHttp, sleep: Sleep): AksReader {
  const ask = (what: string, request: HttpRequest, signal: AbortSignal) =>
    askWithRetries(send, sleep, what, request, signal);

  async function assertion(credential: AzureCredential, signal: AbortSignal): Promise<Result<Record<string, string>>> {
    if (credential.kind === 'secret') return { ok: true, value: { client_secret: credential.clientSecret } };
    const answer = await ask(
      'the OIDC token of this job from Azure DevOps',
      {
        method: 'POST',
        url: withQuery(credential.oidcUrl, { 'api-version': OIDC_API_VERSION }),
        headers: { authorization: `Bearer ${credential.jobAccessToken}`, 'content-type': 'application/json' },
        body: '{}',
      },
      signal,
    );
    const token = textOf(answer, 'the OIDC token of this job', (body) => stringAt(body, 'oidcToken'));
    if (!token.ok) return token;
    return {
      ok: true,
      value: {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: token.value,
      },
    };
  }

  async function accessToken(
    cluster: AksCluster,
    credential: AzureCredential,
    scope: string,
    signal: AbortSignal,
  ): Promise<Result<string>> {
    const proof = await assertion(credential, signal);
    if (!proof.ok) return proof;
    const what = `an access token for ${scope} from Microsoft Entra ID`;
    const form = { grant_type: 'client_credentials', client_id: credential.clientId, scope, ...proof.value };
    const answer = await ask(
      what,
      {
        method: 'POST',
        url: joinUrl(cluster.authorityUrl, credential.tenantId, 'oauth2', 'v2.0', 'token'),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      },
      signal,
    );
    return textOf(answer, what, (body) => stringAt(body, 'access_token'));
  }

  return {
    clusterToken: (cluster, credential, serverId, signal) =>
      accessToken(cluster, credential, `${serverId}/.default`, signal),
    async kubeconfig(cluster, credential, signal) {
      const token = await accessToken(cluster, credential, `${trimSlash(cluster.armUrl)}/.default`, signal);
      if (!token.ok) return token;
      const action = cluster.useClusterAdmin ? 'listClusterAdminCredential' : 'listClusterUserCredential';
      const what = `${action} of cluster ${cluster.cluster} in resource group ${cluster.resourceGroup}`;
      const path = ['subscriptions', cluster.subscriptionId, 'resourceGroups', cluster.resourceGroup, 'providers'];
      const answer = await ask(
        what,
        {
          method: 'POST',
          url: withQuery(
            joinUrl(cluster.armUrl, ...path, 'Microsoft.ContainerService', 'managedClusters', cluster.cluster, action),
            { 'api-version': AKS_API_VERSION },
          ),
          headers: { authorization: `Bearer ${token.value}` },
        },
        signal,
      );
      const encoded = textOf(answer, what, (body) => stringAt(listAt(body, 'kubeconfigs')[0], 'value'));
      return encoded.ok ? { ok: true, value: Buffer.from(encoded.value, 'base64').toString('utf8') } : encoded;
    },
  };
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function joinUrl(base: string, ...segments: readonly string[]): string {
  return [trimSlash(base), ...segments.map(encodeURIComponent)].join('/');
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const full = new URL(url);
  for (const [name, value] of Object.entries(query)) full.searchParams.set(name, value);
  return full.href;
}
