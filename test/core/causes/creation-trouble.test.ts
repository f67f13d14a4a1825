import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CREATION_TROUBLES, type CreationTrouble, creationTrouble } from '../../../src/core/causes/creation-trouble.ts';

const pod = (text: string) => `Error creating: pods "web-5d4f-x7" is forbidden: ${text}`;

/** Sources: `tried` on this project's cluster (1.34), the function in kubernetes/kubernetes that writes it, or an issue. */
const TEXTS: readonly (readonly [
  source: string,
  message: string,
  kind: CreationTrouble['kind'],
  facts: Readonly<Record<string, string>>,
  never: boolean,
])[] = [
  [
    'tried; resourcequota/controller.go checkRequest',
    pod('exceeded quota: few-pods, requested: pods=1, used: pods=10, limited: pods=10'),
    'quota',
    { quota: 'few-pods', requested: 'pods=1', used: 'pods=10', limited: 'pods=10' },
    false,
  ],
  [
    'tried: a quota of nothing',
    pod('exceeded quota: few-pods, requested: pods=1, used: pods=0, limited: pods=0'),
    'quota',
    { quota: 'few-pods', requested: 'pods=1', used: 'pods=0', limited: 'pods=0' },
    true,
  ],
  [
    'more memory than the whole quota',
    pod('exceeded quota: q, requested: cpu=1,memory=2Gi, used: cpu=0,memory=0, limited: cpu=2,memory=1536Mi'),
    'quota',
    { quota: 'q', requested: 'cpu=1,memory=2Gi', used: 'cpu=0,memory=0', limited: 'cpu=2,memory=1536Mi' },
    true,
  ],
  [
    'a Job that the quota counts',
    'jobs.batch "testcar-1" is forbidden: exceeded quota: q, requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5',
    'quota',
    { quota: 'q', requested: 'count/jobs.batch=1', used: 'count/jobs.batch=5', limited: 'count/jobs.batch=5' },
    false,
  ],
  [
    'quota/v1/evaluator/core/pods.go Constraints',
    pod('failed quota: compute: must specify limits.cpu for: web; limits.memory for: web'),
    'quota',
    { quota: 'compute', 'must specify': 'limits.cpu for: web; limits.memory for: web' },
    true,
  ],
  ['resourcequota/controller.go', pod('insufficient quota to consume: pods'), 'quota', {}, false],
  [
    'resourcequota/controller.go: not counted yet',
    pod('status unknown for quota: few-pods, resources: pods'),
    'unknown',
    {},
    false,
  ],
  [
    'webhook/errors/statuserror.go ToStatusErr',
    'Error creating: admission webhook "validate.kyverno.svc-fail" denied the request: policy Pod/shop/web- for resource violation',
    'denied',
    { 'refused by': 'admission webhook "validate.kyverno.svc-fail"' },
    false,
  ],
  [
    'the same without explanation',
    'admission webhook "w.example" denied the request without explanation',
    'denied',
    { 'refused by': 'admission webhook "w.example"' },
    false,
  ],
  [
    'policy/validating/dispatcher.go',
    pod("ValidatingAdmissionPolicy 'no-latest' with binding 'shop' denied request: use a fixed tag"),
    'denied',
    { 'refused by': 'ValidatingAdmissionPolicy "no-latest" (binding "shop")' },
    false,
  ],
  [
    'policy/validating/dispatcher.go without a binding',
    pod("ValidatingAdmissionPolicy 'no-latest' denied request: use a fixed tag"),
    'denied',
    { 'refused by': 'ValidatingAdmissionPolicy "no-latest"' },
    false,
  ],
  [
    'policy/generic/policy_dispatcher.go (MutatingAdmissionPolicy)',
    pod("policy 'sidecar' with binding 'shop' denied request: no such parameter"),
    'denied',
    { 'refused by': 'policy "sidecar" (binding "shop")' },
    false,
  ],
  [
    'limitranger/admission.go maxConstraint; harn3ss/open-infra#9',
    pod('maximum memory usage per Container is 4Gi, but limit is 8Gi'),
    'denied',
    { 'refused by': 'a LimitRange of the namespace' },
    false,
  ],
  [
    'limitranger/admission.go minConstraint',
    pod('minimum cpu usage per Pod is 100m.  No request is specified'),
    'denied',
    { 'refused by': 'a LimitRange of the namespace' },
    false,
  ],
  [
    'limitranger/admission.go limitRequestRatioConstraint',
    pod('cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000'),
    'denied',
    { 'refused by': 'a LimitRange of the namespace' },
    false,
  ],
  [
    'pod-security-admission admission.go; odo#6847',
    pod('violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "web" must set it)'),
    'pod-security',
    { 'Pod Security level': 'restricted:latest' },
    false,
  ],
  [
    'OpenShift',
    pod('unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable]'),
    'pod-security',
    {},
    false,
  ],
  [
    'tried; serviceaccount/admission.go',
    pod('error looking up service account shop/web: serviceaccount "web" not found'),
    'service-account',
    { 'service account': 'web' },
    false,
  ],
  [
    'the same while etcd is busy',
    pod('error looking up service account shop/web: etcdserver: request timed out'),
    'unknown',
    {},
    false,
  ],
  [
    'namespace/lifecycle/admission.go',
    pod('unable to create new content in namespace shop because it is being terminated'),
    'namespace-terminating',
    {},
    true,
  ],
  [
    'kubernetes#102013',
    'Internal error occurred: failed calling webhook "w.example": failed to call webhook: Post "https://w.ops.svc:443/x?timeout=10s": context deadline exceeded',
    'webhook-down',
    { 'refused by': 'admission webhook "w.example"' },
    false,
  ],
  ['a conflict', 'Operation cannot be fulfilled on pods "x": the object has been modified', 'unknown', {}, false],
  ['nothing', '', 'unknown', {}, false],
];

it.each(TEXTS)('%s', (_, message, kind, facts, never) => {
  expect(creationTrouble(message)).toEqual({
    kind,
    never,
    facts: Object.entries(facts).map(([label, value]) => ({ label, value })),
  });
});

it('has a text for every trouble', () => {
  expect(new Set(TEXTS.map(([, , kind]) => kind))).toEqual(new Set(CREATION_TROUBLES));
});

describe("the API server's own words come first", () => {
  it.each([
    ['admission webhook "w" denied the request: exceeded quota: q', 'denied'],
    ['admission webhook "w" denied the request: failed calling webhook "x": timeout', 'denied'],
    ['failed calling webhook "w": admission webhook "x" denied the request', 'webhook-down'],
    [pod('ValidatingAdmissionPolicy \'p\' denied request: violates PodSecurity "restricted"'), 'denied'],
  ])('%s', (message, kind) => {
    expect(creationTrouble(message).kind).toBe(kind);
  });
});

it('takes any text for exactly one trouble, with short facts', () => {
  const pieces = fc.constantFrom(
    ...TEXTS.flatMap(([, message]) => message.split(/(?<= )/)),
    '\u0000',
    '"',
    "'",
    '=',
    ',',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (message) => {
      const { kind, facts } = creationTrouble(message);
      expect(CREATION_TROUBLES).toContain(kind);
      for (const { value } of facts) expect(value.length).toBeLessThanOrEqual(1_000);
    }),
  );
});

/** A pattern that looks back and forth would need hours for the long ones; the test's own limit catches that. */
it.each([
  'exceeded quota: a, requested: b, used: ',
  'failed quota: a: must specify ',
  'minimum a',
  'maximum ',
  "policy 'a' with binding ",
  'admission webhook "',
  'error looking up service account a/b: ',
  'unable to create new content in namespace ',
  '"',
  'a',
])('reads a megabyte of %s', (piece) => {
  expect(CREATION_TROUBLES).toContain(creationTrouble(piece.repeat(1_000_000 / piece.length)).kind);
});
