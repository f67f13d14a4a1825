import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/model/json.ts';
import { base64Bytes, utf8Text } from '../../../src/core/report/base64-text.ts';
import { isPlainWord } from '../../../src/core/report/plain-words.ts';
import { makeRedactor } from '../../../src/core/report/redact.ts';
import { secretValues } from '../../../src/core/report/secret-values.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const NO_NAMES: ReadonlySet<string> = new Set();

function secret(data: Readonly<Record<string, string>>, more: JsonObject = {}): JsonObject {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: encoded, ...more };
}

function texts(object: JsonObject, shown = NO_NAMES): readonly string[] {
  return secretValues(object, shown).flatMap((value) => value.texts);
}

/** What a person would read of `line`, when the gate knows the values of the Secret. */
function shown(object: JsonObject, line: string, names = NO_NAMES): string {
  const redactor = makeRedactor([]);
  for (const value of secretValues(object, names))
    for (const text of value.texts) redactor.add(text, 'kubernetes-secret', value.of);
  return redactor.text(line);
}

describe('what is hidden', () => {
  test('data is decoded, stringData is not', () => {
    const object = secret({ password: 'hunter22' }, { stringData: { pin: 'aHVudGVyMjM=' } });
    expect(secretValues(object, NO_NAMES)).toEqual([
      { of: 'db/password', texts: ['hunter22'], isCut: false },
      { of: 'db/pin', texts: ['aHVudGVyMjM='], isCut: false },
    ]);
  });

  test.each([
    ['plain', 'p<a>ss&"wörd\' 7', (value: string) => value],
    ['base64', 'p<a>ss&"wörd\' 7', base64],
    ['base64 in a longer text', 'p<a>ss&"wörd\' 7', (value: string) => base64(`user:${value}`)],
    ['JSON', 'p<a>ss&"wörd\' 7', (value: string) => JSON.stringify(value)],
    ['JSON as Go writes it', 'p<a>ss&"word', () => 'p\\u003ca\\u003ess\\u0026\\"word'],
    ['XML', 'p<a>ss&"wörd', () => 'p&lt;a&gt;ss&amp;&quot;wörd'],
    ['percent encoding', 'p<a>ss wörd!7', encodeURIComponent],
    [
      'percent encoding of a form',
      'p a>ss !7',
      (value: string) => new URLSearchParams([['', value]]).toString().slice(1),
    ],
    ['percent encoding in small letters', 'p/a+ss:7', () => 'p%2fa%2bss%3a7'],
  ])('as %s', (_, value, written) => {
    const line = shown(secret({ password: value }), `before ${written(value)} after`);
    expect(line).toContain('***');
    expect(line).toMatch(/^before .{0,12}\*\*\*.{0,4} after$/);
    expect(line).not.toContain(written(value));
  });

  test('each line of a key, without its frame, and its base64 as programs break it', () => {
    const lines = Array.from({ length: 4 }, (_, i) => `${i}aZ9${'bC8+'.repeat(10)}`);
    const pem = ['-----BEGIN EC PRIVATE KEY-----', ...lines, '-----END EC PRIVATE KEY-----', ''].join('\n');
    const object = secret({ key: pem });
    for (const line of lines) expect(shown(object, `x ${line}`)).toBe('x ***');
    for (const chars of [76, 64]) {
      const broken = base64(pem).match(new RegExp(`.{1,${chars}}`, 'g')) ?? [];
      for (const line of broken) expect(shown(object, line)).toBe('***');
    }
  });

  test.each([
    ['.env', 'HOST=db\nPASSWORD=hunter22\nexport OTHER="with space 7"'],
    ['YAML', 'server:\n  port: 8080\n  password: hunter22 # of last year\n  other: "with space 7"'],
    ['JSON', '{"server": {"port": 8080, "password": "hunter22", "list": ["with space 7"]}}'],
    ['JSON that is none', '{\n  // why\n  "password": "hunter22",\n  "other": "with space 7",\n}'],
  ])('what is assigned in a file of settings: %s', (_, file) => {
    const object = secret({ settings: file });
    expect(shown(object, 'login with hunter22; with space 7')).toBe('login with ***; ***');
    expect(shown(object, 'server: listening on port 8080')).toBe('server: listening on port 8080');
  });

  test.each([
    ['a URL', 'postgres://shop:hunter%2F22@db:5432/shop', 'hunter/22 hunter%2F22', '*** ***'],
    ['a connection string', 'Server=db;User=shop;Password=hunter22;Port=1', 'is hunter22', 'is ***'],
    ['a variable', 'DB_PASSWORD=hunter22', 'is hunter22', 'is ***'],
  ])('the password inside %s', (_, value, line, expected) => {
    expect(shown(secret({ url: value }), line)).toBe(expected);
  });

  test('of a registry login the passwords, not registry and user', () => {
    const auths = {
      'registry.example:5000': { username: 'puller', password: 'hunter22', auth: base64('puller:hunter23') },
    };
    const object = secret({ '.dockerconfigjson': JSON.stringify({ auths }) });
    expect(shown(object, `registry.example:5000 puller hunter22 hunter23 ${base64('puller:hunter23')}`)).toBe(
      'registry.example:5000 puller *** *** ***',
    );
    const old = secret({ '.dockercfg': JSON.stringify(auths) });
    expect(shown(old, 'puller hunter22')).toBe('puller ***');
  });

  test('bytes that are no text, by their base64', () => {
    const key = Buffer.from(Array.from({ length: 200 }, (_, i) => (i * 37 + 200) % 256)).toString('base64');
    const object: JsonObject = { metadata: { name: 'db' }, data: { store: key } };
    expect(shown(object, `store ${key}.`)).toBe('store ***.');
    for (const line of key.match(/.{1,76}/g) ?? []) expect(shown(object, line)).toBe('***');
  });

  test('of a value that is too large the beginning, and it says so', () => {
    const [value] = secretValues(secret({ big: 'x1'.repeat(60_000) }), NO_NAMES);
    expect(value?.isCut).toBe(true);
    expect(value?.texts.join('').length).toBeLessThan(300_000);
    // Only a piece of a long value is enough to hide that piece.
    expect(shown(secret({ long: 'x1y2'.repeat(600) }), 'x1y2'.repeat(256))).toBe('***');
  });

  test('several keys that were seen are counted as keys, not as lines or spellings', () => {
    const redactor = makeRedactor([]);
    for (const value of secretValues(secret({ a: 'first-of-a\nsecond-of-a', b: 'only-of-b' }), NO_NAMES))
      for (const text of value.texts) redactor.add(text, 'kubernetes-secret', value.of);
    redactor.text(`first-of-a second-of-a ${base64('first-of-a')} only-of-b`);
    expect(redactor.counts()).toEqual({ 'kubernetes-secret': 2 });
  });
});

describe('what stays, so that a log can be read', () => {
  test.each([
    'http',
    'admin',
    'true',
    'false',
    'production',
    'PRODUCTION',
    'localhost',
    'postgres',
    'password',
    'changeme',
    '5432',
    '8080',
    '100000',
    '2026-11-20',
    '1.2.3',
    '10.0.0.12',
    '10.0.0.12:5432',
    '10.0.0.0/16',
    '',
    '      ',
    '********',
    'xxxxxxxx',
  ])('%j', (value) => {
    expect(isPlainWord(value)).toBe(true);
    expect(texts(secret({ value }))).toEqual([]);
    const line = `http admin true false production PRODUCTION localhost postgres ${value}`;
    expect(shown(secret({ value }), line)).toBe(line);
  });

  test.each([
    'sunshine',
    'admin1234',
    'production-7',
    '4711471147114711',
    '10.0.0.12.secret',
    'hunter2',
    'aaaaab',
    'quotes',
  ])('does not stay: %s', (value) => {
    expect(shown(secret({ value }), `is ${value}.`)).toBe('is ***.');
  });

  test('a name that the run has to say; the same text in a longer value does not stay', () => {
    const names = new Set(['quote-service']);
    expect(shown(secret({ user: 'quote-service' }), 'deployment/quote-service', names)).toBe(
      'deployment/quote-service',
    );
    expect(shown(secret({ user: 'quote-service-7' }), 'as quote-service-7', names)).toBe('as ***');
  });

  test('certificates are public, also beside a key', () => {
    const certificate = ['-----BEGIN CERTIFICATE-----', 'MIIB+public/line', '-----END CERTIFICATE-----'].join('\n');
    expect(texts(secret({ 'ca.crt': certificate }))).toEqual([]);
    expect(texts(secret({ bundle: `${certificate}\nthe-secret-line` }))).not.toContain('MIIB+public/line');
    expect(shown(secret({ bundle: `${certificate}\nthe-secret-line` }), 'the-secret-line')).toBe('***');
  });

  test('of a token of a service account its namespace, of a TLS Secret its certificate', () => {
    const token = secret(
      { namespace: 'shop-seven', token: 'abc.def.ghi' },
      { type: 'kubernetes.io/service-account-token' },
    );
    expect(texts(token)).toEqual(['abc.def.ghi']);
    expect(texts(secret({ 'tls.crt': 'anything', 'tls.key': 'the-key' }, { type: 'kubernetes.io/tls' }))).toEqual([
      'the-key',
    ]);
  });
});

describe('what is no Secret, or a broken one', () => {
  test.each<[string, JsonObject]>([
    ['no data', { metadata: { name: 'db' } }],
    ['data of another type', { data: { a: 1, b: null, c: ['x'] } }],
    ['data is a list', { data: ['x'], stringData: 7 }],
  ])('%s', (_, object) => {
    expect(secretValues(object, NO_NAMES)).toEqual([]);
  });
  test('what is not base64 is hidden as it is written', () => {
    expect(texts({ data: { a: '$$not-base64' } })).toEqual(['$$not-base64']);
  });
  test('a document of many levels does not overflow the stack', () => {
    expect(() => texts(secret({ deep: '['.repeat(20_000) + ']'.repeat(20_000) }))).not.toThrow();
  });
});

test('base64 and UTF-8 are those of Node', () => {
  for (const text of ['', 'a', 'ab', 'abc', 'ünïcode 🚗', 'x'.repeat(100)]) {
    const bytes = base64Bytes(base64(text));
    expect(bytes).toEqual([...Buffer.from(text)]);
    expect(utf8Text(bytes ?? [])).toBe(text);
  }
  expect(base64Bytes('a')).toBeUndefined();
  expect(base64Bytes('not base64!')).toBeUndefined();
  expect(utf8Text([0xff, 0xfe])).toBeUndefined();
  expect(utf8Text([0x61, 0])).toBeUndefined();
});
