import { afterAll, beforeAll, inject } from 'vitest';
import { type DenyingWebhook, startDenyingWebhook } from '../denying-webhook.ts';
import { runScenarios } from '../run-scenario.ts';
import { refusals } from '../scenarios/refusals.ts';

let webhook: DenyingWebhook | undefined;

beforeAll(async () => {
  if (!inject('e2e').owned) throw new Error('the API server of another cluster cannot reach the webhook of this test');
  webhook = await startDenyingWebhook();
});

afterAll(async () => {
  await webhook?.close();
});

runScenarios(
  refusals(() => {
    if (webhook === undefined) throw new Error('the webhook of the test was not started');
    return webhook;
  }),
);
