import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/model/json.ts';
import {
  type LeftBehind,
  leftBehindFromText,
  leftBehindToText,
  recordingObjects,
  sweep,
} from '../../src/main/left-behind.ts';
import type { Objects } from '../../src/ports.ts';
import { anApiError } from '../fakes/builders.ts';
import { makeFakes } from '../fakes/make-fakes.ts';

const LABEL = 'testcar-gate/run';
const job = (name: string, runId = 'r1'): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'shop', labels: { [LABEL]: runId } },
});
const ref = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'j' };

function recorded() {
  const fakes = makeFakes();
  const states: (readonly LeftBehind[])[] = [];
  const objects: Objects = recordingObjects(fakes.ports.objects, LABEL, (left) => states.push(left));
  return { fakes, states, objects };
}

describe('recordingObjects', () => {
  it('notes the name before the create is sent, the UID after it, and forgets after the delete', async () => {
    const { states, objects } = recorded();
    await objects.create(job('j'), { dryRun: false });
    const uid = states[1]?.[0]?.uid;
    await objects.delete(ref, { propagation: 'Background' });
    expect(uid).toBeTypeOf('string');
    expect(states).toEqual([[{ ...ref, uid: undefined, runId: 'r1' }], [{ ...ref, uid, runId: 'r1' }], []]);
  });

  it('does not note dry runs, nor what carries no run', async () => {
    const { states, objects } = recorded();
    await objects.create(job('j'), { dryRun: true });
    await objects.create({ ...job('j'), metadata: { name: 'j', namespace: 'shop' } }, { dryRun: false });
    expect(states).toEqual([]);
  });

  it('forgets what the server refused', async () => {
    const { fakes, states, objects } = recorded();
    fakes.cluster.objects.fault({ verb: 'create', error: anApiError('forbidden') });
    await objects.create(job('j'), { dryRun: false });
    expect(states.at(-1)).toEqual([]);
  });

  it('keeps what may have been made although the answer was lost', async () => {
    const { fakes, states, objects } = recorded();
    fakes.cluster.objects.fault({ verb: 'create', error: anApiError('unreachable'), lostReply: true });
    await objects.create(job('j'), { dryRun: false });
    expect(states.at(-1)).toEqual([{ ...ref, uid: undefined, runId: 'r1' }]);
  });
});

describe('the state as text', () => {
  it('survives the way through the pipeline', () => {
    const left = [
      { ...ref, uid: 'u', runId: 'r1' },
      { ...ref, name: 'k', uid: undefined, runId: 'r1' },
    ];
    expect(leftBehindFromText(leftBehindToText(left))).toEqual(left);
  });

  it.each([undefined, '', 'no json', '{}', '[1]', '[{"kind":"Job","name":"x"}]'])(
    'is nothing when it is %j',
    (text) => {
      expect(leftBehindFromText(text)).toEqual([]);
    },
  );
});

describe('sweep', () => {
  it('deletes what is of the run', async () => {
    const { fakes, states, objects } = recorded();
    await objects.create(job('j'), { dryRun: false });
    expect(await sweep(states.at(-1) ?? [], fakes.ports.objects, LABEL)).toEqual(['Job j deleted']);
  });

  it('deletes what is of the run although its UID was never told', async () => {
    const { fakes } = recorded();
    await fakes.ports.objects.create(job('j'), { dryRun: false });
    expect(await sweep([{ ...ref, uid: undefined, runId: 'r1' }], fakes.ports.objects, LABEL)).toEqual([
      'Job j deleted',
    ]);
  });

  it.each([
    { name: 'an object of another run', left: { ...ref, uid: undefined, runId: 'other' } },
    { name: 'another object of that name', left: { ...ref, uid: 'another', runId: 'r1' } },
  ])('leaves $name alone, whatever the state says', async ({ left }) => {
    const { fakes } = recorded();
    await fakes.ports.objects.create(job('j'), { dryRun: false });
    expect(await sweep([left], fakes.ports.objects, LABEL)).toEqual([
      'Job j is not the one of this run and was left alone',
    ]);
    expect((await fakes.ports.objects.get(ref)).ok).toBe(true);
  });

  it('says when there is nothing any more', async () => {
    const { fakes } = recorded();
    expect(await sweep([{ ...ref, uid: 'u', runId: 'r1' }], fakes.ports.objects, LABEL)).toEqual(['Job j is gone']);
  });
});
