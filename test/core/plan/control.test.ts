import { describe, expect, test } from 'vitest';
import { WEB_DEPLOYMENT } from '../manifests/fixtures.ts';
import { at, options, planned, withValue } from './fixtures.ts';

describe('the plan of the control run', () => {
  const { plan } = planned({ options: options({ control: true }) });
  const { control } = plan;

  test('is there only when it was asked for and something is live', () => {
    expect(planned().plan.control).toBeUndefined();
    expect(planned({ options: options({ control: true }), liveDeployment: undefined }).plan.control).toBeUndefined();
  });

  test('tests the live Deployment under names of its own, and deploys nothing', () => {
    expect(control).toMatchObject({
      runId: plan.runId,
      watchedDeployment: 'web',
      sutSelector: 'app=web',
      sutMatchLabels: { app: 'web' },
      testcarSelector: `testcar-gate/run=${plan.runId},testcar-gate/role=control`,
      jobName: `${plan.runId}-ctl`,
      serviceName: `${plan.runId}-ctl`,
      toDeploy: [],
      toPromote: [],
    });
    // 63 characters with the 6 that the Job controller adds to a pod's name.
    expect('x'.repeat(52).length + '-ctl'.length + 6).toBeLessThanOrEqual(63);
  });

  test('its Job differs from the first one in name, role and address alone', () => {
    const text = JSON.stringify(control?.job)
      .replaceAll(`${plan.runId}-ctl`, plan.runId)
      .replaceAll('"testcar-gate/role":"control"', '"testcar-gate/role":"testcar"');
    expect(text).toBe(JSON.stringify(plan.job));
    expect(at(control?.job, 'metadata', 'labels', 'testcar-gate/run')).toBe(plan.runId);
  });

  test('talks to the port of the live revision, which may be another', () => {
    const live = withValue(
      WEB_DEPLOYMENT,
      ['spec', 'template', 'spec', 'containers', 0, 'ports'],
      [{ containerPort: 9 }],
    );
    expect(planned({ options: options({ control: true }), liveDeployment: live }).plan.control?.sutPort).toBe(9);
    const chosen = options({ control: true, sutPort: 81 });
    expect(planned({ options: chosen, liveDeployment: live }).plan.control?.sutPort).toBe(81);
  });

  test('does not wait long for a live revision that is not there', () => {
    expect(control?.options.readyTimeoutMs).toBe(30_000);
    expect(
      planned({ options: options({ control: true, readyTimeoutMs: 5 }) }).plan.control?.options.readyTimeoutMs,
    ).toBe(5);
  });
});
