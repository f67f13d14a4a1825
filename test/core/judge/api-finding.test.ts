import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import { findingFromApiError } from '../../../src/core/judge/api-finding.ts';
import { API_ERROR_KINDS, type ApiError } from '../../../src/core/model/api-error.ts';
import { anApiError } from '../../fakes/builders.ts';

it('has a cause for every kind, at the start and later', () => {
  const causes = API_ERROR_KINDS.map((kind) => [
    kind,
    findingFromApiError(anApiError(kind), 'doing it', 'start').cause,
    findingFromApiError(anApiError(kind), 'doing it', 'running').cause,
  ]);
  expect(causes).toEqual([
    ['unreachable', 'ApiUnreachable', 'ApiUnreachable'],
    ['tls', 'ApiUnreachable', 'ApiUnreachable'],
    ['not-kubernetes', 'ApiNotKubernetes', 'ApiNotKubernetes'],
    ['credentials', 'CredentialsRejected', 'CredentialsExpired'],
    ['unauthorized', 'CredentialsRejected', 'CredentialsExpired'],
    ['forbidden', 'PermissionsMissing', 'PermissionsMissing'],
    ['not-found', 'ManifestInvalid', 'EvidenceContradicts'],
    ['already-exists', 'AdoptionRefused', 'AdoptionRefused'],
    ['conflict', 'AdoptionRefused', 'EvidenceContradicts'],
    ['invalid', 'ManifestInvalid', 'ManifestInvalid'],
    ['expired', 'ApiServerError', 'ApiServerError'],
    ['too-many-requests', 'ApiServerError', 'ApiServerError'],
    ['server-error', 'ApiServerError', 'ApiServerError'],
    ['aborted', 'Cancelled', 'Cancelled'],
  ]);
});

describe('reads the message of the server', () => {
  const forbidden =
    'jobs.batch is forbidden: User "ci" cannot create resource "jobs" in API group "batch" in the namespace "shop"';
  it.each<[string, ApiError, string]>([
    ['RBAC', anApiError('forbidden', { message: forbidden }), 'PermissionsMissing'],
    [
      'RBAC of a resource called quota',
      anApiError('forbidden', { message: 'User "ci" cannot list resource "resourcequotas" in API group ""' }),
      'PermissionsMissing',
    ],
    [
      'nobody logged in',
      anApiError('forbidden', { message: 'User "system:anonymous" cannot list resource "pods" in API group ""' }),
      'CredentialsExpired',
    ],
    [
      'quota',
      anApiError('forbidden', { message: 'pods "x" is forbidden: exceeded quota: compute' }),
      'ManifestInvalid',
    ],
    ['policy', anApiError('forbidden', { message: 'admission webhook "p" denied the request: no' }), 'ManifestInvalid'],
    ['quota alone', anApiError('forbidden', { message: 'pods "x" is forbidden: failed quota: q' }), 'ManifestInvalid'],
    ['a webhook by name', anApiError('forbidden', { message: 'admission webhook "p": no' }), 'ManifestInvalid'],
    ['a webhook without name', anApiError('forbidden', { message: 'policy denied the request' }), 'ManifestInvalid'],
    ['Pod Security', anApiError('forbidden', { message: 'violates PodSecurity "restricted"' }), 'ManifestInvalid'],
    ['a namespace that ends', anApiError('forbidden', { message: 'it is being terminated' }), 'ManifestInvalid'],
    ['namespace gone', anApiError('not-found', { message: 'namespaces "shop" not found' }), 'NamespaceMissing'],
    [
      'webhook down',
      anApiError('server-error', { message: 'Internal error occurred: failed calling webhook "w": timeout' }),
      'WebhookUnavailable',
    ],
  ])('%s', (_, error, cause) => {
    expect(findingFromApiError(error, 'creating it', 'running').cause).toBe(cause);
  });

  it('names verb, resource and namespace of a missing right', () => {
    expect(
      findingFromApiError(anApiError('forbidden', { message: forbidden }), 'creating Job testcar-1', 'running')
        .evidence,
    ).toEqual({
      object: 'namespace/shop',
      reason: 'Forbidden',
      message: forbidden,
      details: [
        { label: 'while', value: 'creating Job testcar-1' },
        { label: 'HTTP status', value: '403' },
        { label: 'missing', value: 'create jobs.batch' },
      ],
    });
  });
});

it('sends nobody to the events of an object that a dry run did not make', () => {
  const message = 'jobs.batch "x" is forbidden: exceeded quota: q, requested: count/jobs.batch=1';
  const sent = { object: 'job/testcar-1', party: 'testcar' } as const;
  const doing = 'checking Job testcar-1 by a dry run';
  const { cause, evidence } = findingFromApiError(anApiError('forbidden', { message }), doing, 'start', sent);
  expect(CAUSES[cause].headline(evidence)).toMatch(/^ResourceQuota q has no room for what job\/testcar-1 asks for/);
  const steps = CAUSES[cause].entry.remediation(evidence);
  expect(steps[0]).toMatch(/^Make room in ResourceQuota q /);
  expect(steps.at(-1)).toMatch(
    /^Nothing was made.* while checking Job testcar-1 by a dry run\. kubectl apply --dry-run/,
  );
  expect(steps.join(' ')).not.toContain('describe job/');
});

describe('a refusal of something that was sent', () => {
  const job = { object: 'job/testcar-1', party: 'testcar' } as const;
  const web = { object: 'deployment/web', party: 'sut' } as const;
  const cause = (error: ApiError, sent: typeof job | typeof web) =>
    findingFromApiError(error, 'creating it', 'running', sent).cause;

  it.each<[string, ApiError, string]>([
    [
      'quota of Jobs',
      anApiError('forbidden', {
        message: 'jobs.batch "x" is forbidden: exceeded quota: q, requested: count/jobs.batch=1',
      }),
      'QuotaExceeded',
    ],
    // A webhook chooses its status; without one it is 400 (apiserver, webhook/errors/statuserror.go).
    [
      'webhook with 400',
      anApiError('invalid', { message: 'admission webhook "w" denied the request: no' }),
      'AdmissionDenied',
    ],
    [
      'webhook with 403',
      anApiError('forbidden', { message: 'admission webhook "w" denied the request: no' }),
      'AdmissionDenied',
    ],
    [
      'webhook with 409',
      anApiError('conflict', { message: 'admission webhook "w" denied the request: no' }),
      'AdmissionDenied',
    ],
    [
      'webhook with 500',
      anApiError('server-error', { message: 'admission webhook "w" denied the request: no' }),
      'AdmissionDenied',
    ],
    [
      'ValidatingAdmissionPolicy',
      anApiError('invalid', { message: "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no" }),
      'AdmissionDenied',
    ],
  ])('%s is its party’s', (_, error, name) => {
    expect(cause(error, job)).toBe(`Testcar${name}`);
    expect(cause(error, web)).toBe(`Sut${name}`);
  });

  it('is nobody’s where the namespace goes or the webhook is down', () => {
    const going =
      'jobs.batch "x" is forbidden: unable to create new content in namespace shop because it is being terminated';
    expect(cause(anApiError('forbidden', { message: going }), job)).toBe('NamespaceTerminating');
    const down = 'Internal error occurred: failed calling webhook "w": timeout';
    expect(cause(anApiError('server-error', { message: down }), job)).toBe('WebhookUnavailable');
  });

  it('names the object and what refused it', () => {
    const message = 'admission webhook "w" denied the request: no';
    const { evidence } = findingFromApiError(anApiError('invalid', { message }), 'creating Job x', 'running', job);
    expect(evidence.object).toBe('job/testcar-1');
    expect(evidence.details?.[0]).toEqual({ label: 'refused by', value: 'admission webhook "w"' });
  });

  it('is none when the server did not answer, nor for missing rights or a wrong field', () => {
    const text = { message: 'admission webhook "w" denied the request' };
    expect(cause(anApiError('unreachable', { ...text, httpStatus: undefined }), job)).toBe('ApiUnreachable');
    const rights = 'jobs.batch is forbidden: User "ci" cannot create resource "jobs" in API group "batch"';
    expect(cause(anApiError('forbidden', { message: rights }), job)).toBe('PermissionsMissing');
    expect(cause(anApiError('invalid', { message: 'Job.batch "x" is invalid: spec' }), job)).toBe('ManifestInvalid');
  });
});
