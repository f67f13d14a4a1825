import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { createInterface } from 'node:readline';
import { KubeConfig } from '@kubernetes/client-node';
import { type JsonObject, isObject, listAt, stringAt } from '../../src/core/model/json.ts';

/** The plural of each kind that the tests touch, with `/api/v1` or `/apis/GROUP/VERSION` in front. */
const KINDS = {
  ConfigMap: ['/api/v1', 'configmaps'],
  Deployment: ['/apis/apps/v1', 'deployments'],
  EndpointSlice: ['/apis/discovery.k8s.io/v1', 'endpointslices'],
  Event: ['/api/v1', 'events'],
  Job: ['/apis/batch/v1', 'jobs'],
  Lease: ['/apis/coordination.k8s.io/v1', 'leases'],
  LimitRange: ['/api/v1', 'limitranges'],
  MutatingWebhookConfiguration: ['/apis/admissionregistration.k8s.io/v1', 'mutatingwebhookconfigurations'],
  Namespace: ['/api/v1', 'namespaces'],
  Node: ['/api/v1', 'nodes'],
  PersistentVolumeClaim: ['/api/v1', 'persistentvolumeclaims'],
  Pod: ['/api/v1', 'pods'],
  PriorityClass: ['/apis/scheduling.k8s.io/v1', 'priorityclasses'],
  ReplicaSet: ['/apis/apps/v1', 'replicasets'],
  ResourceQuota: ['/api/v1', 'resourcequotas'],
  Role: ['/apis/rbac.authorization.k8s.io/v1', 'roles'],
  RoleBinding: ['/apis/rbac.authorization.k8s.io/v1', 'rolebindings'],
  RuntimeClass: ['/apis/node.k8s.io/v1', 'runtimeclasses'],
  Secret: ['/api/v1', 'secrets'],
  Service: ['/api/v1', 'services'],
  ServiceAccount: ['/api/v1', 'serviceaccounts'],
  ValidatingAdmissionPolicy: ['/apis/admissionregistration.k8s.io/v1', 'validatingadmissionpolicies'],
  ValidatingAdmissionPolicyBinding: ['/apis/admissionregistration.k8s.io/v1', 'validatingadmissionpolicybindings'],
  ValidatingWebhookConfiguration: ['/apis/admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations'],
} as const;
export type Kind = keyof typeof KINDS;

export type Answer = { status: number; body: JsonObject };

/** How long the tests wait for something that the cluster should do by itself. */
const PATIENCE_MS = 90_000;

/** A client of the tests' own, so that no bug of the product's client can hide a bug of the product. */
export class Kube {
  readonly #options: RequestOptions;
  readonly #server: URL;

  private constructor(server: URL, options: RequestOptions) {
    this.#server = server;
    this.#options = options;
  }

  static async connect(kubeconfig: string, context?: string): Promise<Kube> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    if (context !== undefined) config.setCurrentContext(context);
    const server = config.getCurrentCluster()?.server;
    if (server === undefined) throw new Error(`${kubeconfig} names no current cluster`);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    return new Kube(new URL(server), options);
  }

  /** Rejects only when there is no HTTP answer. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
    patienceMs = 30_000,
  ): Promise<Answer> {
    const response = await this.#open(method, path, body, contentType, AbortSignal.timeout(patienceMs));
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    const isJson = response.headers['content-type']?.startsWith('application/json') === true;
    const parsed: unknown = isJson ? JSON.parse(text) : undefined;
    return { status: response.statusCode ?? 0, body: isObject(parsed) ? parsed : { text } };
  }

  async create(object: JsonObject): Promise<JsonObject> {
    const kind = kindOf(object);
    return expect2xx(`create ${kind}`, await this.send('POST', collection(kind, namespaceOf(object)), object));
  }

  async get(kind: Kind, namespace: string | undefined, name: string): Promise<JsonObject> {
    return expect2xx(`get ${kind} ${name}`, await this.send('GET', `${collection(kind, namespace)}/${name}`));
  }

  async list(kind: Kind, namespace: string | undefined, labelSelector = ''): Promise<readonly JsonObject[]> {
    const path = `${collection(kind, namespace)}?labelSelector=${encodeURIComponent(labelSelector)}`;
    return listAt(expect2xx(`list ${kind}`, await this.send('GET', path)), 'items').filter(isObject);
  }

  async names(kind: Kind, namespace: string): Promise<readonly string[]> {
    const objects = await this.list(kind, namespace);
    return objects.map((object) => stringAt(object, 'metadata', 'name') ?? '').sort();
  }

  async patch(kind: Kind, namespace: string | undefined, name: string, patch: JsonObject): Promise<JsonObject> {
    const path = `${collection(kind, namespace)}/${name}`;
    return expect2xx(`patch ${kind} ${name}`, await this.send('PATCH', path, patch, 'application/merge-patch+json'));
  }

  /** Does not wait until it is gone; absent is fine. */
  async remove(kind: Kind, namespace: string | undefined, name: string): Promise<void> {
    const path = `${collection(kind, namespace)}/${name}?propagationPolicy=Background`;
    const answer = await this.send('DELETE', path);
    if (answer.status !== 404) expect2xx(`delete ${kind} ${name}`, answer);
  }

  /** As a node drain and an autoscaler ask for it; 201 when it is granted. */
  evict(namespace: string, pod: string): Promise<Answer> {
    return this.send('POST', `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: pod, namespace },
    });
  }

  /**
   * Watches until `found` says yes to the objects that are there at one moment, and returns what it said.
   * Needs no sleep and no polling: each look follows a change.
   */
  async until<T>(
    what: string,
    kind: Kind,
    namespace: string | undefined,
    found: (objects: readonly JsonObject[], gone: readonly JsonObject[]) => T | undefined,
    { labelSelector = '', signal = AbortSignal.timeout(PATIENCE_MS) } = {},
  ): Promise<T> {
    let last: readonly JsonObject[] = [];
    for await (const { there, gone } of this.#states(kind, namespace, labelSelector, signal)) {
      last = there;
      const value = found(there, gone);
      if (value !== undefined) return value;
    }
    throw new Error(`waited in vain until ${what}; there are: ${JSON.stringify(last.map(brief))}`);
  }

  /** The objects now and after every change, with the last state of those that went away; ends with the signal. */
  async *#states(
    kind: Kind,
    namespace: string | undefined,
    labelSelector: string,
    signal: AbortSignal,
  ): AsyncGenerator<{ there: readonly JsonObject[]; gone: readonly JsonObject[] }> {
    const path = `${collection(kind, namespace)}?labelSelector=${encodeURIComponent(labelSelector)}`;
    const listed = expect2xx(`list ${kind}`, await this.send('GET', path));
    const there = new Map(
      listAt(listed, 'items')
        .filter(isObject)
        .map((object) => [uidOf(object), object]),
    );
    const gone: JsonObject[] = [];
    yield { there: [...there.values()], gone };
    const watch = `${path}&watch=true&resourceVersion=${stringAt(listed, 'metadata', 'resourceVersion') ?? ''}`;
    try {
      const stream = await this.#open('GET', watch, undefined, 'application/json', signal);
      try {
        for await (const line of createInterface({ input: stream })) {
          const event: unknown = JSON.parse(line);
          const object = isObject(event) ? event['object'] : undefined;
          if (!isObject(object)) continue;
          if (stringAt(event, 'type') === 'DELETED') {
            there.delete(uidOf(object));
            gone.push(object);
          } else there.set(uidOf(object), object);
          yield { there: [...there.values()], gone };
        }
      } finally {
        stream.destroy();
      }
    } catch (cause) {
      if (!signal.aborted) throw cause;
    }
  }

  #open(
    method: string,
    path: string,
    body: unknown,
    contentType: string,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options: RequestOptions = {
        ...this.#options,
        method,
        agent: false,
        signal,
        headers: { ...this.#options.headers, accept: 'application/json', 'content-type': contentType },
      };
      const sent = request(new URL(path, this.#server), options);
      sent.on('response', resolve).on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function uidOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'uid') ?? '';
}

function kindOf(object: JsonObject): Kind {
  const kind = stringAt(object, 'kind') ?? '';
  const known = Object.keys(KINDS).find((name): name is Kind => name === kind);
  if (known === undefined) throw new Error(`the tests do not know the kind ${kind}`);
  return known;
}

function namespaceOf(object: JsonObject): string | undefined {
  return stringAt(object, 'metadata', 'namespace');
}

function collection(kind: Kind, namespace: string | undefined): string {
  const [prefix, plural] = KINDS[kind];
  return namespace === undefined ? `${prefix}/${plural}` : `${prefix}/namespaces/${namespace}/${plural}`;
}

function expect2xx(what: string, { status, body }: Answer): JsonObject {
  if (status >= 200 && status < 300) return body;
  throw new Error(`${what}: ${status} ${stringAt(body, 'message') ?? JSON.stringify(body)}`);
}

function brief(object: JsonObject): JsonObject {
  return { name: stringAt(object, 'metadata', 'name'), status: object['status'] };
}
