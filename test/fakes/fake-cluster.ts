import type { JsonObject } from '../../src/core/model/json.ts';
import type { LogEnding } from '../../src/core/model/ledger.ts';
import { COURIER_NAME } from '../../src/core/courier/containers.ts';
import { listAt, numberAt, stringAt, stringMapAt } from '../../src/core/model/json.ts';
import type { ApiError } from '../../src/core/model/api-error.ts';
import type {
  ClusterEvent,
  ContainerState,
  Deployment,
  Job,
  Observation,
  Pod,
  Read,
  ReplicaSet,
  Watched,
} from '../../src/core/model/seen.ts';
import {
  type EndpointSlice,
  type Lease,
  type Node,
  type PersistentVolumeClaim,
  type ResourceQuota,
  SURROUNDING_KINDS,
  type SurroundingKind,
  type Surroundings,
} from '../../src/core/model/surroundings.ts';
import { isReady } from '../../src/core/judge/pod-facts.ts';
import { NOTHING_WANTED, type Wanted, wantedAround } from '../../src/core/observation/index.ts';
import type { Feed, WatchScope, Watching } from '../../src/ports.ts';
import {
  claimJson,
  deploymentJson,
  endpointSliceJson,
  eventJson,
  jobJson,
  leaseJson,
  nodeJson,
  podJson,
  quotaJson,
  replicaSetJson,
} from './as-json.ts';
import {
  aCompleteJob,
  aContainer,
  aDeployment,
  aFailedJob,
  aJob,
  aPod,
  aReplicaSet,
  aTestcarPod,
  anEndpoint,
  anEndpointSlice,
  exited,
} from './builders.ts';
import { FakeAccess } from './fake-access.ts';
import { FakeAround } from './fake-around.ts';
import type { FakeClock } from './fake-clock.ts';
import { FakeLogs } from './fake-logs.ts';
import { FakeObjects, type ObjectVerb, refOf } from './fake-objects.ts';
import { selectorMatches } from './label-selector.ts';

export type Script = (world: World) => void;
type TestcarPodOver = NonNullable<Parameters<typeof aTestcarPod>[0]>;

/**
 * Objects, Access, Watching and Logs over one scripted world:
 *
 *     const cluster = new FakeCluster(clock);
 *     cluster.on('apply', 'Deployment', (w, object) => w.after(2_000, () => w.rollOut(object)));
 *     cluster.on('create', 'Job', (w, object) => { w.startJob(object); w.after(5_000, () => w.finishJob(object)); });
 *     cluster.at(9_000, (w) => w.failing('all', anApiError('unreachable')));
 *
 * What a script sets is seen by feeds (by name and selector, as the server does) and by `objects.get`.
 */
export class FakeCluster {
  readonly objects: FakeObjects;
  readonly access = new FakeAccess();
  readonly logs = new FakeLogs();
  readonly watching: Watching;
  /** The scope of every watch that was started. */
  readonly watched: WatchScope[] = [];
  readonly world: World;
  readonly #clock: FakeClock;
  readonly #hooks: { verb: ObjectVerb; kind: string; script: (world: World, object: JsonObject) => void }[] = [];

  constructor(clock: FakeClock) {
    this.#clock = clock;
    this.objects = new FakeObjects(clock, (verb, object) => this.#changed(verb, object));
    this.world = new World(clock, this.objects, this.logs);
    this.watching = {
      watch: (scope, signal) => {
        this.watched.push(scope);
        return new FakeFeed(this.world, clock, scope, signal);
      },
    };
  }

  at(atMs: number, script: Script): void {
    this.#clock.at(atMs, () => script(this.world));
  }

  /** Runs after each successful call of that verb (not for dry runs); `object` is what was stored or deleted. */
  on(
    verb: 'create' | 'apply' | 'patch' | 'delete',
    kind: string,
    script: (world: World, object: JsonObject) => void,
  ): void {
    this.#hooks.push({ verb, kind, script });
  }

  #changed(verb: ObjectVerb, object: JsonObject): void {
    if (verb === 'delete') this.world.forget(object);
    for (const hook of this.#hooks) {
      if (hook.verb === verb && hook.kind === stringAt(object, 'kind')) hook.script(this.world, object);
    }
  }
}

/** What is true in the fake cluster now. Every setter replaces the object of the same name. */
export class World {
  readonly #clock: FakeClock;
  readonly #objects: FakeObjects;
  readonly #logs: FakeLogs;
  readonly #deployments = new Map<string, Deployment>();
  readonly #replicaSets = new Map<string, ReplicaSet>();
  readonly #pods = new Map<string, Pod>();
  readonly #jobs = new Map<string, Job>();
  readonly #events = new Map<string, ClusterEvent>();
  #reads: Record<Watched, Read>;
  readonly #around = new FakeAround();
  readonly #listeners = new Set<() => void>();

  constructor(clock: FakeClock, objects: FakeObjects, logs: FakeLogs) {
    this.#clock = clock;
    this.#objects = objects;
    this.#logs = logs;
    this.#reads = everyRead({ state: 'current' });
  }

  after(ms: number, script: Script): void {
    this.#clock.after(ms, () => script(this));
  }

  setDeployment(...deployments: Deployment[]): void {
    for (const one of deployments) this.#set(this.#deployments, one, deploymentJson(one));
  }

  setReplicaSet(...replicaSets: ReplicaSet[]): void {
    for (const one of replicaSets) this.#set(this.#replicaSets, one, replicaSetJson(one));
  }

  setPod(...pods: Pod[]): void {
    for (const one of pods) this.#set(this.#pods, one, podJson(one));
  }

  setJob(...jobs: Job[]): void {
    for (const one of jobs) this.#set(this.#jobs, one, jobJson(one));
  }

  addEvent(...events: ClusterEvent[]): void {
    for (const one of events) this.#set(this.#events, one, eventJson(one));
  }

  setNode(...nodes: Node[]): void {
    for (const one of nodes) this.#set(this.#around.nodes, one, nodeJson(one));
  }

  setLease(...leases: Lease[]): void {
    for (const one of leases) this.#set(this.#around.leases, one, leaseJson(one));
  }

  setClaim(...claims: PersistentVolumeClaim[]): void {
    for (const one of claims) this.#set(this.#around.claims, one, claimJson(one));
  }

  setQuota(...quotas: ResourceQuota[]): void {
    for (const one of quotas) this.#set(this.#around.quotas, one, quotaJson(one));
  }

  setEndpointSlice(...slices: EndpointSlice[]): void {
    for (const one of slices) this.#set(this.#around.endpointSlices, one, endpointSliceJson(one));
  }

  pod(name: string): Pod | undefined {
    return this.#pods.get(name);
  }

  /** Removes an object as if somebody else had deleted it; what it controls goes too. */
  remove(kind: 'Deployment' | 'ReplicaSet' | 'Pod' | 'Job', name: string): void {
    const object = this.#objects.stored(kind, name);
    if (object === undefined) throw new Error(`the fake cluster has no ${kind}/${name}`);
    this.#objects.remove(refOf(object));
    this.forget(object);
  }

  /** The connection of one watch, or of all, is lost; what it showed stays as history. */
  failing(which: Watched | SurroundingKind | 'all', error: ApiError): void {
    this.#read(which, { state: 'failing', sinceMs: this.#clock.nowMs(), error });
  }

  /** The opposite of `failing`. */
  current(which: Watched | SurroundingKind | 'all'): void {
    this.#read(which, { state: 'current' });
  }

  log(container: string, ...lines: string[]): void {
    this.#logs.write(container, ...lines);
  }

  endLog(container: string, end?: LogEnding): void {
    this.#logs.end(container, end);
  }

  /**
   * The Deployment as applied, rolled out completely: one ReplicaSet and `replicas` ready pods with the template's
   * labels, container names and images. `over` changes the pods (for example a crashing container).
   */
  rollOut(object: JsonObject, over: { hash?: string; pod?: Partial<Parameters<typeof aPod>[0]> } = {}): void {
    const { name, namespace } = refOf(object);
    const hash = over.hash ?? '5d4f';
    const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
    const images = containersOf(object);
    const generation = numberAt(object, 'metadata', 'generation') ?? 1;
    const template = stringMapAt(object, 'spec', 'template', 'metadata', 'labels');
    const labels = { ...template, 'pod-template-hash': hash };
    const uid = stringAt(object, 'metadata', 'uid') ?? '';
    const deployment = aDeployment({
      name,
      uid,
      labels: stringMapAt(object, 'metadata', 'labels'),
      meta: { generation, namespace },
      specReplicas: replicas,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      observedGeneration: generation,
      matchLabels: stringMapAt(object, 'spec', 'selector', 'matchLabels'),
      images: Object.fromEntries(images),
    });
    const replicaSet = aReplicaSet({
      name: `${name}-${hash}`,
      labels,
      controllerUid: uid,
      meta: { namespace },
      specReplicas: replicas,
      replicas,
      readyReplicas: replicas,
    });
    this.setDeployment(deployment);
    this.setReplicaSet(replicaSet);
    for (let index = 1; index <= replicas; index++) {
      this.setPod(
        aPod({
          name: `${name}-${hash}-${index}`,
          labels,
          controllerUid: replicaSet.meta.uid,
          meta: { namespace },
          containers: images.map(([container, image]) => aContainer({ name: container, image })),
          ...over.pod,
        }),
      );
    }
  }

  /** The Job as created has one running pod, with the labels of its template. */
  startJob(object: JsonObject, over: TestcarPodOver = {}): void {
    const { meta } = jobMeta(object);
    this.setJob(aJob(meta));
    this.setPod(aTestcarPod({ ...podOfJob(object), ...over }));
  }

  /** Testcar's container and courier ended; the Job is Complete or Failed accordingly. Ends both logs. */
  finishJob(
    object: JsonObject,
    over: { exitCode?: number; state?: ContainerState; reason?: string; courierLog?: 'ends' | 'stalls' } = {},
  ): void {
    const { exitCode = 0, state = exited(exitCode), reason, courierLog = 'ends' } = over;
    const { meta, podName } = jobMeta(object);
    const passed = state.kind === 'terminated' && state.exitCode === 0;
    const pod = podOfJob(object);
    this.setPod(
      aTestcarPod({ ...pod, phase: passed ? 'Succeeded' : 'Failed', ready: false, state, courier: exited(0) }),
    );
    this.setJob(passed ? aCompleteJob(meta) : aFailedJob({ ...meta, ...(reason !== undefined && { reason }) }));
    for (const container of ['testcar', 'courier']) this.endLog(`${podName}/${container}`);
    if (courierLog === 'stalls') return;
    this.log(`${podName}/${COURIER_NAME}`, 'delivered');
    this.endLog(`${podName}/${COURIER_NAME}`);
  }

  /** `before` is what the feed wanted last. */
  observe(scope: WatchScope, before: Wanted = NOTHING_WANTED): { seen: Omit<Observation, 'atMs'>; wanted: Wanted } {
    const seen = this.#standing(scope);
    const nodesOnly = wantedAround(seen, scope.serviceNames, before);
    // Twice: whether all nodes of the cluster are wanted depends on those that were.
    const around = this.#around.observe(scope.namespace, nodesOnly);
    const wanted = wantedAround({ ...seen, around }, scope.serviceNames, nodesOnly);
    return { seen: { ...this.#standing(scope, wanted), around: this.#aroundOf(scope, wanted) }, wanted };
  }

  /** With a slice for each Service for which no script has set one, as the EndpointSlice controller makes them. */
  #aroundOf({ namespace }: WatchScope, wanted: Wanted): Surroundings {
    const around = this.#around.observe(namespace, wanted);
    const services = this.#objects.all().filter((object) => stringAt(object, 'kind') === 'Service');
    const made = services.map(refOf).flatMap(({ name }, at): EndpointSlice[] => {
      const isSet = around.endpointSlices.some(({ serviceName }) => serviceName === name);
      if (isSet || !wanted.services.includes(name)) return [];
      const selector = Object.entries(stringMapAt(services[at], 'spec', 'selector'));
      const pods = [...this.#pods.values()].filter(({ meta }) =>
        selector.every(([key, is]) => meta.labels[key] === is),
      );
      const endpoints = pods.map((pod) =>
        anEndpoint({ ready: isReady(pod), targetUid: pod.meta.uid, targetName: pod.meta.name }),
      );
      return [anEndpointSlice({ serviceName: name, meta: { namespace }, endpoints })];
    });
    return { ...around, endpointSlices: [...around.endpointSlices, ...made] };
  }

  #standing(scope: WatchScope, wanted = NOTHING_WANTED): Omit<Observation, 'atMs'> {
    const here = <T extends { meta: { namespace: string } }>(items: Iterable<T>): T[] =>
      [...items].filter((item) => item.meta.namespace === scope.namespace);
    const matching = <T extends { meta: { namespace: string; labels: Readonly<Record<string, string>> } }>(
      items: Iterable<T>,
      selector: string,
    ): T[] => here(items).filter((item) => selectorMatches(selector, item.meta.labels));
    return {
      deployment: here(this.#deployments.values()).find((one) => one.meta.name === scope.deployment),
      replicaSets: matching(this.#replicaSets.values(), scope.sutSelector),
      sutPods: matching(this.#pods.values(), scope.sutSelector),
      job: here(this.#jobs.values()).find((one) => one.meta.name === scope.job),
      testcarPods: matching(this.#pods.values(), scope.testcarSelector),
      events: here(this.#events.values()).filter(
        ({ type, involved }) => type !== 'Normal' || wanted.podEvents.includes(involved.uid),
      ),
      reads: this.#reads,
      around: this.#around.observe(scope.namespace, NOTHING_WANTED),
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a deleted object and all that it controls out of the feeds. */
  forget(object: JsonObject): void {
    const uid = stringAt(object, 'metadata', 'uid');
    for (const map of [this.#deployments, this.#replicaSets, this.#pods, this.#jobs]) {
      for (const [name, item] of map) {
        if (item.meta.uid === uid) map.delete(name);
        else if (uid !== undefined && item.meta.controllerUid === uid) {
          const kind = map === this.#replicaSets ? 'ReplicaSet' : 'Pod';
          if (this.#objects.stored(kind, name) !== undefined) this.remove(kind, name);
        }
      }
    }
    this.#notify();
  }

  #set<T extends { meta: { name: string } }>(map: Map<string, T>, item: T, json: JsonObject): void {
    map.set(item.meta.name, item);
    this.#objects.put(json);
    this.#notify();
  }

  #read(which: Watched | SurroundingKind | 'all', read: Read): void {
    if (isSurrounding(which)) this.#around.read(which, read);
    else if (which === 'all') this.#reads = everyRead(read);
    else this.#reads = { ...this.#reads, [which]: read };
    this.#notify();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

class FakeFeed implements Feed {
  readonly #world: World;
  readonly #clock: FakeClock;
  readonly #scope: WatchScope;
  #dirty = true;
  #wanted: Wanted = NOTHING_WANTED;
  readonly #signal: AbortSignal;
  #waiters: { resolve: () => void; reject: (reason: unknown) => void }[] = [];

  constructor(world: World, clock: FakeClock, scope: WatchScope, signal: AbortSignal) {
    this.#world = world;
    this.#clock = clock;
    this.#scope = scope;
    this.#signal = signal;
    const forget = world.onChange(() => {
      this.#dirty = true;
      for (const waiter of this.#waiters.splice(0)) waiter.resolve();
    });
    const end = (): void => {
      forget();
      for (const waiter of this.#waiters.splice(0)) waiter.reject(signal.reason);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  }

  current(): Observation {
    this.#dirty = false;
    const { seen, wanted } = this.#world.observe(this.#scope, this.#wanted);
    this.#wanted = wanted;
    return { atMs: this.#clock.nowMs(), ...seen };
  }

  async changed(): Promise<void> {
    this.#signal.throwIfAborted();
    if (!this.#dirty) await new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  async synced(): Promise<void> {
    this.#signal.throwIfAborted();
  }
}

function isSurrounding(which: Watched | SurroundingKind | 'all'): which is SurroundingKind {
  return SURROUNDING_KINDS.some((kind) => kind === which);
}

function everyRead(read: Read): Record<Watched, Read> {
  return { deployment: read, replicaSets: read, sutPods: read, job: read, testcarPods: read, events: read };
}

/** Main containers of a pod template: name and image. */
function containersOf(object: JsonObject): [string, string][] {
  const containers = listAt(object, 'spec', 'template', 'spec', 'containers');
  return containers.map((container) => [stringAt(container, 'name') ?? '', stringAt(container, 'image') ?? '']);
}

function jobMeta(object: JsonObject): { podName: string; meta: NonNullable<Parameters<typeof aJob>[0]> } {
  const { name, namespace } = refOf(object);
  const uid = stringAt(object, 'metadata', 'uid') ?? '';
  const meta = {
    namespace,
    generation: 1,
    labels: stringMapAt(object, 'metadata', 'labels'),
    annotations: stringMapAt(object, 'metadata', 'annotations'),
  };
  return { podName: `${name}-x1`, meta: { name, uid, meta } };
}

function podOfJob(object: JsonObject): TestcarPodOver {
  const { name, namespace } = refOf(object);
  return {
    name: `${name}-x1`,
    labels: {
      ...stringMapAt(object, 'spec', 'template', 'metadata', 'labels'),
      'batch.kubernetes.io/job-name': name,
    },
    controllerUid: stringAt(object, 'metadata', 'uid') ?? '',
    meta: { namespace },
  };
}
