import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Json, type JsonObject, isObject, listAt, objectAt, stringAt } from '../../src/core/model/json.ts';
import { run } from '../cluster/commands.ts';
import { type Role, roleOf } from './truth.ts';
import type { World } from './world.ts';

/** JSON patch operations (RFC 6902) for a pod that is being created. */
export type PodPatch = (pod: JsonObject) => readonly JsonObject[];

/**
 * A real mutating admission webhook, as a service mesh has one: the API server calls this process for every pod of this
 * namespace and of that role. It is gone, with its registration, at the end of the test.
 */
export async function mutatePods(world: World, role: Role, patch: PodPatch): Promise<void> {
  const { key, cert } = await selfSigned(world.folder);
  const server = createServer({ key, cert }, (request, response) => {
    void text(request).then((body) => {
      const review: unknown = JSON.parse(body);
      const pod = objectAt(review, 'request', 'object');
      const operations = roleOf(pod) === role ? patch(pod) : [];
      const answer = {
        uid: stringAt(review, 'request', 'uid') ?? '',
        allowed: true,
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const name = `testcar-gate-${world.namespace}-${role}`;
  world.atEnd(async () => {
    await world.kube.remove('MutatingWebhookConfiguration', undefined, name);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  await world.kube.create({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: 'mesh.testcar-gate.example',
        clientConfig: {
          url: `https://127.0.0.1:${portOf(server.address())}/`,
          caBundle: Buffer.from(cert).toString('base64'),
        },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': world.namespace } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 5,
      },
    ],
  });
  await inForce(world, role, patch);
}

const IN_FORCE_MS = 30_000;

/** API servers read registrations with a delay; a dry run shows when this one counts. */
async function inForce(world: World, role: Role, patch: PodPatch): Promise<void> {
  const probe: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probe', namespace: world.namespace, labels: { 'testcar-gate/role': role } },
    spec: { containers: [{ name: role === 'sut' ? 'quote-service' : 'testcar', image: world.images.testcar }] },
  };
  if (patch(probe).length === 0)
    throw new Error('this patch changes nothing of a pod, so nothing shows that it counts');
  const pods = `/api/v1/namespaces/${world.namespace}/pods?dryRun=All`;
  const endsAtMs = performance.now() + IN_FORCE_MS;
  while (performance.now() < endsAtMs) {
    const { body } = await world.kube.send('POST', pods, probe);
    const made = JSON.stringify(body['spec'] ?? {});
    if (patch(probe).every((operation) => made.includes(marker(operation)))) return;
  }
  throw new Error('the API server never called the webhook');
}

/** What must be found in the patched pod: the name of an added container, or the new value. */
function marker({ value }: JsonObject): string {
  const added = Array.isArray(value) ? listAt({ value }, 'value')[0] : value;
  return JSON.stringify(isObject(added) ? added['name'] : added);
}

export const add = (list: 'containers' | 'initContainers', container: JsonObject): PodPatch => {
  return (pod) => {
    const there = objectAt(pod, 'spec')[list] !== undefined;
    const value: Json = there ? container : [container];
    return [{ op: 'add', path: there ? `/spec/${list}/-` : `/spec/${list}`, value }];
  };
};

async function selfSigned(folder: string): Promise<{ key: string; cert: string }> {
  const file = (name: string): string => join(folder, name);
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName = IP:127.0.0.1'];
  const out = ['-keyout', file('webhook.key'), '-out', file('webhook.crt')];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    ...subject,
    ...out,
  ]);
  const [key, cert] = await Promise.all([readFile(file('webhook.key'), 'utf8'), readFile(file('webhook.crt'), 'utf8')]);
  // Fails here, with a name, and not as a webhook that is never called.
  new X509Certificate(cert);
  return { key, cert };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the webhook does not listen');
  return address.port;
}
