import type { ShapeKind } from './secret-shapes.ts';

/** What was replaced: a value that the gate knows, a key over several lines, or a shape. */
export type RedactionKind = 'known' | 'kubernetes-secret' | 'private-key' | ShapeKind;

/** How many different values of each kind were replaced. */
export type Redactions = Readonly<Partial<Record<RedactionKind, number>>>;

/** In the order in which a person should rotate them: what opens most first. */
const WORDS: Readonly<Record<RedactionKind, readonly [one: string, many: string]>> = {
  'private-key': ['private key', 'private keys'],
  kubeconfig: ['kubeconfig key', 'kubeconfig keys'],
  known: ['credential of the gate', 'credentials of the gate'],
  jwt: ['bearer token (JWT)', 'bearer tokens (JWT)'],
  authorization: ['authorization header', 'authorization headers'],
  'kubernetes-secret': ['value of a Kubernetes Secret', 'values of Kubernetes Secrets'],
  'registry-login': ['registry login', 'registry logins'],
  aws: ['AWS key', 'AWS keys'],
  azure: ['Azure key', 'Azure keys'],
  google: ['Google key', 'Google keys'],
  'connection-string': ['key of a connection string', 'keys of connection strings'],
  sas: ['shared access signature', 'shared access signatures'],
  github: ['GitHub token', 'GitHub tokens'],
  gitlab: ['GitLab token', 'GitLab tokens'],
  'package-registry': ['package registry token', 'package registry tokens'],
  slack: ['Slack token', 'Slack tokens'],
  'url-password': ['password in a URL', 'passwords in URLs'],
  assignment: ['password or token in an assignment', 'passwords or tokens in assignments'],
  'other-token': ['token', 'tokens'],
};

/** `2 bearer tokens (JWT), 1 private key`; empty when nothing was replaced. */
export function redactionsInWords(redactions: Redactions): string {
  return Object.entries(WORDS)
    .flatMap(([kind, [one, many]]) => {
      const count = new Map<string, number>(Object.entries(redactions)).get(kind) ?? 0;
      return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
    })
    .join(', ');
}
