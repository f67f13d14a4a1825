import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { type JsonObject, isObject, listAt, objectAt, stringAt } from '../../src/core/model/json.ts';
import { repository } from './front-ends.ts';
import type { World } from './world.ts';

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const NAME = 'testcar-gate';

/** Gives somebody the Role of examples/rbac.yaml in the namespace of the test, changed as the test wants it. */
export async function bindRole(
  world: World,
  subject: JsonObject,
  change: (rules: readonly JsonObject[]) => readonly JsonObject[] = (rules) => rules,
): Promise<void> {
  const documents = parseAllDocuments(await readFile(join(repository, 'examples', 'rbac.yaml'), 'utf8'));
  const role = documents.map((each): unknown => each.toJS()).find((each) => stringAt(each, 'kind') === 'Role');
  const metadata = { name: NAME, namespace: world.namespace };
  const apiVersion = `${RBAC_GROUP}/v1`;
  const rules = change(listAt(role, 'rules').filter(isObject));
  await world.kube.create({ apiVersion, kind: 'Role', metadata, rules });
  const roleRef = { apiGroup: RBAC_GROUP, kind: 'Role', name: NAME };
  await world.kube.create({ apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects: [subject] });
}

export async function unbindRole({ kube, namespace }: World): Promise<void> {
  await kube.remove('RoleBinding', namespace, NAME);
}

/** A service account as a pipeline has it, with its rights and a kubeconfig that holds its token. */
export async function pipelineAccount(world: World): Promise<{ name: string; token: string }> {
  const { kube, namespace } = world;
  const name = 'pipeline';
  await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  await bindRole(world, { kind: 'ServiceAccount', name, namespace });
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { body } = await kube.send('POST', path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  const token = stringAt(body, 'status', 'token');
  if (token === undefined) throw new Error(`no token for the service account: ${JSON.stringify(body)}`);
  return { name, token };
}

/** The test cluster's kubeconfig with another server, and with a token instead of its certificate. */
export async function tokenKubeconfig(world: World, token: string, server?: string): Promise<string> {
  const config: unknown = parse(await readFile(world.setup.kubeconfig, 'utf8'));
  const [entry] = listAt(config, 'clusters');
  const cluster = { ...objectAt(entry, 'cluster'), ...(server === undefined ? {} : { server }) };
  const file = join(world.folder, 'token.kubeconfig');
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: NAME, cluster }],
    users: [{ name: NAME, user: { token } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: NAME } }],
    'current-context': NAME,
  });
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

export async function serverOf(kubeconfig: string): Promise<URL> {
  const config: unknown = parse(await readFile(kubeconfig, 'utf8'));
  return new URL(stringAt(listAt(config, 'clusters')[0], 'cluster', 'server') ?? '');
}
