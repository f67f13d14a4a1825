import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { deployment, write } from './example-manifests.ts';
import { FRONT_ENDS } from './front-ends.ts';
import { expect, expectOutcome, test } from './world.ts';

const INPUT_INVALID = { exitCode: 64, class: 'CONFIG_ERROR', cause: 'InputInvalid' } as const;

describe('bad input is refused before anything is deployed:', () => {
  for (const frontEnd of FRONT_ENDS) {
    test(`all problems at once in ${frontEnd}`, async ({ world }) => {
      const run = await world.gate(
        {
          namespace: '$(targetNamespace)',
          manifests: 'no-such-folder/deployment.yaml',
          testcarImage: world.images.testcar,
          testTimeout: 'soon',
          mode: 'canary',
          previewReplicas: 'two',
          sutPort: '99999',
        },
        { frontEnd },
      );

      await expectOutcome(run, INPUT_INVALID);
      const wrong = ['$(targetNamespace)', 'no-such-folder/deployment.yaml', 'soon', 'canary', 'two', '99999'];
      expect(wrong.filter((value) => !run.output.includes(value))).toEqual([]);
      await world.expectClean([]);
    });
  }

  test('an unknown option, with the one that was meant', async ({ world }) => {
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()), testTimeuot: '5m' });

    await expectOutcome(run, INPUT_INVALID);
    expect(run.output).toContain('--test-timeuot');
    expect(run.output).toContain('--test-timeout');
    await world.expectClean([]);
  });

  test('an unknown field in a manifest, as the server sees it', async ({ world }) => {
    const inputs = { ...(await world.sut({ edits: [[['spec', 'replicass'], 2]] })), ...(await world.testcar()) };
    const run = await world.gate(inputs);

    await expectOutcome(run, { exitCode: 64, class: 'CONFIG_ERROR', cause: 'ManifestInvalid' });
    expect(run.output).toContain('replicass');
    await world.expectClean([]);
  });

  test('two Deployments', async ({ world }) => {
    const [first, second] = [
      await deployment({ image: world.images.good }),
      await deployment({ image: world.images.good, edits: [[['metadata', 'name'], 'second-service']] }),
    ];
    const manifests = await write(world.folder, 'two.yaml', first, second);
    const run = await world.gate({ manifests, ...(await world.testcar()) });

    await expectOutcome(run, INPUT_INVALID);
    expect(run.output).toContain('second-service');
    await world.expectClean([]);
  });

  test('a manifest that is not YAML', async ({ world }) => {
    const manifests = join(world.folder, 'broken.yaml');
    await writeFile(manifests, 'kind: Deployment\n  metadata: [\n');
    const run = await world.gate({ manifests, ...(await world.testcar()) });

    await expectOutcome(run, INPUT_INVALID);
    expect(run.output).toContain('broken.yaml');
    await world.expectClean([]);
  });

  test('a kubeconfig that does not exist', async ({ world }) => {
    const kubeconfig = join(world.folder, 'no-such.kubeconfig');
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()), kubeconfig });

    await expectOutcome(run, { exitCode: 64, class: 'CONFIG_ERROR', cause: 'ClusterConfigMissing' });
    expect(run.output).toContain('no-such.kubeconfig');
  });

  test('no kubeconfig at all', async ({ world }) => {
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) }, { kubeconfig: 'none' });

    await expectOutcome(run, { exitCode: 64, class: 'CONFIG_ERROR', cause: 'ClusterConfigMissing' });
    expect(run.output).toMatch(/kubeconfig/i);
  });

  test('a Deployment that does not exist, in observe', async ({ world }) => {
    const run = await world.gate({ ...(await world.testcar()), mode: 'observe', deployment: 'no-such-service' });

    await expectOutcome(run, { exitCode: 64, class: 'CONFIG_ERROR', cause: 'SutNotFound' });
    expect(run.output).toContain('no-such-service');
    await world.expectClean([]);
  });
});

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
