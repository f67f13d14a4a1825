import { describe, expect, test } from 'vitest';
import { courierContainer, REACH_EXIT, reachContainer } from '../../../src/core/courier/containers.ts';
import { COURIER_SCRIPT } from '../../../src/core/courier/courier-script.ts';
import { REACH_SCRIPT } from '../../../src/core/courier/reach-script.ts';

const securityContext = { runAsNonRoot: true, readOnlyRootFilesystem: true };

const courier = courierContainer({
  attachments: [],
  attachmentsMaxBytes: 1,
  image: 'registry.example/testcar:1',
  imagePullPolicy: 'Always',
  runId: 'web-4f2a91',
  resultsDir: '/testcar/results',
  volumeName: 'testcar-results',
  securityContext,
});

const reachInput = {
  image: 'registry.example/testcar:1',
  imagePullPolicy: undefined,
  scheme: 'https',
  host: 'web-4f2a91.shop.svc',
  port: 8443,
  path: '/healthz',
  mode: 'http',
  timeoutMs: 1500,
  securityContext: undefined,
} as const;

/** What the kubelet does with `command`, `args` and `env` (rules of "Dependent environment variables"). */
function kubeletExpand(text: string, env: Readonly<Record<string, string>>): string {
  let out = '';
  for (let i = 0; i < text.length; i += 1) {
    const end = text[i + 1] === '(' ? text.indexOf(')', i) : -1;
    if (text[i] !== '$') out += text[i] ?? '';
    else if (text[i + 1] === '$') {
      out += '$';
      i += 1;
    } else if (end < 0) out += '$';
    else {
      const name = text.slice(i + 2, end);
      out += env[name] ?? `$(${name})`;
      i = end;
    }
  }
  return out;
}

const envOf = (container: object): Record<string, string> => {
  const list = (container as { env: { name: string; value: string }[] }).env;
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
};

describe('courierContainer', () => {
  test('is a native sidecar that reads the volume and cannot write it', () => {
    expect(courier).toEqual({
      name: 'testcar-gate-courier',
      image: 'registry.example/testcar:1',
      imagePullPolicy: 'Always',
      command: ['sh', '-c', COURIER_SCRIPT],
      restartPolicy: 'Always',
      resources: { requests: { cpu: '10m', memory: '32Mi' } },
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'FallbackToLogsOnError',
      env: [
        { name: 'TESTCAR_GATE_RUN_ID', value: 'web-4f2a91' },
        { name: 'TESTCAR_GATE_RESULTS_DIR', value: '/testcar/results' },
        { name: 'TESTCAR_GATE_TERMINATION_LOG', value: '/dev/termination-log' },
      ],
      volumeMounts: [{ name: 'testcar-results', mountPath: '/testcar/results', readOnly: true }],
      securityContext,
    });
  });
});

describe('reachContainer', () => {
  test('is a plain init container without fields that were not asked for', () => {
    const container = reachContainer(reachInput);
    expect(container).toEqual({
      name: 'testcar-gate-reach',
      image: 'registry.example/testcar:1',
      command: ['sh', '-c', REACH_SCRIPT],
      resources: { requests: { cpu: '10m', memory: '32Mi' } },
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'FallbackToLogsOnError',
      env: [
        { name: 'TESTCAR_GATE_REACH_MODE', value: 'http' },
        { name: 'TESTCAR_GATE_REACH_SCHEME', value: 'https' },
        { name: 'TESTCAR_GATE_REACH_HOST', value: 'web-4f2a91.shop.svc' },
        { name: 'TESTCAR_GATE_REACH_PORT', value: '8443' },
        { name: 'TESTCAR_GATE_REACH_PATH', value: '/healthz' },
        { name: 'TESTCAR_GATE_REACH_URL', value: 'https://web-4f2a91.shop.svc:8443/healthz' },
        { name: 'TESTCAR_GATE_REACH_TIMEOUT_SECONDS', value: '2' },
        { name: 'TESTCAR_GATE_TERMINATION_LOG', value: '/dev/termination-log' },
      ],
    });
    expect(REACH_EXIT).toEqual({ reachable: 0, unreachable: 90, noTool: 91 });
  });

  test.each([
    ['healthz', 'https://web-4f2a91.shop.svc:8443/healthz'],
    ['', 'https://web-4f2a91.shop.svc:8443/'],
    ['/a b?q=%20\r\nX-Evil: 1', 'https://web-4f2a91.shop.svc:8443/a%20b?q=%20%0D%0AX-Evil:%201'],
    ['/caf\u00e9/\ud800', 'https://web-4f2a91.shop.svc:8443/caf%C3%A9/%EF%BF%BD'],
    ['/$(TESTCAR_GATE_REACH_HOST)$$', 'https://web-4f2a91.shop.svc:8443/$(TESTCAR_GATE_REACH_HOST)$$'],
  ])('path %j is asked for as %s', (path, url) => {
    const env = envOf(reachContainer({ ...reachInput, path }));
    expect(kubeletExpand(env['TESTCAR_GATE_REACH_URL'] ?? '', env)).toBe(url);
  });

  test('puts an IPv6 address in brackets, in the URL only', () => {
    const env = envOf(reachContainer({ ...reachInput, host: 'fd00::1' }));
    expect([env['TESTCAR_GATE_REACH_HOST'], env['TESTCAR_GATE_REACH_URL']]).toEqual([
      'fd00::1',
      'https://[fd00::1]:8443/healthz',
    ]);
  });

  test('asks for a bare connection in tcp mode, whatever the scheme', () => {
    const env = envOf(reachContainer({ ...reachInput, mode: 'tcp' }));
    expect([env['TESTCAR_GATE_REACH_MODE'], env['TESTCAR_GATE_REACH_URL']]).toEqual([
      'tcp',
      'http://web-4f2a91.shop.svc:8443/healthz',
    ]);
  });
});

test.each([
  ['courier', courier],
  ['reach', reachContainer(reachInput)],
])('the kubelet leaves the script of %s as it is', (_, container) => {
  const [, , script = ''] = container['command'] as string[];
  expect(kubeletExpand(script, envOf(container))).toBe(script);
  expect(script).not.toMatch(/[^\x20-\x7e\n]/);
});
