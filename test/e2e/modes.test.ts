import { describe } from 'vitest';
import { type JsonObject, listAt, numberAt, objectAt, stringAt, stringMapAt } from '../../src/core/model/json.ts';
import { NAME } from './example-manifests.ts';
import { verdictOf } from './gate-process.ts';
import { LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

const PASSED = { exitCode: 0, class: 'PASSED' } as const;

describe('preview', () => {
  test('promotes exactly the image digest that was tested', async ({ world }) => {
    await world.goLive();
    const run = await world.gate({ ...(await world.sut({ replicas: 2 })), ...(await world.testcar()) });

    await expectOutcome(run, PASSED);
    const tested = Object.values(imageIDs(await verdictOf(run)));
    expect(tested).toEqual([expect.stringMatching(/@sha256:[0-9a-f]{64}$/)]);
    const promoted = await world.kube.get('Deployment', world.namespace, NAME);
    expect(await liveImage(world)).toBe(tested[0]);
    expect(numberAt(promoted, 'status', 'availableReplicas')).toBe(2);
    await world.expectClean(LIVE_ONLY);
  });

  test('does not promote when told so', async ({ world }) => {
    await world.goLive();
    const before = await world.live();
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()), promote: 'false' });

    await expectOutcome(run, PASSED);
    expect(await world.live()).toEqual(before);
    await world.expectClean(LIVE_ONLY);
  });

  test('of the very first revision creates it', async ({ world }) => {
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) });

    await expectOutcome(run, PASSED);
    expect((await world.live()).pods).toHaveLength(1);
    await world.expectClean(LIVE_ONLY);
  });

  test('takes testcar from an image and a command', async ({ world }) => {
    const run = await world.gate({
      ...(await world.sut()),
      testcarImage: world.images.testcar,
      testcarCommand: ['sh', '-c', 'echo "colour is $COLOUR" && exec /usr/local/bin/quote-testcar'],
      testcarEnv: ['COLOUR=blue=green'],
      minTests: '13',
    });

    await expectOutcome(run, PASSED);
    expect(run.output).toContain('colour is blue=green');
  });
});

describe('in-place', () => {
  test('leaves the new revision when it passes', async ({ world }) => {
    await world.goLive();
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()), mode: 'in-place' });

    await expectOutcome(run, PASSED);
    expect(await liveImage(world)).toBe(world.images.good);
    await world.expectClean(LIVE_ONLY);
  });
});

describe('observe', () => {
  test('passes what somebody else delivered', async ({ world }) => {
    await world.goLive({ image: world.images.good });
    const before = await world.live();
    const run = await world.gate({ ...(await world.testcar()), mode: 'observe', deployment: NAME });

    await expectOutcome(run, PASSED);
    expect(await world.live()).toEqual(before);
    await world.expectClean(LIVE_ONLY);
  });

  test('waits for the image that it was told to expect', async ({ world }) => {
    await world.goLive();
    const inputs = { ...(await world.testcar()), mode: 'observe', deployment: NAME, expectImage: world.images.good };
    const gate = await world.start(inputs);
    await gate.said(/wait/i);
    // A merge patch replaces lists, so the container goes in as a whole.
    const containers = [{ ...(await liveContainer(world)), image: world.images.good }];
    await world.kube.patch('Deployment', world.namespace, NAME, { spec: { template: { spec: { containers } } } });

    const run = await gate.ended;
    await expectOutcome(run, PASSED);
    expect(Object.values(imageIDs(await verdictOf(run)))).toEqual([expect.stringContaining('@sha256:')]);
    await world.expectClean(LIVE_ONLY);
  });
});

function imageIDs(verdict: JsonObject): Readonly<Record<string, string>> {
  return stringMapAt(verdict, 'revision', 'imageIDs');
}

async function liveContainer(world: World): Promise<JsonObject> {
  const live = await world.kube.get('Deployment', world.namespace, NAME);
  const [container] = listAt(live, 'spec', 'template', 'spec', 'containers');
  return objectAt(container);
}

async function liveImage(world: World): Promise<string | undefined> {
  return stringAt(await liveContainer(world), 'image');
}
