import { type Finder, finderOf, mayHold } from './suspects.ts';

/**
 * Texts that are secrets by their shape, whoever wrote them. Each pattern keeps the words around the value: a
 * redacted message must still say what went wrong.
 */
export type SecretShape = {
  kind: ShapeKind;
  /** Global. Bounded and without nested repetition: hostile lines may be long. */
  pattern: RegExp;
  /** The first group is shown, the rest of the match is replaced. */
  keepsFirstGroup: boolean;
};

export type ShapeKind =
  | 'jwt'
  | 'authorization'
  | 'assignment'
  | 'connection-string'
  | 'sas'
  | 'url-password'
  | 'registry-login'
  | 'kubeconfig'
  | 'aws'
  | 'azure'
  | 'google'
  | 'github'
  | 'gitlab'
  | 'package-registry'
  | 'slack'
  | 'other-token';

/**
 * Cheap test before the table: no shape can match a line in which none of these is found. Each is fast because its
 * alternatives are of one kind; together in one pattern they take four times as long.
 */
export const SHAPE_HINTS: readonly Finder[] = [
  /eyJ|ewog|AKIA|ASIA|gh[opsur]_|github_pat_|8Q~|AZDO|xox|xapp-|gl[a-z]{2,5}-|npm_|pypi-|AIza|ya29\.|GOCSPX-|dckr_|hvs\.|sk_live_|SG\./g,
  /(?:bearer|basic|docker)\s|authorization|auth\\?["']?\s{0,2}[=:]|(?:passw(?:or)?d|passphrase|pwd|secret|token|key|key-data)\\?["']?\s{0,2}[=:\s]|signature\s{0,2}=|hooks\.slack/gi,
  /sig=|:\/\/|==/gi,
].map(finderOf);

export function mayHoldShape(text: string): boolean {
  return mayHold(text, SHAPE_HINTS);
}

const CONNECTION_NAMES = 'account[_-]?key|shared[_-]?access[_-]?key|shared[_-]?access[_-]?signature';
export const SECRET_NAMES =
  'password|passwd|passphrase|pwd|secret|client[_-]?secret|access[_-]?key|secret[_-]?access[_-]?key|api[_-]?key|' +
  'private[_-]?key|access[_-]?token|refresh[_-]?token|auth[_-]?token|token';

const kept = (kind: ShapeKind, pattern: RegExp): SecretShape => ({ kind, pattern, keepsFirstGroup: true });
const whole = (kind: ShapeKind, pattern: RegExp): SecretShape => ({ kind, pattern, keepsFirstGroup: false });

/** In this order: what says most about the secret first, because a text is replaced once. */
export const SHAPES: readonly SecretShape[] = [
  // The base64 of `{"auths":`, as in a Secret of type kubernetes.io/dockerconfigjson, then what stands inside of it.
  whole('registry-login', /(?<![\w+/])(?:eyJhdXRocyI6|ewogICJhdXRocyI6|ewogICAgImF1dGhzIj)[\w+/=]{8,8000}/g),
  kept('registry-login', /(\\?["']?_?auth\\?["']?\s{0,2}[:=]\s{0,2}\\?["']?)(?!\*)[A-Za-z0-9+/]{8,8000}={0,2}/g),
  kept('registry-login', /(\bdocker\s{1,4}login\b[^\n]{0,200}?\s(?:-p|--password)[\s=]{1,4})[^\s*]\S{0,500}/g),
  whole('jwt', /(?<![\w-])eyJ[\w-]{8,8000}\.[\w-]{4,8000}(?:\.[\w-]{0,8000}){0,3}/g),
  kept(
    'authorization',
    /(\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:Bearer|Basic|Token|Digest|Negotiate|ApiKey)\s{1,4})?)[^\s"',;]{1,8000}/gi,
  ),
  kept('authorization', /(\bBearer\s{1,4})[\w.~+/=-]{16,8000}/gi),
  // `Basic authentication` is a message; credentials in base64 have a digit or padding.
  kept('authorization', /(\bBasic\s{1,4})(?=[A-Za-z+/]{0,200}(?:\d|={1,2}(?![\w=])))[A-Za-z0-9+/]{8,8000}={0,2}/g),
  kept('connection-string', new RegExp(String.raw`((?:${CONNECTION_NAMES})\s{0,2}=\s{0,2})[^\s"'&;,]{1,8000}`, 'gi')),
  // In kubeconfig files these stand bare. A certificate is public, its key is not.
  kept('kubeconfig', /(\bclient-key-data\\?["']?\s{0,2}[:=]\s{0,2}\\?["']?)[A-Za-z0-9+/]{8,16000}={0,2}/g),
  // Assignment with `=`, as in connection strings, environment and command lines: quoted or up to a separator.
  kept(
    'assignment',
    new RegExp(
      String.raw`((?:${SECRET_NAMES})["']?\s{0,2}=\s{0,2})(?:"[^"]{1,8000}"|'[^']{1,8000}'|[^\s"'&;,]{1,8000})`,
      'gi',
    ),
  ),
  // JSON and YAML, where only a quoted value counts: "password: authentication failed" is a message.
  kept(
    'assignment',
    new RegExp(String.raw`((?:${SECRET_NAMES})\\?["']?\s{0,2}:\s{0,2}\\?)(?:"[^"]{1,8000}"|'[^']{1,8000}')`, 'gi'),
  ),
  // Bare in YAML: only what is no word, as it is long and has both letters and digits.
  kept(
    'assignment',
    new RegExp(
      String.raw`(\b(?:${SECRET_NAMES}):\s{1,2})(?=[A-Za-z+/=_.~-]{0,200}\d)(?=[\d+/=_.~-]{0,200}[A-Za-z])[\w+/=.~-]{20,8000}(?![^\s"',}])`,
      'gi',
    ),
  ),
  kept('assignment', new RegExp(String.raw`(\s--(?:${SECRET_NAMES})\s{1,2})[^\s-][^\s]{5,2000}`, 'gi')),
  kept('sas', /([?&;\s]sig=)[\w%+/=.~-]{10,2000}/gi),
  kept('url-password', /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,512}(?=@)/gi),
  whole('aws', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g),
  whole('github', /\b(?:gh[opsur]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})/g),
  whole('gitlab', /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas)-[\w-]{20,255}/g),
  whole('package-registry', /\b(?:npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,500}|dckr_pat_[\w-]{20,100})/g),
  whole('slack', /\b(?:xox[abeoprs]-[\w-]{10,255}|xapp-[\w-]{10,255})/g),
  kept('slack', /(hooks\.slack\.com\/(?:services|workflows)\/)[\w/]{20,255}/g),
  whole('google', /\b(?:AIza[\w-]{35}|ya29\.[\w-]{20,2000}|GOCSPX-[\w-]{20,64})/g),
  // Storage and Service Bus keys (64 or 32 bytes in base64), Entra client secrets, Azure DevOps tokens.
  whole('azure', /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g),
  whole('azure', /(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{34}(?![\w~.-])/g),
  whole('azure', /(?<![A-Za-z0-9])[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/g),
  whole('other-token', /\b(?:hvs\.[\w-]{20,255}|sk_live_[A-Za-z0-9]{20,255}|SG\.[\w-]{16,32}\.[\w-]{30,64})/g),
];
