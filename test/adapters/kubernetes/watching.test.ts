import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import { kubernetesWatching } from '../../../src/adapters/kubernetes/watching.ts';
import type { Feed, WatchScope } from '../../../src/ports.ts';
import {
  claimJson,
  deploymentJson,
  eventJson,
  jobJson,
  leaseJson,
  nodeJson,
  podJson,
  quotaJson,
  replicaSetJson,
} from '../../fakes/as-json.ts';
import {
  aClaim,
  aCondition,
  aDeployment,
  aJob,
  aLease,
  aNode,
  aPod,
  aQuota,
  aReplicaSet,
  aTestcarPod,
  anEvent,
} from '../../fakes/builders.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { ApiStub, type StubRequest, answerJson, answerStatus, startStream, until, watchEvent } from './api-stub.ts';
import type { ServerResponse } from 'node:http';

const scope: WatchScope = {
  namespace: 'shop',
  deployment: 'web',
  sutSelector: 'app=web',
  job: 'testcar-1',
  testcarSelector: 'run=r1',
  serviceNames: [],
};

let stub: ApiStub;
let connection: Connection;
let clock: InstantClock;
let stop: AbortController;
/** Open watches by the last part of their path and their selector. */
let open: Map<string, ServerResponse>;
let items: Record<string, unknown[]>;

const nameOf = ({ path, query }: StubRequest): string =>
  `${path.split('/').at(-1)} ${query['labelSelector'] ?? query['fieldSelector']}`;

beforeEach(async () => {
  open = new Map();
  items = {
    'deployments metadata.name=web': [deploymentJson(aDeployment())],
    'replicasets app=web': [replicaSetJson(aReplicaSet())],
    'pods app=web': [podJson(aPod())],
    'jobs metadata.name=testcar-1': [jobJson(aJob())],
    'pods run=r1': [podJson(aTestcarPod())],
    'nodes metadata.name=node-1': [nodeJson(aNode())],
    'leases metadata.name=node-1': [leaseJson(aLease())],
    'events type=Warning': [eventJson(anEvent('BackOff', 'words'))],
  };
  stub = await ApiStub.start(serve);
  connection = await stub.connect();
  clock = new InstantClock();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort(new Error('the test is over'));
  connection.close();
  await until(() => stub.openSockets === 0, 'all sockets are closed after abort');
  await stub.stop();
});

function serve(request: StubRequest, response: ServerResponse): void {
  if (request.query['watch'] === undefined) {
    answerJson(response, { kind: 'List', metadata: { resourceVersion: '10' }, items: items[nameOf(request)] ?? [] });
  } else {
    open.set(nameOf(request), response);
    startStream(response);
  }
}

function watch(): Feed {
  return kubernetesWatching(makeApi(connection, clock, () => 0, LIMITS)).watch(scope, stop.signal);
}

function send(name: string, type: string, object: unknown): void {
  open.get(name)?.write(watchEvent(type, object));
}

describe('the feed', () => {
  it('needs six lists and six watches, one more of each for node and lease, and shows what was listed', async () => {
    const feed = watch();
    expect(Object.values(feed.current().reads).map(({ state }) => state)).toEqual(Array(6).fill('pending'));
    await feed.synced();
    await until(() => open.size === 8);
    expect(stub.requests).toHaveLength(16);
    const seen = feed.current();
    expect(seen).toMatchObject({
      atMs: clock.nowMs(),
      deployment: { meta: { name: 'web' } },
      replicaSets: [{ podTemplateHash: '5d4f' }],
      sutPods: [{ meta: { name: 'web-5d4f-1' } }],
      job: { meta: { name: 'testcar-1' }, active: 1 },
      testcarPods: [{ meta: { name: 'testcar-1-x1' } }],
      events: [{ reason: 'BackOff' }],
    });
    expect(new Set(Object.values(seen.reads).map(({ state }) => state))).toEqual(new Set(['current']));
  });

  it('wakes who waits, once for changes that come together', async () => {
    const feed = watch();
    await feed.synced();
    await until(() => open.size === 8);
    await new Promise((resolve) => setImmediate(resolve));
    feed.current();
    const changed = feed.changed();
    const succeeded = { ...jobJson(aJob()), status: { succeeded: 1 } };
    open
      .get('jobs metadata.name=testcar-1')
      ?.write(watchEvent('MODIFIED', jobJson(aJob({ failed: 1 }))) + watchEvent('MODIFIED', succeeded));
    await changed;
    expect(feed.current().job).toMatchObject({ succeeded: 1, failed: 0 });
  });

  it('says at once that something changed since it was last looked at', async () => {
    const feed = watch();
    await feed.synced();
    await until(() => open.size === 8);
    feed.current();
    send('pods run=r1', 'DELETED', podJson(aTestcarPod()));
    send('pods app=web', 'ADDED', podJson(aPod({ name: 'web-2' })));
    await until(() => feed.current().testcarPods.length === 0 && feed.current().sutPods.length === 2);
  });

  it('gives the same lists until something changes, with the time of asking', async () => {
    const feed = watch();
    await feed.synced();
    await until(() => open.size === 8);
    const first = feed.current();
    clock.advance(500);
    const second = feed.current();
    expect(second.atMs - first.atMs).toBe(500);
    expect(second.sutPods).toBe(first.sutPods);
  });

  it('drops what a new list no longer has', async () => {
    const feed = watch();
    await feed.synced();
    await until(() => open.size === 8);
    items['jobs metadata.name=testcar-1'] = [];
    send('jobs metadata.name=testcar-1', 'ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    await until(() => feed.current().job === undefined);
    expect(feed.current().reads.job).toEqual({ state: 'current' });
  });

  it('shows a Job of the same name with another UID as the new one', async () => {
    const feed = watch();
    await feed.synced();
    await until(() => open.size === 8);
    send('jobs metadata.name=testcar-1', 'DELETED', jobJson(aJob()));
    send('jobs metadata.name=testcar-1', 'ADDED', jobJson(aJob({ uid: 'second' })));
    await until(() => feed.current().job?.meta.uid === 'second');
  });

  it('counts a kind as failing when one of its objects cannot be read, until it changes', async () => {
    const feed = watch();
    await feed.synced();
    await until(() => open.size === 8);
    send('jobs metadata.name=testcar-1', 'MODIFIED', { metadata: { name: 'testcar-1' } });
    await until(() => feed.current().reads.job.state === 'failing');
    expect(feed.current().job).toBeUndefined();
    send('jobs metadata.name=testcar-1', 'MODIFIED', jobJson(aJob()));
    await until(() => feed.current().reads.job.state === 'current');
  });

  it('is synced also when a kind may not be read, and says which', async () => {
    stub.handle((request, response) => {
      if (request.path.endsWith('/events')) return answerStatus(response, 403, 'Forbidden', 'no');
      if (request.query['watch'] !== undefined) return startStream(response);
      return answerJson(response, { kind: 'List', metadata: { resourceVersion: '1' }, items: [] });
    });
    const feed = watch();
    await feed.synced();
    expect(feed.current().reads.events).toMatchObject({
      state: 'failing',
      error: { kind: 'forbidden', httpStatus: 403 },
    });
    expect(feed.current().reads.job).toEqual({ state: 'current' });
  });

  it('rejects whoever waits when it is aborted', async () => {
    const feed = watch();
    await feed.synced();
    await until(() => open.size === 8);
    await new Promise((resolve) => setImmediate(resolve));
    feed.current();
    const waiting = feed.changed();
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(feed.changed()).rejects.toThrow('enough');
    await expect(feed.synced()).rejects.toThrow('enough');
  });
});

describe('the feed, around the parties', () => {
  const pending = aPod({
    phase: 'Pending',
    ready: false,
    nodeName: undefined,
    claims: ['data'],
    conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/1 nodes are available' })],
  });
  const ofPending = `events involvedObject.uid=${pending.meta.uid}`;
  const asked = (name: string): number => stub.requests.filter((request) => nameOf(request) === name).length;

  it('starts watches when they are wanted and stops them when they are not, without a poll', async () => {
    const replicaSet = aReplicaSet({
      conditions: [
        aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: 'exceeded quota: compute' }),
      ],
    });
    items['pods app=web'] = [podJson(pending)];
    items['pods run=r1'] = [];
    items['replicasets app=web'] = [replicaSetJson(replicaSet)];
    items['persistentvolumeclaims metadata.name=data'] = [claimJson(aClaim({ phase: 'Pending' }))];
    items['resourcequotas undefined'] = [quotaJson(aQuota())];
    items[ofPending] = [
      eventJson(anEvent('TriggeredScaleUp', 'pod triggered scale-up', undefined, { type: 'Normal' })),
    ];
    const feed = watch();
    await until(() => feed.current().around.claims.length + feed.current().around.quotas.length === 2);
    await until(() => feed.current().events.length === 2);
    expect(feed.current()).toMatchObject({
      events: [{ reason: 'BackOff' }, { reason: 'TriggeredScaleUp', type: 'Normal' }],
      around: { nodes: [], reads: { nodes: { state: 'not-wanted' }, podEvents: { state: 'current' } } },
    });
    const passing = ['persistentvolumeclaims metadata.name=data', 'resourcequotas undefined', ofPending];
    await until(() => passing.every((name) => open.has(name)));
    send('pods app=web', 'MODIFIED', podJson(aPod()));
    send('replicasets app=web', 'MODIFIED', replicaSetJson(aReplicaSet()));
    await until(() => feed.current().around.leases.length === 1 && feed.current().around.nodes.length === 1);
    await until(() => passing.every((name) => open.get(name)?.closed === true));
    expect(feed.current().around).toMatchObject({
      nodes: [{ meta: { name: 'node-1' } }],
      leases: [{ renewTimeMs: 1_000 }],
      claims: [],
      quotas: [],
      reads: { claims: { state: 'not-wanted' }, quotas: { state: 'not-wanted' }, podEvents: { state: 'not-wanted' } },
    });
    expect([asked('persistentvolumeclaims metadata.name=data'), asked(ofPending)]).toEqual([2, 2]);
  });

  it('shows an event once that comes over both watches', async () => {
    items['pods app=web'] = [podJson(pending)];
    items[ofPending] = items['events type=Warning'] = [eventJson(anEvent('FailedScheduling', 'no'))];
    const feed = watch();
    await until(() => feed.current().around.reads.podEvents.state === 'current');
    expect(feed.current().events).toHaveLength(1);
  });

  it.each([
    [403, 'Forbidden', 'forbidden'],
    [404, 'NotFound', 'not-found'],
  ])('says that nodes cannot be read after %i, asks once for the kind, and fails nothing else', async (...refusal) => {
    const [code, reason, kind] = refusal;
    stub.handle((request, response) => {
      if (request.path.includes('/nodes')) return answerStatus(response, code, reason, 'no');
      return serve(request, response);
    });
    const feed = watch();
    await feed.synced();
    await until(() => feed.current().around.reads.nodes.state === 'failing' && open.has('pods app=web'));
    expect(feed.current().around.reads.nodes).toMatchObject({ state: 'failing', error: { kind } });
    send('pods app=web', 'ADDED', podJson(aPod({ name: 'web-2', nodeName: 'node-2' })));
    await until(() => open.has('leases metadata.name=node-2'));
    expect([asked('nodes metadata.name=node-1'), asked('nodes metadata.name=node-2'), clock.slept]).toEqual([1, 0, []]);
    const others = Object.values(feed.current().reads).map(({ state }) => state);
    expect(new Set(others)).toEqual(new Set(['current']));
  });

  it('looks at all nodes when those of ours are lost', async () => {
    items['nodes undefined'] = [nodeJson(aNode({ ready: 'Unknown' })), nodeJson(aNode({ name: 'other' }))];
    const feed = watch();
    await until(() => feed.current().around.nodes.length === 1);
    expect(asked('nodes undefined')).toBe(0);
    await until(() => open.has('nodes metadata.name=node-1'));
    send('nodes metadata.name=node-1', 'MODIFIED', nodeJson(aNode({ ready: 'Unknown' })));
    await until(() => feed.current().around.everyNode);
    expect(feed.current().around.nodes.map(({ meta }) => meta.name)).toEqual(['node-1', 'other']);
    const all = stub.requests.find((request) => nameOf(request) === 'nodes undefined');
    expect(all?.query['limit']).toBe('500');
  });

  it('keeps what it showed when a watch of it fails', async () => {
    const feed = watch();
    await until(() => feed.current().around.nodes.length === 1 && open.has('nodes metadata.name=node-1'));
    send('nodes metadata.name=node-1', 'ERROR', { kind: 'Status', code: 500, message: 'etcd' });
    await until(() => stub.requests.filter((request) => nameOf(request) === 'nodes metadata.name=node-1').length === 3);
    expect(feed.current().around.nodes).toHaveLength(1);
  });
});
