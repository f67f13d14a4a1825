import { describe, expect, it } from 'vitest';
import { findingFromApiError } from '../../../src/core/judge/api-finding.ts';
import { API_ERROR_KINDS, type ApiError } from '../../../src/core/model/seen.ts';
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
      'quota',
      anApiError('forbidden', { message: 'pods "x" is forbidden: exceeded quota: compute' }),
      'ManifestInvalid',
    ],
    ['policy', anApiError('forbidden', { message: 'admission webhook "p" denied the request: no' }), 'ManifestInvalid'],
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
