import { parseQuantity } from '../model/quantity.ts';
import { FACT } from './wording.ts';

export const CREATION_TROUBLES = [
  'webhook-down',
  'namespace-terminating',
  'quota',
  'denied',
  'pod-security',
  'service-account',
  'unknown',
] as const;

/** Why the API server did not let an object in, with the names that its text gives. */
export type CreationTrouble = {
  kind: (typeof CREATION_TROUBLES)[number];
  facts: readonly { label: string; value: string }[];
  /** It asks for more than there will ever be, or leaves out what it has to say: no waiting changes that. */
  never: boolean;
};

type Reader = {
  pattern: RegExp;
  read(
    found: RegExpExecArray,
  ): Omit<CreationTrouble, 'facts'> & { facts: readonly (readonly [string, string | undefined])[] };
};

const NAME = String.raw`[^\s"',:]{1,253}`;

/** Texts of Kubernetes 1.25 to 1.34 and OpenShift; the test has a source for each. Bounded, as a message is hostile. */
const READERS: readonly Reader[] = [
  {
    pattern: /failed calling webhook (?:"([^"]{1,253})")?/,
    read: ([, name]) => ({ kind: 'webhook-down', never: false, facts: [[FACT.refusedBy, webhook(name)]] }),
  },
  {
    pattern: /unable to create new content in namespace \S{1,253} because it is being terminated/,
    read: () => ({ kind: 'namespace-terminating', never: true, facts: [] }),
  },
  {
    pattern: new RegExp(
      String.raw`exceeded quota: (${NAME})(?:, requested: (\S{1,1000}), used: (\S{1,1000}), limited: (\S{1,1000}))?`,
    ),
    read: ([, name, requested = '', used, limited = '']) => ({
      kind: 'quota',
      never: exceedsAlone(requested, limited),
      facts: [
        [FACT.quota, name],
        [FACT.requested, requested],
        [FACT.used, used],
        [FACT.limited, limited],
      ],
    }),
  },
  {
    pattern: new RegExp(String.raw`failed quota: (${NAME}): must specify ([^\n]{1,1000})`),
    read: ([, name, fields]) => ({
      kind: 'quota',
      never: true,
      facts: [
        [FACT.quota, name],
        [FACT.mustSpecify, fields],
      ],
    }),
  },
  { pattern: /insufficient quota to (?:consume|match)/, read: () => ({ kind: 'quota', never: false, facts: [] }) },
  {
    pattern: /admission webhook "([^"]{1,253})" denied the request/,
    read: ([, name]) => ({ kind: 'denied', never: false, facts: [[FACT.refusedBy, webhook(name)]] }),
  },
  {
    pattern:
      /(ValidatingAdmissionPolicy|policy) ['"]([^'"]{1,253})['"](?: with binding '([^']{1,253})')? denied request/,
    read: ([, kind, name, binding]) => ({
      kind: 'denied',
      never: false,
      facts: [[FACT.refusedBy, `${kind} "${name}"${binding === undefined ? '' : ` (binding "${binding}")`}`]],
    }),
  },
  {
    pattern: /(?:minimum|maximum) \S{1,253} usage per (?:Container|Pod) is |max limit to request ratio per /,
    read: () => ({ kind: 'denied', never: false, facts: [[FACT.refusedBy, 'a LimitRange of the namespace']] }),
  },
  {
    pattern: /violates PodSecurity "([^"]{1,253})"/,
    read: ([, level]) => ({ kind: 'pod-security', never: false, facts: [[FACT.podSecurity, level]] }),
  },
  {
    pattern: /unable to validate against any (?:security context constraint|pod security policy)/,
    read: () => ({ kind: 'pod-security', never: false, facts: [] }),
  },
  {
    pattern: new RegExp(String.raw`error looking up service account ${NAME}: serviceaccount "([^"]{1,253})" not found`),
    read: ([, name]) => ({ kind: 'service-account', never: false, facts: [[FACT.serviceAccount, name]] }),
  },
];

/** More than an API server says of one refusal. */
const READ_CHARS = 16_384;

/**
 * The text that begins first counts: the API server's own words come before those of a webhook or policy, which may
 * quote anything.
 */
export function creationTrouble(message: string): CreationTrouble {
  const text = message.slice(0, READ_CHARS);
  const [first] = READERS.map(({ pattern, read }) => ({ found: pattern.exec(text), read }))
    .flatMap(({ found, read }) => (found === null ? [] : [{ at: found.index, trouble: read(found) }]))
    .sort((one, other) => one.at - other.at);
  if (first === undefined) return { kind: 'unknown', facts: [], never: false };
  const facts = first.trouble.facts.flatMap(([label, value = '']) => (value === '' ? [] : [{ label, value }]));
  return { ...first.trouble, facts };
}

function webhook(name: string | undefined): string {
  return name === undefined ? 'an admission webhook' : `admission webhook "${name}"`;
}

/** `requested: pods=1` of `limited: pods=0` never fits, however much is given back. */
function exceedsAlone(requested: string, limited: string): boolean {
  const limits = new Map(pairs(limited));
  return pairs(requested).some(([resource, asked]) => {
    const limit = limits.get(resource);
    return asked !== undefined && limit !== undefined && asked > limit;
  });
}

function pairs(list: string): readonly (readonly [string, number | undefined])[] {
  return list.split(',').map((pair) => {
    const [resource = '', quantity = ''] = pair.split('=');
    return [resource, parseQuantity(quantity)];
  });
}
