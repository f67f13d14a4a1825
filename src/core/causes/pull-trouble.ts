import type { Evidence } from '../model/evidence.ts';

/** Why an image did not come, read from the words of the container runtime. */
export const PULL_TROUBLES = [
  'rate-limited',
  'disk-full',
  'platform',
  'unpack',
  'signature',
  'dns',
  'tls',
  'unauthorized',
  'forbidden',
  'server-error',
  'refused',
  'not-found',
  'timeout',
  'unknown',
] as const;
export type PullTrouble = (typeof PULL_TROUBLES)[number];

/**
 * First match wins, in this order: what names one thing only comes before words that many texts share. A lookup that
 * timed out is DNS, "no match for platform in manifest: not found" is the platform, and Docker Hub's 429 also speaks of
 * authenticating. An HTTP status counts only with its name or with its label, as a bare number may be part of a tag.
 *
 * The texts are those of containerd 1.6 to 2.x, CRI-O, and the registries behind them; each has its source in the test.
 */
const PATTERNS: Readonly<Record<Exclude<PullTrouble, 'unknown'>, RegExp>> = {
  'rate-limited': /too ?many ?requests|rate limit|(?:code|status):? 429\b/i,
  'disk-full': /no space left on device|disk quota exceeded/i,
  platform:
    /no match for platform|no matching manifest|no image found in|architecture mismatch|cannot be used on this platform|not match the specified platform/i,
  unpack:
    /failed to (?:extract|register|apply) layer|apply layer error|wrong diff id|invalid tar header|unpigz|unexpected commit digest/i,
  signature: /signature validation failed|source image rejected|no signature exists/i,
  dns: /no such host|server misbehaving|name resolution|dial tcp:? lookup /i,
  tls: /\bx509: |\btls: |certificate (?:has expired|is not|signed by|is valid for)|HTTP response to HTTPS client|HTTP request to an HTTPS server|look like a TLS handshake/i,
  unauthorized:
    /\bunauthorized\b|no basic auth credentials|authentication required|authorization failed|(?:code|status):? 401\b/i,
  forbidden: /\bforbidden\b|\bdenied\b|insufficient_scope|(?:code|status):? 403\b/i,
  'server-error':
    /\b5\d\d \(?(?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Not Implemented)|(?:code|status):? 5\d\d\b/i,
  refused: /connection refused|connection reset|no route to host|network is unreachable|registry is unavailable/i,
  'not-found':
    /\bnot found\b|(?:manifest|name|blob|repository)[ _]unknown|does not exist|no such image|(?:code|status):? 404\b/i,
  timeout: /timed? ?out|deadline exceeded|awaiting headers|\bEOF\b|context canceled/i,
};

const ORDER = PULL_TROUBLES.filter((kind) => kind !== 'unknown');

/** More than any runtime says; what comes later is somebody's error page. */
const READ_CHARS = 16_384;

export function pullTrouble(evidence: Pick<Evidence, 'message' | 'image'>): PullTrouble {
  const text = withoutNames(evidence.message ?? '', evidence.image ?? '');
  return ORDER.find((kind) => PATTERNS[kind].test(text)) ?? 'unknown';
}

/** A repository, host or tag may be called "unauthorized"; only the words between the names tell what happened. */
function withoutNames(message: string, image: string): string {
  const text = message.slice(0, READ_CHARS);
  return (image === '' ? text : text.replaceAll(`"${image}"`, ' '))
    .split(/[\s"'\\]/)
    .filter((word) => word !== '' && (word.startsWith('i/o') || !word.includes('/')))
    .join(' ');
}

/** The registry in an image reference: its first part where that is a host, else Docker Hub (distribution's own rule). */
export function registryOf(image: string): string {
  const [first = '', ...path] = image.split('/');
  const isHost = path.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? first : 'docker.io';
}
