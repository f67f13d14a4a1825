import { describe, expect, it } from 'vitest';
import { aDeployment, aPod, anApiError, uidOf } from './builders.ts';
import { makeFakes } from './make-fakes.ts';
import { selectorMatches } from './label-selector.ts';

const scope = {
  namespace: 'shop',
  deployment: 'web',
  sutSelector: 'app=web',
  job: 'tc',
  testcarSelector: 'run=r1',
  serviceNames: [],
};
const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'tc', namespace: 'shop' },
  spec: { template: { metadata: { labels: { run: 'r1' } } } },
};

describe('fake clock', () => {
  it('runs timers in order and stops at the moment asked for', async () => {
    const { clock } = makeFakes(1000);
    const seen: string[] = [];
    clock.at(3000, () => seen.push(`b@${clock.nowMs()}`));
    clock.at(2000, () => seen.push(`a@${clock.nowMs()}`));
    clock.at(9000, () => seen.push('late'));
    await clock.advanceTo(5000);
    expect([seen, clock.nowMs(), clock.pending()]).toEqual([['a@2000', 'b@3000'], 5000, 1]);
  });

  it('drops a sleeper whose signal aborts', async () => {
    const { clock } = makeFakes();
    const abort = new AbortController();
    const sleeping = clock.sleep(1000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(clock.pending()).toBe(0);
  });

  it('says so when work would wait for ever', async () => {
    const { clock } = makeFakes();
    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('idle at 0 ms');
  });
});

describe('fake cluster', () => {
  it('shows what a script does when an object is created', async () => {
    const { clock, cluster } = makeFakes();
    cluster.on('create', 'Job', (w, object) => {
      w.startJob(object);
      w.after(5000, () => w.finishJob(object));
    });
    const feed = cluster.watching.watch(scope, new AbortController().signal);
    await cluster.objects.create(job, { dryRun: true });
    expect(feed.current().job).toBeUndefined();
    await cluster.objects.create(job, { dryRun: false });
    expect(feed.current().job).toMatchObject({ active: 1, meta: { uid: uidOf('Job', 'tc') } });
    expect(feed.current().testcarPods.map((pod) => [pod.meta.name, pod.meta.controllerUid])).toEqual([
      ['tc-x1', uidOf('Job', 'tc')],
    ]);
    const changed = feed.changed();
    await clock.run(changed);
    expect(clock.nowMs()).toBe(5000);
    expect(feed.current().job?.conditions.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
    expect(cluster.objects.summary()).toEqual(['create Job/tc (dry run)', 'create Job/tc']);
  });

  it('rolls out an applied Deployment under its own name and labels', async () => {
    const { cluster } = makeFakes();
    cluster.on('apply', 'Deployment', (w, object) => w.rollOut(object));
    const labels = { app: 'web', copy: 'yes' };
    const spec = {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i:1' }] } },
    };
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec };
    await cluster.objects.apply(object, { dryRun: false });
    const seen = cluster.watching.watch({ ...scope, sutSelector: 'copy=yes' }, new AbortController().signal).current();
    expect(seen.deployment).toMatchObject({ specReplicas: 2, images: { c: 'i:1' }, matchLabels: labels });
    expect(seen.sutPods.map((pod) => pod.containers[0]?.image)).toEqual(['i:1', 'i:1']);
    expect(seen.replicaSets[0]?.meta.controllerUid).toBe(seen.deployment?.meta.uid);
  });

  it('deletes what an object controls, and only with the right UID', async () => {
    const { cluster } = makeFakes();
    cluster.world.setDeployment(aDeployment());
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    const background = { propagation: 'Background' } as const;
    expect(await cluster.objects.delete(ref, { uid: 'other', ...background })).toMatchObject({
      error: { kind: 'conflict' },
    });
    expect(await cluster.objects.delete(ref, background)).toEqual({ ok: true, value: 'deleted' });
    expect(await cluster.objects.delete(ref, background)).toEqual({ ok: true, value: 'absent' });
    expect(cluster.watching.watch(scope, new AbortController().signal).current().deployment).toBeUndefined();
  });

  it('keeps what it showed when a watch fails', () => {
    const { cluster } = makeFakes(700);
    const feed = cluster.watching.watch(scope, new AbortController().signal);
    cluster.world.setPod(aPod());
    cluster.world.failing('sutPods', anApiError('unreachable'));
    expect(feed.current().reads.sutPods).toMatchObject({ state: 'failing', sinceMs: 700 });
    expect(feed.current().sutPods).toHaveLength(1);
  });

  it('loses the reply of a create that was done', async () => {
    const { cluster } = makeFakes();
    cluster.objects.fault({ verb: 'create', error: anApiError('unreachable'), lostReply: true });
    expect(await cluster.objects.create(job, { dryRun: false })).toMatchObject({ error: { kind: 'unreachable' } });
    expect(await cluster.objects.create(job, { dryRun: false })).toMatchObject({ error: { kind: 'already-exists' } });
  });
});

it.each([
  ['a=b', true],
  ['a==b,c', true],
  ['a!=b', false],
  ['d!=x', true],
  ['a in (x, b)', true],
  ['a notin (b)', false],
  ['!c', false],
  ['!d,c', true],
  ['', true],
])('label selector %s', (selector, expected) => {
  expect(selectorMatches(selector, { a: 'b', c: '' })).toBe(expected);
});
