import type { InputProblem } from '../../core/options/options.ts';
import type { ApiError, Result } from '../../core/model/api-error.ts';
import { AKS_SERVER_ID, type AksReader } from './aks.ts';
import { problem, type ConnectionInput, type Env, type TaskLibrary } from './inputs.ts';
import { kubeloginUser, secretsOfKubeconfig } from './kubeconfig.ts';
import { readResourceManager } from './resource-manager.ts';

/** Pick list values; the first two are those of the vendor's own Kubernetes tasks. */
export const CONNECTION_TYPES = ['kubernetesServiceConnection', 'azureResourceManager', 'kubeconfig'] as const;

/** Credentials as plain data; `src/main` hands them to the Kubernetes adapter. */
export type AzureConnection = {
  source:
    | { kind: 'text'; kubeconfig: string; context?: string }
    | { kind: 'token'; server: string; caPem: string | undefined; token: string; insecureSkipTlsVerify: boolean }
    /** The inputs `kubeconfig` and `context` decide, as they do outside Azure. */
    | { kind: 'inputs' };
  /** Every value that must be masked before anything is printed. */
  secrets: readonly string[];
};

export type AzureConnectionRead =
  | { ok: true; connection: AzureConnection }
  | { ok: false; problems: readonly InputProblem[] }
  /** Azure itself did not answer or refused; nothing is known about the cluster. */
  | { ok: false; problems: readonly []; error: ApiError };

export type ConnectionNeeds = {
  task: TaskLibrary;
  env: Env;
  /** Called only for an Azure Resource Manager connection, so that its HTTP client is loaded only then. */
  aks: () => Promise<AksReader>;
  context: string | undefined;
  signal: AbortSignal;
};

/** Turns the service connection that the pipeline named into credentials. Never throws for bad input. */
export async function readAzureConnection(needs: ConnectionNeeds): Promise<AzureConnectionRead> {
  const type = needs.task.input('connectionType') ?? CONNECTION_TYPES[0];
  if (type === 'kubernetesServiceConnection') return kubernetesEndpoint(needs);
  if (type === 'azureResourceManager') return resourceManagerEndpoint(needs);
  if (type === 'kubeconfig') return { ok: true, connection: { source: { kind: 'inputs' }, secrets: [] } };
  return { ok: false, problems: [problem('connectionType', type, `one of ${CONNECTION_TYPES.join(', ')}`)] };
}

function kubernetesEndpoint({ task, context }: ConnectionNeeds): AzureConnectionRead {
  const id = task.input('kubernetesServiceEndpoint');
  if (id === undefined) return missing('kubernetesServiceEndpoint', 'the name of a Kubernetes service connection');
  const authorization = task.endpointData(id, 'authorizationType') ?? 'Kubeconfig';
  if (authorization === 'Kubeconfig') {
    const kubeconfig = task.endpointAuth(id, 'kubeconfig');
    if (kubeconfig === undefined)
      return unusable('kubernetesServiceEndpoint', 'a service connection with a kubeconfig');
    const chosen = context ?? task.endpointAuth(id, 'clusterContext');
    return withKubeconfig(kubeconfig, chosen);
  }
  if (authorization === 'ServiceAccount' || authorization === 'AzureSubscription') return bearerEndpoint(task, id);
  return unusable(
    'kubernetesServiceEndpoint',
    'a service connection with authorization type Kubeconfig, ServiceAccount or AzureSubscription',
    authorization,
  );
}

/** The endpoint stores token and CA as they stand in a Secret object: base64 (kubernetesconnection.js of the vendor). */
function bearerEndpoint(task: TaskLibrary, id: string): AzureConnectionRead {
  const problems: InputProblem[] = [];
  const server = task.endpointUrl(id);
  const token = decodeBase64(task.endpointAuth(id, 'apiToken'));
  const encodedCa = task.endpointAuth(id, 'serviceAccountCertificate');
  const caPem = decodeBase64(encodedCa);
  const say = (expected: string) => problems.push(problem('kubernetesServiceEndpoint', undefined, expected));
  if (server === undefined || !URL.canParse(server)) say('a service connection with the URL of the API server');
  if (token === undefined) say('a service connection whose token is the base64 value from the Secret');
  if (encodedCa !== undefined && !caPem?.includes('-----BEGIN CERTIFICATE-----')) {
    say('a service connection whose certificate is the base64 value of ca.crt from the Secret');
  }
  if (problems.length > 0 || server === undefined || token === undefined) return { ok: false, problems };
  const insecureSkipTlsVerify = task.endpointData(id, 'acceptUntrustedCerts') === 'true';
  return {
    ok: true,
    connection: { source: { kind: 'token', server, caPem, token, insecureSkipTlsVerify }, secrets: [token] },
  };
}

async function resourceManagerEndpoint(needs: ConnectionNeeds): Promise<AzureConnectionRead> {
  const { signal } = needs;
  const found = readResourceManager(needs.task, needs.env);
  if (!found.ok) return found;
  const { cluster, credential } = found;
  const aks = await needs.aks();
  const read = await aks.kubeconfig(cluster, credential, signal);
  if (!read.ok) return azureError(read);
  const known = credential.kind === 'secret' ? [credential.clientSecret] : [];
  const login = await kubeloginUser(read.value, needs.context);
  if (login === undefined) return withKubeconfig(read.value, needs.context, known);
  // The user of this kubeconfig is the program kubelogin; the connection's own identity gives the same token without it.
  const token = await aks.clusterToken(cluster, credential, login.serverId ?? AKS_SERVER_ID, signal);
  if (!token.ok) return azureError(token);
  const { server, caPem } = login;
  return {
    ok: true,
    connection: {
      source: { kind: 'token', server, caPem, token: token.value, insecureSkipTlsVerify: false },
      secrets: [...known, token.value],
    },
  };
}

function withKubeconfig(
  kubeconfig: string,
  context: string | undefined,
  known: readonly string[] = [],
): AzureConnectionRead {
  const source = { kind: 'text' as const, kubeconfig, ...(context === undefined ? {} : { context }) };
  return { ok: true, connection: { source, secrets: [...known, ...secretsOfKubeconfig(kubeconfig)] } };
}

function azureError(failed: Extract<Result<string>, { ok: false }>): AzureConnectionRead {
  return { ok: false, problems: [], error: failed.error };
}

function decodeBase64(text: string | undefined): string | undefined {
  const compact = text?.replace(/\s+/g, '');
  if (!compact || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const decoded = Buffer.from(compact, 'base64').toString('utf8').trim();
  // A raw token is base64 by accident of its alphabet, and then decodes to bytes that are no text.
  return /^[\x20-\x7e\r\n]+$/.test(decoded) ? decoded : undefined;
}

function missing(input: ConnectionInput, expected: string): AzureConnectionRead {
  return { ok: false, problems: [problem(input, undefined, expected)] };
}

function unusable(input: ConnectionInput, expected: string, found?: string): AzureConnectionRead {
  return { ok: false, problems: [problem(input, found, expected)] };
}
