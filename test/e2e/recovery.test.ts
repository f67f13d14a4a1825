import { stringAt } from '../../src/core/model/json.ts';
import { mintUser } from '../cluster/users.ts';
import { bindRole } from './pipeline-account.ts';
import { LIVE_ONLY, expect, expectOutcome, test } from './world.ts';

test('the permissions of examples/rbac.yaml are enough', async ({ world, skip }) => {
  if (!world.setup.owned) skip('users can be made only on our own cluster');
  await bindRole(world, { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: world.namespace });
  await world.goLive();
  const inputs = { ...(await world.sut()), ...(await world.testcar()) };
  const run = await world.gate(inputs, { kubeconfig: await mintUser(world.namespace) });

  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
  await world.expectClean(LIVE_ONLY);
});

test('a gate that was killed is taken up by the next try of the same run', async ({ world }) => {
  const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'pause=500ms' })) };
  const first = await world.start(inputs, { run: 'same' });
  await first.said(/tests http/);
  first.kill('SIGKILL');
  await first.ended;
  const [job] = await world.kube.list('Job', world.namespace);
  const run = await world.gate(inputs, { run: 'same' });

  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
  expect(run.output).toMatch(/adopted/);
  expect(await run.file('verdict.json')).toContain(stringAt(job, 'metadata', 'uid'));
  await world.expectClean(LIVE_ONLY);
});
