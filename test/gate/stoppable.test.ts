import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/model/json.ts';
import type { Result } from '../../src/core/model/api-error.ts';
import type { Objects } from '../../src/ports.ts';
import { stoppable } from '../../src/gate/stoppable.ts';

const object: JsonObject = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'web' } };
const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' };

/** Notes each call; a call is answered when the test says so. */
function slowObjects() {
  const calls: string[] = [];
  const answers: (() => void)[] = [];
  const call = <T>(name: string, value: T): Promise<Result<T>> => {
    calls.push(name);
    return new Promise((resolve) => answers.push(() => resolve({ ok: true, value })));
  };
  const objects: Objects = {
    get: () => call('get', object),
    list: () => call('list', [object]),
    create: () => call('create', object),
    apply: () => call('apply', object),
    patch: () => call('patch', object),
    delete: () => call('delete', 'deleted' as const),
    untilGone: () => call('untilGone', 'gone' as const),
  };
  const answerAll = () => {
    for (const answer of answers.splice(0)) answer();
  };
  return { objects, calls, answerAll };
}

const CHANGES: readonly [string, (objects: Objects) => Promise<Result<unknown>>][] = [
  ['create', (objects) => objects.create(object, { dryRun: false })],
  ['apply', (objects) => objects.apply(object, { dryRun: false })],
  ['patch', (objects) => objects.patch(ref, {})],
  ['delete', (objects) => objects.delete(ref, { propagation: 'Background' })],
];

describe('stoppable', () => {
  it.each(CHANGES)('sends no %s after the cancellation', async (_name, change) => {
    const { objects, calls } = slowObjects();
    const cancel = new AbortController();
    const { objects: acting } = stoppable(objects, cancel.signal);
    cancel.abort();

    expect(await change(acting)).toMatchObject({ ok: false, error: { kind: 'aborted' } });
    expect(calls).toEqual([]);
  });

  it.each(CHANGES)('sends a %s before it', async (name, change) => {
    const { objects, calls, answerAll } = slowObjects();
    const sent = change(stoppable(objects, new AbortController().signal).objects);
    answerAll();

    expect(await sent).toMatchObject({ ok: true });
    expect(calls).toEqual([name]);
  });

  it('still reads after the cancellation', async () => {
    const { objects, calls, answerAll } = slowObjects();
    const read = stoppable(objects, AbortSignal.abort()).objects.get(ref);
    answerAll();

    expect(await read).toEqual({ ok: true, value: object });
    expect(calls).toEqual(['get']);
  });

  it('is idle only when what was sent is answered', async () => {
    const { objects, answerAll } = slowObjects();
    const acting = stoppable(objects, new AbortController().signal);
    await acting.idle();
    const sent = acting.objects.create(object, { dryRun: false });
    const order: string[] = [];
    const idle = acting.idle().then(() => order.push('idle'));
    answerAll();
    await sent.then(() => order.push('answered'));
    await idle;

    expect(order).toEqual(['answered', 'idle']);
  });
});
