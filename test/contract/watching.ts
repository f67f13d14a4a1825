import { expect, it } from 'vitest';
import type { Feed, WatchScope, Watching } from '../../src/ports.ts';

/** The watched world and the hands that change it. Jobs are suspended or have no pods; labels as given. */
export type WatchingSubject = {
  watching: Watching;
  namespace: string;
  createJob(name: string): Promise<void>;
  deleteJob(name: string): Promise<void>;
  /** `claim` is the name of a PersistentVolumeClaim that the pod asks for; it keeps the pod from running. */
  createPod(name: string, labels: Record<string, string>, claim?: string): Promise<void>;
  createClaim(name: string): Promise<void>;
  createEndpointSlice(name: string, service: string): Promise<void>;
};

/** What the gate relies on in every implementation of Watching. Call inside a `describe`. */
export function watchingContract(make: () => Promise<WatchingSubject> | WatchingSubject): void {
  async function started(job: string): Promise<{ subject: WatchingSubject; feed: Feed; stop: AbortController }> {
    const subject = await make();
    const stop = new AbortController();
    const scope: WatchScope = {
      namespace: subject.namespace,
      deployment: 'w-none',
      sutSelector: 'contract=sut',
      job,
      testcarSelector: `contract=${job}`,
      serviceNames: [`${job}-service`],
    };
    const feed = subject.watching.watch(scope, stop.signal);
    await feed.synced();
    return { subject, feed, stop };
  }

  async function until(feed: Feed, isSo: () => boolean): Promise<void> {
    while (!isSo()) await feed.changed();
  }

  it('knows after synced() that nothing is there', async () => {
    const { feed, stop } = await started('w-nothing');
    const { deployment, replicaSets, sutPods, job, testcarPods, reads } = feed.current();
    expect({ deployment, replicaSets, sutPods, job, testcarPods }).toEqual({
      deployment: undefined,
      replicaSets: [],
      sutPods: [],
      job: undefined,
      testcarPods: [],
    });
    expect(new Set(Object.values(reads).map(({ state }) => state))).toEqual(new Set(['current']));
    stop.abort(new Error('done'));
  });

  it('shows the Job of that name when it comes, and no more when it is gone', async () => {
    const { subject, feed, stop } = await started('w-job');
    feed.current();
    await subject.createJob('w-other');
    await subject.createJob('w-job');
    await until(feed, () => feed.current().job !== undefined);
    expect(feed.current().job?.meta).toMatchObject({ name: 'w-job', namespace: subject.namespace });
    await subject.deleteJob('w-job');
    await until(feed, () => feed.current().job === undefined);
    stop.abort(new Error('done'));
  });

  it('sorts pods by selector', async () => {
    const { subject, feed, stop } = await started('w-pods');
    await subject.createPod('w-sut', { contract: 'sut' });
    await subject.createPod('w-testcar', { contract: 'w-pods' });
    await subject.createPod('w-stranger', { contract: 'else' });
    await until(feed, () => feed.current().sutPods.length > 0 && feed.current().testcarPods.length > 0);
    const names = (pods: readonly { meta: { name: string } }[]): string[] => pods.map(({ meta }) => meta.name);
    expect([names(feed.current().sutPods), names(feed.current().testcarPods)]).toEqual([['w-sut'], ['w-testcar']]);
    stop.abort(new Error('done'));
  });

  it('says at once that something changed since it was last looked at', async () => {
    const { subject, feed, stop } = await started('w-late');
    feed.current();
    const firstChange = feed.changed();
    await subject.createJob('w-late');
    await firstChange;
    await feed.changed();
    await until(feed, () => feed.current().job !== undefined);
    stop.abort(new Error('done'));
  });

  it('rejects whoever waits when it is aborted', async () => {
    const { feed, stop } = await started('w-abort');
    feed.current();
    const waiting = feed.changed().then(async () => {
      feed.current();
      await feed.changed();
    });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(feed.changed()).rejects.toThrow('enough');
    expect(feed.current().job).toBeUndefined();
  });

  it('looks around only from when it matters: claims of a pod that does not run, endpoints once there are pods', async () => {
    const { subject, feed, stop } = await started('w-around');
    await subject.createClaim('w-claim');
    await subject.createEndpointSlice('w-slice', 'w-around-service');
    const before = feed.current().around;
    expect([before.reads.claims, before.reads.endpointSlices]).toEqual([
      { state: 'not-wanted' },
      { state: 'not-wanted' },
    ]);
    await subject.createPod('w-asks', { contract: 'sut' }, 'w-claim');
    await until(feed, () => feed.current().around.reads.claims.state === 'current');
    await until(feed, () => feed.current().around.endpointSlices.length > 0);
    const { claims, endpointSlices, reads, everyNode } = feed.current().around;
    expect(claims.map(({ meta }) => meta.name)).toEqual(['w-claim']);
    expect(endpointSlices.map(({ serviceName }) => serviceName)).toEqual(['w-around-service']);
    expect([reads.quotas, everyNode]).toEqual([{ state: 'not-wanted' }, false]);
    stop.abort(new Error('done'));
  });
}
