import { afterAll, beforeAll, inject } from 'vitest';
import { type FakeRegistry, startFakeRegistry } from '../fake-registry.ts';
import { runScenarios } from '../run-scenario.ts';
import { pulls } from '../scenarios/pulls.ts';

let registry: FakeRegistry | undefined;

beforeAll(async () => {
  if (!inject('e2e').owned) throw new Error('the nodes of another cluster cannot reach the registry of this test');
  registry = await startFakeRegistry();
});

afterAll(async () => {
  await registry?.close();
});

runScenarios(
  pulls(() => {
    if (registry === undefined) throw new Error('the registry of the test was not started');
    return registry;
  }),
);
