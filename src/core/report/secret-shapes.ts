/**
 * Texts that are secrets by their shape, whoever wrote them. Each pattern keeps the words around the value: a
 * redacted message must still say what went wrong.
 */
export type SecretShape = {
  kind: 'jwt' | 'authorization' | 'assignment' | 'sas' | 'url-password' | 'aws' | 'github' | 'azure' | 'other-token';
  /** Global. Bounded and without nested repetition: hostile lines may be long. */
  pattern: RegExp;
  /** The first group is shown, the rest of the match is replaced. */
  keepsFirstGroup: boolean;
};

/** Cheap test before the table: no shape can match a line without one of these. */
export const SHAPE_HINT =
  /eyJ|bearer\s|authorization|(?:passw(?:or)?d|passphrase|pwd|secret|token|key)\\?["']?\s{0,2}[=:]|sig=|:\/\/|AKIA|ASIA|gh[opsur]_|github_pat_|8Q~|AZDO|xox|glpat-|npm_|AIza|==/i;

const NAMES =
  'password|passwd|passphrase|pwd|secret|client[_-]?secret|account[_-]?key|shared[_-]?access[_-]?key|access[_-]?key|' +
  'secret[_-]?access[_-]?key|api[_-]?key|private[_-]?key|access[_-]?token|refresh[_-]?token|auth[_-]?token|token';

export const SHAPES: readonly SecretShape[] = [
  {
    kind: 'jwt',
    pattern: /(?<![\w-])eyJ[\w-]{8,8000}\.[\w-]{4,8000}(?:\.[\w-]{0,8000}){0,3}/g,
    keepsFirstGroup: false,
  },
  {
    kind: 'authorization',
    pattern:
      /(\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:Bearer|Basic|Token|Digest|Negotiate|ApiKey)\s{1,4})?)[^\s"',;]{1,8000}/gi,
    keepsFirstGroup: true,
  },
  { kind: 'authorization', pattern: /(\bBearer\s{1,4})[\w.~+/=-]{16,8000}/gi, keepsFirstGroup: true },
  // Assignment with `=`, as in connection strings, environment and command lines: quoted or up to a separator.
  {
    kind: 'assignment',
    pattern: new RegExp(
      String.raw`((?:${NAMES})["']?\s{0,2}=\s{0,2})(?:"[^"]{1,8000}"|'[^']{1,8000}'|[^\s"'&;,]{1,8000})`,
      'gi',
    ),
    keepsFirstGroup: true,
  },
  // JSON and YAML, where only a quoted value counts: "password: authentication failed" is a message.
  {
    kind: 'assignment',
    pattern: new RegExp(String.raw`((?:${NAMES})\\?["']?\s{0,2}:\s{0,2}\\?)(?:"[^"]{1,8000}"|'[^']{1,8000}')`, 'gi'),
    keepsFirstGroup: true,
  },
  { kind: 'sas', pattern: /([?&;\s]sig=)[\w%+/=.~-]{10,2000}/gi, keepsFirstGroup: true },
  {
    kind: 'url-password',
    pattern: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,512}(?=@)/gi,
    keepsFirstGroup: true,
  },
  { kind: 'aws', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, keepsFirstGroup: false },
  { kind: 'github', pattern: /\b(?:gh[opsur]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})/g, keepsFirstGroup: false },
  // Storage and Service Bus keys (64 or 32 bytes in base64), Entra client secrets, Azure DevOps tokens.
  { kind: 'azure', pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g, keepsFirstGroup: false },
  { kind: 'azure', pattern: /(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{34}(?![\w~.-])/g, keepsFirstGroup: false },
  {
    kind: 'azure',
    pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/g,
    keepsFirstGroup: false,
  },
  {
    kind: 'other-token',
    pattern: /\b(?:xox[abeprs]-[\w-]{10,255}|glpat-[\w-]{20,255}|npm_[A-Za-z0-9]{36}|AIza[\w-]{35})/g,
    keepsFirstGroup: false,
  },
];
