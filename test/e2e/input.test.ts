import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectOutcome, test } from './world.ts';

test('options can come from a config file, and flags win', async ({ world }) => {
  const { manifests } = await world.sut();
  const { testcarManifest } = await world.testcar();
  const config = join(world.folder, 'testcar-gate.yaml');
  await writeFile(config, JSON.stringify({ manifests, testcarManifest, minTests: 14 }));
  const closed = await world.gate({ config });
  expect(closed.exitCode).toBe(3);
  const open = await world.gate({ config, minTests: '13' });
  await expectOutcome(open, { exitCode: 0, class: 'PASSED' });
});

test('no secret of the kubeconfig stands in any output or file', async ({ world }) => {
  const kubeconfig = await readFile(world.setup.kubeconfig, 'utf8');
  const secrets = [...kubeconfig.matchAll(/(?:client-key-data|token|password): (\S+)/g)].map(
    ([, secret = '']) => secret,
  );
  expect(secrets).not.toEqual([]);
  const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) }, { frontEnd: 'azure' });

  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
  const names = await readdir(run.reportDir);
  expect(names).toContain('verdict.json');
  const files = await Promise.all(names.map((name) => run.file(name)));
  for (const secret of secrets) {
    const masked = run.output.replaceAll(/^##vso\[task\.setsecret\].*$/gm, '');
    for (const text of [masked, ...files]) expect(text ?? '').not.toContain(secret.slice(0, 60));
  }
});
