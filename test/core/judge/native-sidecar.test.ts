import { describe, expect, it } from 'vitest';
import { COURIER_NAME } from '../../../src/core/courier/containers.ts';
import { sidecarProblem } from '../../../src/core/judge/native-sidecar.ts';
import type { JsonObject } from '../../../src/core/model/json.ts';
import type { ResultsSource } from '../../../src/core/model/results.ts';
import { anApiError } from '../../fakes/builders.ts';
import { options } from '../../gate/gate-world.ts';

const jobWith = (courier: JsonObject): JsonObject => ({
  spec: { template: { spec: { initContainers: [{ name: 'setup' }, { name: COURIER_NAME, ...courier }] } } },
});
const KEPT = { ok: true, value: jobWith({ restartPolicy: 'Always' }) } as const;
const DROPPED = { ok: true, value: jobWith({}) } as const;
const refused = (message: string) => ({ ok: false, error: { ...anApiError('invalid'), message } }) as const;
const UNKNOWN = refused(
  'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.template.spec.initContainers[0].restartPolicy"',
);

const expectedBy = (
  answer: Parameters<typeof sidecarProblem>[1],
  version: string,
  results: ResultsSource = 'courier',
) => sidecarProblem(options({ results }), answer, version)?.expected;

describe('whether the courier stays a native sidecar', () => {
  it.each([
    ['v1.27.16', UNKNOWN],
    ['v1.28.3-gke.100', DROPPED],
    ['v1.28.15+k3s1', DROPPED],
    ['1.28', DROPPED],
    ['v1.9.11', UNKNOWN],
  ])('%s has none: its version and the other options are named', (version, answer) => {
    expect(sidecarProblem(options(), answer, version)).toEqual({
      input: 'results',
      found: 'courier',
      expected: `log or exit-code: Kubernetes ${version} has no native sidecars, which the courier is; they come with 1.29`,
    });
  });

  it.each(['v1.34.4', 'v1.29.0+k3s1', 'v1.100.0', 'v2.0.0', 'vendor-7', ''])(
    '%s that does not keep the field is told without guessing why',
    (version) => {
      expect(expectedBy(DROPPED, version)).toContain(`the API server (Kubernetes ${version}) does not keep`);
    },
  );

  // 1.28 with the feature gate on works, and so does a server whose version nobody can read.
  it.each(['v1.34.4', 'v1.29.0+k3s1', 'v1.28.3-gke.100', 'vendor-7', ''])('%s that keeps it is fine', (version) => {
    expect(expectedBy(KEPT, version)).toBeUndefined();
  });

  it.each([
    ['results=log', DROPPED, 'log'],
    ['results=exit-code', UNKNOWN, 'exit-code'],
    ['another refusal', refused('unknown field "spec.template.spec.initContainers[0].imagePolicy"'), 'courier'],
    ['a field of the same name elsewhere', refused('unknown field "spec.restartPolicy"'), 'courier'],
  ] as const)('is not asked with %s', (_, answer, results) => {
    expect(expectedBy(answer, 'v1.28.0', results)).toBeUndefined();
  });
});
