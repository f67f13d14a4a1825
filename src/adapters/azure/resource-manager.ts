import type { InputProblem } from '../../core/options/options.ts';
import type { AksCluster, AzureCredential } from './aks.ts';
import { problem, type ConnectionInput, type Env, type TaskLibrary } from './inputs.ts';

export type ResourceManagerRead =
  { ok: true; cluster: AksCluster; credential: AzureCredential } | { ok: false; problems: readonly InputProblem[] };

/** Everything about an Azure Resource Manager connection that can be wrong is found before the first request. */
export function readResourceManager(task: TaskLibrary, env: Env): ResourceManagerRead {
  const problems: InputProblem[] = [];
  const required = (name: ConnectionInput, expected: string): string => {
    const value = task.input(name);
    if (value === undefined) problems.push(problem(name, undefined, expected));
    return value ?? '';
  };
  const id = required('azureSubscriptionEndpoint', 'the name of an Azure Resource Manager service connection');
  const resourceGroup = required('azureResourceGroup', 'the resource group of the AKS cluster');
  const name = required('kubernetesCluster', 'the name of the AKS cluster');
  if (id === '') return { ok: false, problems };

  const ofEndpoint = (value: string | undefined, what: string): string => {
    if (value === undefined)
      problems.push(problem('azureSubscriptionEndpoint', undefined, `a service connection with ${what}`));
    return value ?? '';
  };
  const cluster: AksCluster = {
    armUrl: task.endpointUrl(id) ?? 'https://management.azure.com/',
    authorityUrl: task.endpointData(id, 'environmentAuthorityUrl') ?? 'https://login.microsoftonline.com/',
    subscriptionId: ofEndpoint(task.endpointData(id, 'subscriptionId'), 'a subscription'),
    resourceGroup,
    cluster: name,
    useClusterAdmin: task.input('useClusterAdmin')?.toLowerCase() === 'true',
  };
  const identity = {
    tenantId: ofEndpoint(task.endpointAuth(id, 'tenantid'), 'a tenant'),
    clientId: ofEndpoint(task.endpointAuth(id, 'serviceprincipalid'), 'a service principal or federated identity'),
  };
  const credential = credentialOf(task, env, id, identity);
  if (credential === undefined) {
    const scheme = task.endpointScheme(id) ?? 'none';
    const expected = 'a service connection with a service principal secret or workload identity federation';
    problems.push(problem('azureSubscriptionEndpoint', `authentication ${scheme}`, expected));
  }
  return problems.length === 0 && credential !== undefined
    ? { ok: true, cluster, credential }
    : { ok: false, problems };
}

function credentialOf(
  task: TaskLibrary,
  env: Env,
  id: string,
  identity: { tenantId: string; clientId: string },
): AzureCredential | undefined {
  const scheme = task.endpointScheme(id)?.toLowerCase();
  if (scheme === 'serviceprincipal') {
    const clientSecret = task.endpointAuth(id, 'serviceprincipalkey');
    return clientSecret === undefined ? undefined : { kind: 'secret', clientSecret, ...identity };
  }
  if (scheme !== 'workloadidentityfederation') return undefined;
  const jobAccessToken = task.endpointAuth('SYSTEMVSSCONNECTION', 'AccessToken');
  const oidcUrl = oidcTokenUrl(env, id);
  if (jobAccessToken === undefined || oidcUrl === undefined) return undefined;
  return { kind: 'federated', jobAccessToken, oidcUrl, ...identity };
}

/** The agent gives the whole address since 2023; older ones give its parts. */
function oidcTokenUrl(env: Env, serviceConnectionId: string): string | undefined {
  const parts = ['SYSTEM_COLLECTIONURI', 'SYSTEM_TEAMPROJECTID', 'SYSTEM_HOSTTYPE', 'SYSTEM_PLANID', 'SYSTEM_JOBID'];
  const [collection, project, hub, plan, job] = parts.map((name) => env[name]);
  const whole = env['SYSTEM_OIDCREQUESTURI'];
  const built =
    collection && project && hub && plan && job
      ? `${collection.replace(/\/+$/, '')}/${project}/_apis/distributedtask/hubs/${hub}/plans/${plan}/jobs/${job}/oidctoken`
      : undefined;
  const base = whole !== undefined && whole !== '' ? whole : built;
  if (base === undefined || !URL.canParse(base)) return undefined;
  const url = new URL(base);
  url.searchParams.set('serviceConnectionId', serviceConnectionId);
  return url.href;
}
