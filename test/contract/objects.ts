import { expect, it } from 'vitest';
import { type JsonObject, numberAt, objectAt, stringAt } from '../../src/core/model/json.ts';
import type { ObjectRef, Objects } from '../../src/ports.ts';

/** `namespace` must exist, be ours alone, and be empty of ConfigMaps and Jobs of these names. */
export type ObjectsSubject = { objects: Objects; namespace: string };

/** What the gate relies on in every implementation of Objects. Call inside a `describe`. */
export function objectsContract(make: () => Promise<ObjectsSubject> | ObjectsSubject): void {
  const configMap = (namespace: string, name: string, data: JsonObject = {}): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { contract: name } },
    data,
  });
  const refOf = (namespace: string, name: string): ObjectRef => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace,
    name,
  });

  it('creates, reads and lists by label', async () => {
    const { objects, namespace } = await make();
    const created = await objects.create(configMap(namespace, 'c-read', { a: '1' }), { dryRun: false });
    expect(created).toMatchObject({ ok: true, value: { kind: 'ConfigMap', data: { a: '1' } } });
    const uid = created.ok ? stringAt(created.value, 'metadata', 'uid') : undefined;
    expect(uid).toBeTruthy();
    expect(await objects.get(refOf(namespace, 'c-read'))).toMatchObject({ ok: true, value: { metadata: { uid } } });
    const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace };
    const listed = await objects.list({ ...query, labelSelector: 'contract=c-read' });
    expect(listed).toMatchObject({ ok: true, value: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { uid } }] });
    expect(await objects.list({ ...query, labelSelector: 'contract=nothing' })).toEqual({ ok: true, value: [] });
  });

  it('says not-found and already-exists', async () => {
    const { objects, namespace } = await make();
    expect(await objects.get(refOf(namespace, 'c-absent'))).toMatchObject({ ok: false, error: { kind: 'not-found' } });
    await objects.create(configMap(namespace, 'c-twice'), { dryRun: false });
    const again = await objects.create(configMap(namespace, 'c-twice'), { dryRun: false });
    expect(again).toMatchObject({ ok: false, error: { kind: 'already-exists' } });
  });

  it('stores nothing in a dry run', async () => {
    const { objects, namespace } = await make();
    expect(await objects.create(configMap(namespace, 'c-dry'), { dryRun: true })).toMatchObject({ ok: true });
    expect(await objects.apply(configMap(namespace, 'c-dry'), { dryRun: true })).toMatchObject({ ok: true });
    expect(await objects.get(refOf(namespace, 'c-dry'))).toMatchObject({ ok: false, error: { kind: 'not-found' } });
  });

  it('applies: makes what is absent and changes what is there, under one UID', async () => {
    const { objects, namespace } = await make();
    const first = await objects.apply(configMap(namespace, 'c-apply', { a: '1' }), { dryRun: false });
    const second = await objects.apply(configMap(namespace, 'c-apply', { a: '2', b: '3' }), { dryRun: false });
    expect(second).toMatchObject({ ok: true, value: { data: { a: '2', b: '3' } } });
    const uidOf = (result: typeof first): string | undefined =>
      result.ok ? stringAt(result.value, 'metadata', 'uid') : undefined;
    expect(uidOf(second)).toBe(uidOf(first));
  });

  it('patches by merge, where null removes, and by JSON patch', async () => {
    const { objects, namespace } = await make();
    await objects.create(configMap(namespace, 'c-patch', { a: '1', b: '2' }), { dryRun: false });
    const ref = refOf(namespace, 'c-patch');
    await objects.patch(ref, { data: { a: null, c: '3' } });
    const patched = await objects.patch(ref, [{ op: 'replace', path: '/data/b', value: '4' }]);
    expect(patched.ok && objectAt(patched.value, 'data')).toEqual({ b: '4', c: '3' });
    expect(await objects.patch(refOf(namespace, 'c-absent'), { data: {} })).toMatchObject({
      error: { kind: 'not-found' },
    });
  });

  it('raises the generation with the spec, and only with it', async () => {
    const { objects, namespace } = await make();
    const job: JsonObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'c-generation', namespace },
      spec: {
        suspend: true,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'localhost/never:1' }] } },
      },
    };
    const ref = { apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'c-generation' };
    await objects.create(job, { dryRun: false });
    await objects.patch(ref, { metadata: { labels: { a: 'b' } } });
    const labelled = await objects.get(ref);
    await objects.patch(ref, { spec: { activeDeadlineSeconds: 60 } });
    const changed = await objects.get(ref);
    const generations = [labelled, changed].map((read) =>
      read.ok ? numberAt(read.value, 'metadata', 'generation') : -1,
    );
    expect(generations).toEqual([1, 2]);
  });

  it('counts no generations of a Service', async () => {
    const { objects, namespace } = await make();
    const service: JsonObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'c-no-generation', namespace },
      spec: { selector: { app: 'nothing' }, ports: [{ port: 80 }] },
    };
    const applied = await objects.apply(service, { dryRun: false });
    expect(applied.ok).toBe(true);
    expect(applied.ok && numberAt(applied.value, 'metadata', 'generation')).toBeUndefined();
  });

  it('deletes only the UID that is meant, and counts what is absent as done', async () => {
    const { objects, namespace } = await make();
    const created = await objects.create(configMap(namespace, 'c-delete'), { dryRun: false });
    const uid = (created.ok ? stringAt(created.value, 'metadata', 'uid') : undefined) ?? '';
    const ref = refOf(namespace, 'c-delete');
    const background = { propagation: 'Background' } as const;
    expect(await objects.delete(ref, { uid: 'another', ...background })).toMatchObject({ error: { kind: 'conflict' } });
    expect(await objects.delete(ref, { uid, ...background })).toEqual({ ok: true, value: 'deleted' });
    expect(await objects.untilGone(ref, uid)).toEqual({ ok: true, value: 'gone' });
    expect(await objects.delete(ref, { uid, ...background })).toEqual({ ok: true, value: 'absent' });
  });
}
