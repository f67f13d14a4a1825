import { describe, expect, it } from 'vitest';
import { listAt, objectAt } from '../../../src/core/model/json.ts';
import { selftestDeployment, selftestJob } from '../../../src/core/selftest/objects.ts';
import { SCENARIOS } from '../../../src/core/selftest/scenarios.ts';

const OBJECTS = [
  { name: 'the SUT', object: selftestDeployment('busybox:1', 'shop') },
  ...SCENARIOS.map((scenario) => ({
    name: `the ${scenario.name} Job`,
    object: selftestJob('busybox:1', 'shop', scenario),
  })),
];

describe.each(OBJECTS)('$name', ({ object }) => {
  const podSpec = objectAt(object, 'spec', 'template', 'spec');

  /** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
  it('is let in by PodSecurity "restricted", and cannot write to its root file system', () => {
    const [container] = listAt(podSpec, 'containers');
    expect(objectAt(container, 'securityContext')).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('is of the image and namespace that were asked for, and asks the API for nothing', () => {
    const [container] = listAt(podSpec, 'containers');
    expect(container).toMatchObject({ image: 'busybox:1', imagePullPolicy: 'IfNotPresent' });
    expect(object['metadata']).toMatchObject({ namespace: 'shop' });
    expect(podSpec['automountServiceAccountToken']).toBe(false);
  });
});

it('each scenario has a Job of its own', () => {
  const jobs = SCENARIOS.map((scenario) => JSON.stringify(selftestJob('busybox:1', 'shop', scenario)));
  expect(new Set(jobs).size).toBe(SCENARIOS.length);
});
