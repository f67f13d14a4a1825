import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { callApi, createObject } from './api.ts';
import { clusterForTests, externalCluster, ownedCluster } from './cluster-for-tests.ts';
import { buildImage, busyboxImage, loadImage, pushImage } from './images.ts';
import { field, items } from './json.ts';
import { registry } from './layout.ts';
import { createNamespace, createPod, isOver, isPodReady, podLog, podUri, seen, shell } from './test-pods.ts';
import { mintUser } from './users.ts';

const namespace = `promises-${process.pid}`;

/** What other tests take for granted. */
describe.skipIf(externalCluster() !== undefined)('the cluster', () => {
  beforeAll(async () => {
    await clusterForTests();
    await createNamespace(namespace);
  });

  afterAll(async () => {
    await callApi('DELETE', `/api/v1/namespaces/${namespace}`);
  });

  async function runPod(name: string, container: object): Promise<unknown> {
    await createPod(namespace, name, { containers: [container] });
    return seen(podUri(namespace, name), isOver);
  }

  const stateOf = (pod: unknown) => field(items(field(pod, 'status', 'containerStatuses'))[0], 'state', 'terminated');

  test('resolves service names in pods, forwards to ready pods, and denies other names at once', async () => {
    const serve = 'mkdir /tmp/www && echo hello >/tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www';
    const readinessProbe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 };
    await createObject(`/api/v1/namespaces/${namespace}/services`, {
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await createPod(namespace, 'web', { containers: [shell(serve, { readinessProbe })] }, { app: 'web' });
    await seen(podUri(namespace, 'web'), isPodReady);
    const script = [
      'set -e',
      // Not `wget -T`: it crashes in Debian's busybox-static 1.35.
      // The node may need a moment to forward a new Service; what the shell says of tries before that is no answer.
      '{ until timeout 1 wget -qO- http://web/; do :; done; } 2>/dev/null',
      `wget -qO- http://web.${namespace}.svc.cluster.local/`,
      'started=$(date +%s)',
      'for name in nosuch nosuch.example.com; do ! wget -qO- http://$name/ || exit 1; done',
      // A resolver that gets no answer at all waits 5 s before it tries again.
      'test $(($(date +%s) - started)) -lt 5',
      `nslookup nosuch.${namespace}.svc.cluster.local | grep NXDOMAIN`,
    ].join('\n');
    const pod = await runPod('client', shell(script));
    const log = await podLog(namespace, 'client');
    expect(log).toMatch(/^hello\nhello\n/);
    expect(log).toContain('NXDOMAIN');
    expect(stateOf(pod)).toMatchObject({ exitCode: 0 });
  });

  test('completes a Job with a native sidecar, whose image can make and check result frames', async () => {
    const frame = 'echo results >/tmp/r && tar -c -C /tmp r | gzip | base64 >/tmp/f && sha256sum /tmp/f && echo sent';
    const courier = shell(`trap '${frame}; exit 0' TERM; while :; do sleep 0.1; done`, {
      name: 'courier',
      restartPolicy: 'Always',
    });
    const spec = { restartPolicy: 'Never', initContainers: [courier], containers: [shell('echo tested')] };
    const job = { metadata: { name: 'testcar' }, spec: { backoffLimit: 0, template: { spec } } };
    await createObject(`/apis/batch/v1/namespaces/${namespace}/jobs`, job);
    await seen(`/apis/batch/v1/namespaces/${namespace}/jobs`, (each) => field(each, 'status', 'succeeded') === 1);
    const selected = await callApi('GET', `/api/v1/namespaces/${namespace}/pods?labelSelector=job-name%3Dtestcar`);
    const name = String(field(items(field(selected.body, 'items'))[0], 'metadata', 'name'));
    expect(await podLog(namespace, name)).toBe('tested\n');
    expect(await podLog(namespace, name, 'courier')).toMatch(/^[0-9a-f]{64} {2}\/tmp\/f\nsent\n$/);
  });

  test('kills a container that exceeds its memory limit, and says so', async () => {
    const resources = { limits: { memory: '32Mi' } };
    const pod = await runPod('greedy', shell(`exec awk 'BEGIN { x = "a"; while (1) x = x x }'`, { resources }));
    expect(stateOf(pod)).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });

  test('pulls by tag from its registry and reports the digest that was pushed', async () => {
    const tar = await buildImage({ name: 'localhost/pulled:1', base: 'busybox', env: { GREETING: 'hi' } });
    const reference = await pushImage(tar, `${registry}/pulled:${process.pid}`);
    expect(reference).toMatch(new RegExp(`^${registry}/pulled@sha256:[0-9a-f]{64}$`));
    const pod = await runPod('pulled', shell('echo $GREETING', { image: `${registry}/pulled:${process.pid}` }));
    expect(await podLog(namespace, 'pulled')).toBe('hi\n');
    expect(field(items(field(pod, 'status', 'containerStatuses'))[0], 'imageID')).toBe(reference);
  });

  test('runs loaded images; the same inputs give the same image', async () => {
    const spec = { ...busyboxImage, name: 'localhost/loaded:1', files: { '/greeting': { content: 'hi\n' } } };
    const tar = await buildImage(spec);
    expect(await buildImage(spec)).toBe(tar);
    await loadImage(tar);
    const image = { image: spec.name, imagePullPolicy: 'Never' };
    expect(stateOf(await runPod('loaded', shell('cat /greeting', image)))).toMatchObject({ exitCode: 0 });
    expect(await podLog(namespace, 'loaded')).toBe('hi\n');
  });

  test('mints users whose kubeconfig holds their own certificate', async () => {
    const config: unknown = parse(await readFile(await mintUser('somebody', ['gate-audit', 'other/group']), 'utf8'));
    const admin: unknown = parse(await readFile(ownedCluster.kubeconfigPath, 'utf8'));
    const certificate = (each: unknown) => field(items(field(each, 'users'))[0], 'user', 'client-certificate-data');
    expect(certificate(config)).toEqual(expect.any(String));
    expect(certificate(config)).not.toBe(certificate(admin));
  });
});
