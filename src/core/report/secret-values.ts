/** Which texts of a Kubernetes Secret must not be shown, and which would only make a log unreadable. Pure. */
import { type JsonObject, isObject, listAt, stringAt, stringMapAt } from '../model/json.ts';
import { base64Bytes, utf8Text } from './base64-text.ts';
import { MIN_SECRET_CHARS, isPlainWord } from './plain-words.ts';

/** One value of a Secret: all its texts count as one when something of it was replaced. */
export type SecretValue = {
  of: string;
  texts: readonly string[];
  /** Too large to be looked for: only its beginning is among the texts. */
  isCut: boolean;
};

/** In characters as it is stored. Credentials are smaller; bundles of certificates and keystores are larger, and slow. */
const MAX_VALUE_CHARS = 64 * 1024;

/** A longer line is looked for in pieces, so that a log that shows only a part of it does not show that. */
const PIECE_CHARS = 1_024;
/** `base64` breaks its lines after 76 characters (RFC 2045), `openssl base64` after 64 (RFC 1421). */
const BASE64_LINE_CHARS = [76, 64];
/** Objects in objects: a document that goes deeper is not somebody's credentials. */
const MAX_DEPTH = 8;

const PUBLIC_PEM =
  /-----BEGIN ((?:[A-Z0-9]+ )*(?:CERTIFICATE|CERTIFICATE REQUEST|PUBLIC KEY|X509 CRL))-----[^-]*-----END \1-----/g;
const ASSIGNMENT = /^\s*(?:export\s+|-\s+)?["']?[\w.\-/]+(?:["']?\s*=|["']\s*:|:\s)\s*([^=].*)$/;
const SECTION = /^\s*(?:\[[^\]]*\]|["']?[\w.\-/ ]+["']?\s*:|[[\]{}(),;]*)\s*$/;
const URL_PASSWORD = /:\/\/[^\s/:@]*:([^\s/@]+)@/;
const SECRET_NAME = /pass|pwd|secret|token|key|credential/i;

/** What Kubernetes itself calls public in these types (core/v1 SecretType). */
const PUBLIC_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/service-account-token': ['namespace', 'ca.crt'],
  'kubernetes.io/tls': ['tls.crt', 'ca.crt'],
};
const LOGINS = ['.dockerconfigjson', '.dockercfg'];
const LOGIN_FIELDS = ['password', 'auth', 'identitytoken', 'registrytoken'];

/**
 * Values of `data` and `stringData`, from a manifest or from the API server. `shown` are names that the run itself has
 * to say, such as that of the Deployment: a user name that is the same stays.
 */
export function secretValues(secret: JsonObject, shown: ReadonlySet<string>): readonly SecretValue[] {
  const name = stringAt(secret, 'metadata', 'name') ?? '';
  const isPublic = PUBLIC_KEYS[stringAt(secret, 'type') ?? ''] ?? [];
  const values: SecretValue[] = [];
  const add = (key: string, text: string | undefined, encoded: string | undefined, isCut: boolean): void => {
    if (isPublic.includes(key)) return;
    const worthHiding = (part: string): boolean => !isPlainWord(part) && !shown.has(part);
    const plain = text === undefined ? [] : LOGINS.includes(key) ? loginTexts(text) : plainTexts(text, 0);
    const texts = [
      ...plain.flatMap((part) => piecesOf(part.trim())),
      ...encodedLines(encoded, text === undefined ? 'binary' : plain.length > 0 ? 'text' : 'public'),
    ];
    values.push({ of: `${name}/${key}`, texts: [...new Set(texts)].filter(worthHiding), isCut });
  };
  for (const [key, whole] of Object.entries(stringMapAt(secret, 'data'))) {
    const encoded = whole.slice(0, MAX_VALUE_CHARS).replace(/\s/g, '');
    const bytes = base64Bytes(encoded);
    add(key, bytes === undefined ? undefined : utf8Text(bytes), encoded, whole.length > MAX_VALUE_CHARS);
  }
  for (const [key, text] of Object.entries(stringMapAt(secret, 'stringData')))
    add(key, text.slice(0, MAX_VALUE_CHARS), undefined, text.length > MAX_VALUE_CHARS);
  return values.filter(({ texts }) => texts.length > 0);
}

/** A value, the lines of a text, what is assigned in a file of settings, the strings of a JSON document. */
function plainTexts(text: string, depth: number): readonly string[] {
  const json = depth < MAX_DEPTH ? parsedJson(text) : undefined;
  if (json !== undefined) return stringsIn(json, depth);
  const lines = text.replace(PUBLIC_PEM, '').split(/\r\n|\n|\r/);
  const filled = lines.filter((line) => line.trim() !== '');
  if (filled.length === 1) return filled.flatMap((line) => [line, ...partsOf(line)]);
  return filled.flatMap((line) => {
    if (SECTION.test(line)) return [];
    const assigned = ASSIGNMENT.exec(line)?.[1];
    if (assigned === undefined) return [line];
    const value = unquoted(assigned);
    return [value, unquoted(value.replace(/\s#.*$/, '')), ...partsOf(value)];
  });
}

/** What a driver takes out of a URL or connection string and then prints by itself. */
function partsOf(line: string): readonly string[] {
  const parts: string[] = [];
  const password = URL_PASSWORD.exec(line)?.[1];
  if (password !== undefined) parts.push(password, percentDecoded(password));
  for (const field of line.split(/[;&\s]/)) {
    const equals = field.indexOf('=');
    if (equals > 0 && SECRET_NAME.test(field.slice(0, equals))) parts.push(unquoted(field.slice(equals + 1)));
  }
  return parts;
}

function stringsIn(json: unknown, depth: number): readonly string[] {
  if (typeof json === 'string') return plainTexts(json, depth + 1);
  if (Array.isArray(json))
    return depth > MAX_DEPTH ? [] : listAt({ json }, 'json').flatMap((item) => stringsIn(item, depth + 1));
  if (!isObject(json) || depth > MAX_DEPTH) return [];
  return Object.values(json).flatMap((item) => stringsIn(item, depth + 1));
}

/** Of a registry login the passwords; names of registries and users are needed to understand why a pull failed. */
function loginTexts(text: string): readonly string[] {
  const found: string[] = [];
  const look = (json: unknown, depth: number): void => {
    if (!isObject(json) || depth > MAX_DEPTH) return;
    for (const [field, value] of Object.entries(json)) {
      if (typeof value !== 'string') look(value, depth + 1);
      else if (LOGIN_FIELDS.includes(field)) {
        found.push(value);
        if (field === 'auth') found.push(passwordOfAuth(value));
      }
    }
  };
  look(parsedJson(text), 0);
  return found.length > 0 ? found : plainTexts(text, MAX_DEPTH);
}

function passwordOfAuth(auth: string): string {
  const bytes = base64Bytes(auth);
  const login = bytes === undefined ? '' : (utf8Text(bytes) ?? '');
  return login.slice(login.indexOf(':') + 1);
}

/** What is no text is known by its base64 only; a long text is broken into lines by the programs that encode it. */
function encodedLines(encoded: string | undefined, content: 'binary' | 'text' | 'public'): readonly string[] {
  if (encoded === undefined || content === 'public') return [];
  const isText = content === 'text';
  const [least = 0] = BASE64_LINE_CHARS;
  if (encoded.length <= least) return isText ? [] : [encoded];
  const broken = BASE64_LINE_CHARS.flatMap((chars) => cutEvery(encoded, chars));
  return isText ? broken : [...piecesOf(encoded), ...broken];
}

function piecesOf(text: string): readonly string[] {
  return text.length <= PIECE_CHARS ? [text] : cutEvery(text, PIECE_CHARS);
}

function cutEvery(text: string, chars: number): readonly string[] {
  const count = Math.ceil(text.length / chars);
  return Array.from({ length: count }, (_, i) => text.slice(i * chars, (i + 1) * chars)).filter(
    (piece) => piece.length >= MIN_SECRET_CHARS,
  );
}

function unquoted(text: string): string {
  const value = text.trim().replace(/[,;]$/, '').trim();
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}

function parsedJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
