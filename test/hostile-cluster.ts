import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { COURIER_ENV } from '../src/core/courier/courier-script.ts';
import { type JsonObject, listAt, objectAt, stringAt, stringMapAt } from '../src/core/model/json.ts';
import { ApiStub, answerJson, answerStatus, type StubRequest, watchEvent } from './adapters/kubernetes/api-stub.ts';
import { deploymentJson, eventJson, jobJson, podJson, replicaSetJson } from './fakes/as-json.ts';
import {
  aCondition,
  aContainer,
  aDeployment,
  aFailedJob,
  aPod,
  aReplicaSet,
  aTestcarPod,
  anEvent,
  exited,
  uidOf,
} from './fakes/builders.ts';
import { selectorMatches } from './fakes/label-selector.ts';

/** What the cluster says wherever it may say something. */
export type Words = {
  texts: readonly string[];
  /** Pieces of testcar's log; each is a chunk of its own on the wire. */
  logPieces: readonly Buffer[];
};

type Watcher = { request: StubRequest; response: ServerResponse };

/**
 * An API server with a Deployment `web` that is ready and a testcar that fails, and in which every text is taken from `words`:
 * names of pods, nodes and images, reasons, messages of conditions and events, the log, file names and tests.
 */
export class HostileCluster {
  readonly #words: Words;
  readonly #objects = new Map<string, JsonObject>();
  readonly #watchers = new Set<Watcher>();
  #stub: ApiStub | undefined;
  #next = 0;
  #runId = '';
  #courier = '';
  /** Ends the Job; done once, when its log was told. */
  #finish: (() => void) | undefined;

  constructor(words: Words) {
    this.#words = words;
  }

  static async start(words: Words): Promise<HostileCluster> {
    const cluster = new HostileCluster(words);
    cluster.#fill();
    cluster.#stub = await ApiStub.start((request, response) => void cluster.#answer(request, response));
    return cluster;
  }

  get url(): string {
    return this.#stub?.url ?? '';
  }

  paths(): readonly string[] {
    return this.#stub?.paths() ?? [];
  }

  async stop(): Promise<void> {
    await this.#stub?.stop();
  }

  /** The next text; after the last one the first again. */
  #text(): string {
    const { texts } = this.#words;
    return texts[this.#next++ % texts.length] ?? '';
  }

  #fill(): void {
    const replicaSet = aReplicaSet({ controllerUid: uidOf('Deployment', 'web') });
    this.#put('/apis/apps/v1', 'deployments', {
      ...deploymentJson(aDeployment({ annotations: { note: this.#text() } })),
    });
    this.#put('/apis/apps/v1', 'replicasets', replicaSetJson(replicaSet));
    const pod = aPod({
      name: `web-5d4f-${this.#text()}`,
      nodeName: this.#text(),
      message: this.#text(),
      conditions: [
        ...['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) =>
          aCondition(type, 'True', { reason: this.#text(), message: this.#text() }),
        ),
        aCondition(this.#text(), 'False', { message: this.#text() }),
      ],
      containers: [aContainer({ lastState: exited(0, { message: this.#text(), reason: this.#text() }) })],
    });
    this.#put('/api/v1', 'pods', podJson(pod));
    const nowMs = Date.now() + 1_000;
    for (const [i, text] of this.#words.texts.entries()) {
      const about = { kind: 'Pod', name: pod.meta.name, uid: pod.meta.uid };
      const event = anEvent(text, `harmless ${text}`, about, { lastSeenMs: nowMs });
      this.#put(
        '/api/v1',
        'events',
        eventJson({ ...event, meta: { ...event.meta, name: `event-${i}`, uid: `uid-event-${i}` } }),
      );
    }
  }

  #put(group: string, plural: string, object: JsonObject): void {
    const path = `${group}/namespaces/shop/${plural}`;
    const key = `${path}/${stringAt(object, 'metadata', 'name') ?? ''}`;
    const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.#objects.set(key, object);
    for (const { request, response } of this.#watchers) {
      if (request.path === path && selects(request, object)) response.write(watchEvent(type, object));
    }
  }

  async #answer(request: StubRequest, response: ServerResponse): Promise<void> {
    const { method, path, query } = request;
    if (path === '/version') return answerJson(response, { gitVersion: 'v1.34.2' });
    if (path.endsWith('/selfsubjectrulesreviews')) {
      const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
      return answerJson(response, { status: { resourceRules: [all], nonResourceRules: [], incomplete: false } }, 201);
    }
    if (path.endsWith('/log')) return this.#log(request, response);
    if (method === 'POST') return this.#create(request, response);
    if (method === 'DELETE') {
      this.#objects.delete(decodeURIComponent(path));
      return answerJson(response, { kind: 'Status', status: 'Success' });
    }
    if (query['watch'] === 'true') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const watcher = { request, response };
      this.#watchers.add(watcher);
      response.on('close', () => this.#watchers.delete(watcher));
      return;
    }
    const one = this.#objects.get(decodeURIComponent(path));
    if (one !== undefined) return answerJson(response, one);
    if (/\/(?:pods|events|jobs|services|deployments|replicasets|\w+s)$/.test(path)) {
      const items = [...this.#objects]
        .filter(([key, object]) => key.startsWith(`${path}/`) && selects(request, object))
        .map(([, object]) => object);
      return answerJson(response, { kind: 'List', metadata: { resourceVersion: '1' }, items });
    }
    answerStatus(response, 404, 'NotFound', `${path} not found: ${this.#text()}`);
  }

  async #create({ path, query, body }: StubRequest, response: ServerResponse): Promise<void> {
    const sent = JSON.parse(body) as JsonObject;
    const name = stringAt(sent, 'metadata', 'name') ?? '';
    const plural = path.split('/').at(-1) ?? '';
    const uid = uidOf(stringAt(sent, 'kind') ?? '', name);
    const stored = { ...sent, metadata: { ...objectAt(sent, 'metadata'), uid, generation: 1, resourceVersion: '2' } };
    answerJson(response, stored, 201);
    if (query['dryRun'] !== undefined) return;
    const group = path.slice(0, path.indexOf('/namespaces/'));
    if (plural === 'jobs') this.#runJob(stored, name, uid);
    else this.#put(group, plural, stored);
  }

  /** Testcar runs until its log was read, and ends with failed tests. */
  #runJob(job: JsonObject, name: string, uid: string): void {
    this.#put('/apis/batch/v1', 'jobs', job);
    const container = listAt(job, 'spec', 'template', 'spec', 'containers').map((one) => stringAt(one, 'name'))[0];
    const labels = {
      ...stringMapAt(job, 'spec', 'template', 'metadata', 'labels'),
      'batch.kubernetes.io/job-name': name,
    };
    const couriers = listAt(job, 'spec', 'template', 'spec', 'initContainers').flatMap((one) => {
      const env = listAt(one, 'env').find((entry) => stringAt(entry, 'name') === COURIER_ENV.runId);
      return env === undefined ? [] : [{ name: stringAt(one, 'name') ?? '', runId: stringAt(env, 'value') ?? '' }];
    });
    const { name: courier = '', runId = '' } = couriers[0] ?? {};
    this.#runId = runId;
    this.#courier = courier;
    const podOf = (over: Parameters<typeof aTestcarPod>[0]): JsonObject => {
      const pod = aTestcarPod({ name: `${name}-x1`, labels, controllerUid: uid, nodeName: this.#text(), ...over });
      const names: Record<string, string> = { testcar: container ?? '', courier };
      return podJson({
        ...pod,
        containers: pod.containers.map((one) => ({ ...one, name: names[one.name] ?? one.name })),
      });
    };
    const meta = {
      labels: stringMapAt(job, 'metadata', 'labels'),
      annotations: stringMapAt(job, 'metadata', 'annotations'),
    };
    this.#put('/api/v1', 'pods', podOf({}));
    this.#finish = () => {
      const state = exited(1, { message: this.#text(), reason: this.#text() });
      this.#put('/api/v1', 'pods', podOf({ phase: 'Failed', ready: false, state, courier: exited(0) }));
      const status = objectAt(jobJson(aFailedJob({ name, uid, meta })), 'status');
      this.#put('/apis/batch/v1', 'jobs', { ...job, status });
    };
  }

  async #log({ query }: StubRequest, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/plain' });
    if (query['container'] === this.#courier) {
      response.end(await this.#delivery());
      return;
    }
    const stamp = query['timestamps'] === 'true' ? lineStamps() : (piece: Buffer) => piece;
    for (const piece of this.#words.logPieces) {
      await new Promise<void>((resolve) => response.write(stamp(piece), () => setImmediate(resolve)));
    }
    response.end();
    this.#finish?.();
    this.#finish = undefined;
  }

  async #delivery(): Promise<string> {
    const { texts } = this.#words;
    const tar = pack();
    const cases = texts.map((text, i) => {
      const safe = xmlText(text);
      const output = `<system-out>[[ATTACHMENT|/etc/passwd]] ${safe}</system-out>`;
      return `<testcase name="${i} ${safe}" classname="${safe}"><failure message="${safe}" type="${safe}">${safe}</failure>${output}</testcase>`;
    });
    tar.entry(
      { name: './##vso[task.complete result=Succeeded].xml' },
      `<testsuite name="${xmlText(this.#text())}">${cases.join('')}</testsuite>`,
    );
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    const base64 = gzipSync(Buffer.concat(chunks)).toString('base64');
    const parts = base64.match(/.{1,4000}/g) ?? [];
    const sha256 = createHash('sha256').update(base64).digest('hex');
    return [
      `begin files=1 chars=${base64.length} pack=gzip`,
      ...parts.map((part, i) => `${i + 1} ${part}.`),
      `end frames=${parts.length} sha256=${sha256}`,
    ]
      .map((line) => `testcar-gate/1 ${this.#runId} ${line}\n`)
      .join('');
  }
}

/** Puts a time before each line, as the kubelet does; a line may go over several pieces. */
function lineStamps(): (piece: Buffer) => Buffer {
  let atStart = true;
  let lines = 0;
  return (piece) => {
    const parts: Buffer[] = [];
    for (let from = 0; from < piece.length;) {
      const end = piece.indexOf(0x0a, from) + 1 || piece.length;
      if (atStart) parts.push(Buffer.from(`2026-11-20T12:00:00.${String(++lines).padStart(9, '0')}Z `));
      parts.push(piece.subarray(from, end));
      atStart = piece[end - 1] === 0x0a;
      from = end;
    }
    return Buffer.concat(parts);
  };
}

function selects({ query }: StubRequest, object: JsonObject): boolean {
  const name = /^metadata\.name=(.*)$/.exec(query['fieldSelector'] ?? '')?.[1];
  if (name !== undefined && stringAt(object, 'metadata', 'name') !== name) return false;
  const labels = query['labelSelector'];
  return labels === undefined || selectorMatches(labels, stringMapAt(object, 'metadata', 'labels'));
}

/** What XML can carry of a text; line ends as references, so that a reader gives them back as they are. */
function xmlText(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r\u007f-\u009f]|\p{Cs}|[\ufffe\uffff]/gu, '')
    .replace(/[&<>"\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
