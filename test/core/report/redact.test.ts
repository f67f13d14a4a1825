import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { makeRedactor, secretLines } from '../../../src/core/report/redact.ts';
import { redactionsInWords } from '../../../src/core/report/redactions.ts';
import { encodedForms } from '../../../src/core/report/secret-forms.ts';
import { clean } from '../../../src/core/report/text.ts';

/** Put together here, so that scanners do not take this file for a leak. */
const join = (...parts: readonly string[]): string => parts.join('');
const JWT = join('eyJhbGciOiJSUzI1NiJ9', '.', 'eyJzdWIiOiJ0ZXN0In0', '.', 'c2lnbmF0dXJl');
const KEY_LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
const BEGIN = join('-----BEGIN ', 'RSA PRIVATE KEY-----');
const END = join('-----END ', 'RSA PRIVATE KEY-----');

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const pairs = (text: string): readonly string[] => hex(text).match(/../g) ?? [];

describe('known values', () => {
  const secret = 'pä$$w"rd\\x?&\ufb01';
  const redactor = makeRedactor([secret, 'short', 'abc']);
  test.each([
    ['plain', secret],
    ['inside text', `x${secret}x`],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64 without padding', Buffer.from(secret).toString('base64url')],
    ['JSON', JSON.stringify(secret)],
    ['JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['JSON of ASCII only', JSON.stringify(secret).replace('ä', '\\u00e4').replace('\ufb01', '\\ufb01')],
    ['a source text', secret.replace('\\', '\\\\')],
    ['XML', secret.replace('&', '&amp;').replace('"', '&quot;')],
    ['XML of Go', secret.replace('&', '&amp;').replace('"', '&#34;')],
    ['URI', encodeURIComponent(secret)],
    ['hexadecimal', hex(secret)],
    ['hexadecimal in capitals', hex(secret).toUpperCase()],
    ['hexadecimal with colons', pairs(secret).join(':')],
    ['hexadecimal as .NET writes it', pairs(secret).join('-').toUpperCase()],
    ['a buffer of Node', inspect(Buffer.from(secret)).slice(8, -1)],
    ['a literal of bytes', `\\x${pairs(secret).join('\\x')}`],
    ['a URI of nothing but escapes', `%${pairs(secret).join('%').toUpperCase()}`],
    ['bytes as Go prints them', Buffer.from(secret).join(' ')],
    ['bytes as JSON', Buffer.from(secret).join(',')],
    ['bytes as a list of Python', Buffer.from(secret).join(', ')],
    ['base64 of base64', base64(base64(secret))],
    ['base64 of base64 without padding', base64(base64(secret).replace(/=+$/, ''))],
    ['taken apart', secret.normalize('NFD')],
    ['taken apart, in base64', base64(secret.normalize('NFD'))],
    ['compatible', secret.normalize('NFKC')],
  ])('%s', (_, text) => {
    expect(redactor.line(`a ${text} b`)).toMatch(/^a ["x]?\*{3}["x=]{0,2} b$/);
  });
  test.each(['u:', 'user:', 'a-user:', 'user1:', 'us'])(
    'in base64 of the base64 of a longer text, behind %j',
    (before) => {
      for (const prefix of ['', 'Basic ', 'B', 'Be']) {
        const shown = redactor.line(base64(`${prefix}${base64(`${before}${secret}`)}`));
        expect(shown).toContain('***');
        const [left = '', right = ''] = shown.split('***');
        const kept = Buffer.from(left, 'base64').toString('latin1').slice(prefix.length);
        expect(Buffer.from(kept, 'base64').toString('latin1').slice(before.length).length).toBeLessThanOrEqual(1);
        expect(Buffer.from(right, 'base64').length).toBeLessThanOrEqual(4);
      }
    },
  );
  test('as much of a long buffer as Node shows', () => {
    const long = 'correct-horse-'.repeat(8);
    expect(makeRedactor([long]).line(inspect(Buffer.from(long)))).toBe('<Buffer *** ... 62 more bytes>');
  });
  test.each([
    ['12345678', '49 50 51 52 53 54 55 56', 'a count'],
    ['pw1234', '112 119 49 50 51 52', 'too few numbers'],
    ['\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44', 'password', 'a word'],
    ['\u2460\u2461\u2462\u2463\u2464\u2465', '123456', 'a number'],
    ['n\u0303n\u0303n\u0303', '\u00f1\u00f1\u00f1', 'too short'],
  ])('of %j not %j: that is %s', (value, text) => {
    expect(makeRedactor([value]).line(`a ${text} b`)).toBe(`a ${text} b`);
  });
  test('no more spellings of a value than can be looked for', () => {
    for (const value of ['secret', secret, 'x+/'.repeat(400), '\ud83d\ude97'.repeat(20)])
      expect(encodedForms(value).length).toBeLessThan(70);
  });
  test.each(['u:', 'user:', 'a-user:', 'user1:'])('in the base64 of a longer text, behind %j', (before) => {
    const encoded = Buffer.from(`${before}${secret}`).toString('base64');
    const shown = redactor.line(encoded);
    expect(shown).toContain('***');
    // At most the character that the secret shares with its neighbours is left of it on each side.
    expect(Buffer.from(shown.split('***')[1] ?? '', 'base64').length).toBeLessThanOrEqual(2);
  });
  test('a mask that takes the beginning of an escape away does not bring back what the escape hid', () => {
    // A terminal reads the CSI up to the first A; without the CSI the whole value would stand there.
    const shown = makeRedactor(['hunter-22']).line('\u001bpassword=\u009b hunter\u001b[1m-22 ');
    expect(clean(shown)).not.toContain('hunter-22');
  });
  test('what an escape hides the beginning of is found behind and before a key, too', () => {
    const { line } = makeRedactor(['hunter-22']).stream();
    expect(line('-----BEGIN PRIVATE KEY-----abc-----END PRIVATE KEY-----\u001b hunter-22 on')).toBe('***\u001b *** on');
    expect(line('\u001b hunter-22 -----BEGIN PRIVATE KEY-----')).toBe('\u001b *** ***');
    expect(line('-----END PRIVATE KEY-----\u001b hunter-22')).toBe('***\u001b ***');
  });
  test('values under six characters are left, or every log would be blanked', () => {
    expect(redactor.line('short abc')).toBe('short abc');
  });
  test('the longest value wins, so that none is left half visible', () => {
    expect(makeRedactor(['secret', 'secret-and-more']).line('secret-and-more')).toBe('***');
  });
  test('every line of a multi-line value counts, the frame of a certificate does not', () => {
    const value = '-----BEGIN CERTIFICATE-----\r\nfirst-line\r\n  second-line  \r\n-----END CERTIFICATE-----\r\n';
    expect(secretLines(value)).toEqual(['first-line', 'second-line']);
    expect(makeRedactor([value]).text('a\nsecond-line\nfirst-line\n-----BEGIN CERTIFICATE-----')).toBe(
      'a\n***\n***\n-----BEGIN CERTIFICATE-----',
    );
  });
  test('characters that mean something in a pattern are plain', () => {
    expect(makeRedactor(['a.*b+c(']).line('a.*b+c( and aXXbbc(')).toBe('*** and aXXbbc(');
  });
  test('a lone surrogate in a value does not throw', () => {
    expect(encodedForms('\ud800secret')).toContain('\ud800secret');
  });
  test('base64 is that of Node', () => {
    for (const value of ['secret', 'secret1', 'secret12', 'ünïcode 🚗'])
      expect(encodedForms(value)).toContain(Buffer.from(value).toString('base64'));
  });
});

describe('shapes', () => {
  test.each([
    ['jwt', `token is ${JWT}, ok`, 'token is ***, ok'],
    ['authorization', `Authorization: Bearer abc.def`, 'Authorization: Bearer ***'],
    ['authorization', `authorization=Basic dXNlcjpwYXNz next`, 'authorization=Basic *** next'],
    ['authorization', `"authorization":"secret-thing"`, '"authorization":"***"'],
    ['authorization', `curl -H 'Bearer 0123456789abcdef0123'`, `curl -H 'Bearer ***'`],
    ['assignment', 'Server=db;Password=hunter2;Port=1', 'Server=db;Password=***;Port=1'],
    ['assignment', 'DB_PASSWORD=hunter2 starting', 'DB_PASSWORD=*** starting'],
    ['assignment', 'password="with space" next', 'password=*** next'],
    [
      'connection-string',
      'EndpointsProtocol=https;AccountKey=abc+/def==;x',
      'EndpointsProtocol=https;AccountKey=***;x',
    ],
    ['connection-string', 'Endpoint=sb://x/;SharedAccessKey=abc=', 'Endpoint=sb://x/;SharedAccessKey=***'],
    ['assignment', '{"client_secret": "abc", "user": "me"}', '{"client_secret": ***, "user": "me"}'],
    ['assignment', '{\\"password\\": \\"abc\\"}', '{\\"password\\": \\***}'],
    ['sas', 'https://x/y?sv=1&sig=abc%2Bdefghijk%3D&se=2', 'https://x/y?sv=1&sig=***&se=2'],
    ['url-password', 'postgres://user:hunter2@db:5432/x', 'postgres://user:***@db:5432/x'],
    ['aws', `key ${join('AKIA', 'IOSFODNN7EXAMPLE')}.`, 'key ***.'],
    ['github', `push with ${join('ghp_', 'a'.repeat(36))}`, 'push with ***'],
    ['github', join('github_pat_', 'a1'.repeat(20)), '***'],
    ['azure', `${'aB3+'.repeat(21)}xY== end`, '*** end'],
    ['azure', join('abc8Q~', 'd'.repeat(34)), '***'],
    ['azure', join('a'.repeat(76), 'AZDO', 'abcd'), '***'],
    ['slack', join('xoxb-', '123456789012-abc'), '***'],
    [
      'slack',
      `https://${join('hooks.slack', '.com/services/', 'T000/B000/abcdefabcdefabcdef')} 404`,
      'https://hooks.slack.com/services/*** 404',
    ],
    ['gitlab', join('glpat-', 'a1'.repeat(10)), '***'],
    ['gitlab', join('gldt-', 'a1'.repeat(10)), '***'],
    ['package-registry', `npm ${join('npm_', 'a1'.repeat(18))} x`, 'npm *** x'],
    ['package-registry', join('pypi-', 'AgEIcHlwaS5vcmc', 'a1'.repeat(20)), '***'],
    ['package-registry', join('dckr_pat_', 'a1'.repeat(14)), '***'],
    ['google', join('AIza', 'a'.repeat(35)), '***'],
    ['google', join('ya29.', 'a'.repeat(30)), '***'],
    ['google', join('GOCSPX-', 'a'.repeat(28)), '***'],
    ['other-token', join('hvs.', 'a'.repeat(30)), '***'],
    ['authorization', 'x-header: Basic dXNlcjpwYXNzd29yZDE= ok', 'x-header: Basic *** ok'],
    ['registry-login', '{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}}}', '{"auths":{"r.example":{"auth":"***"}}}'],
    [
      'registry-login',
      `.dockerconfigjson: ${Buffer.from('{"auths":{"r":{}}}').toString('base64')}`,
      '.dockerconfigjson: ***',
    ],
    ['registry-login', 'docker login r.example -u me -p hunter2', 'docker login r.example -u me -p ***'],
    ['registry-login', '//r.example/:_auth=dXNlcjpwYXNz', '//r.example/:_auth=***'],
    ['kubeconfig', '    client-key-data: LS0tLS1CRUdJTiBFQyBQUklWQVRF', '    client-key-data: ***'],
    ['assignment', '    token: 0123456789abcdef0123', '    token: ***'],
    ['assignment', 'psql --password hunter22 -h db', 'psql --password *** -h db'],
    ['assignment', 'AWS_SECRET_ACCESS_KEY=abc/def+ghi', 'AWS_SECRET_ACCESS_KEY=***'],
    ['assignment', 'AWS_SESSION_TOKEN=abc', 'AWS_SESSION_TOKEN=***'],
  ] as const)('%s: %s', (kind, text, expected) => {
    const redactor = makeRedactor([]);
    expect(redactor.line(text)).toBe(expected);
    expect(redactor.counts()[kind]).toBe(1);
    expect(redactor.line(expected)).toBe(expected);
  });

  test.each([
    'password: authentication failed for user "shop"',
    'secret "db-credentials" not found',
    'failed to fetch oauth token: unexpected status: 401 Unauthorized',
    `registry.example/web@sha256:${'0a1b'.repeat(16)}`,
    'tests: pass=42 fail=0',
    'https://registry.example:5000/v2/web/manifests/1.4.2',
    'The token expired',
    'Bearer of bad news',
    'eyJust a word.',
    '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
    'key: value == other',
    'Basic authentication failed',
    'HTTP Basic authentication required for registry',
    'error: secret: not-found-in-the-namespace-shop',
    'token: authentication-was-refused-by-server',
    'auth: failed to authenticate',
    "couldn't find key DB_PASSWORD in Secret shop/db-credentials",
    'secret "registry-login" not found; check imagePullSecrets',
    'no basic auth credentials',
    'docker login needed',
    'eyJmb28iOjF9',
    'WARNING: client-certificate-data is deprecated',
    '0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
    'pod/checkout-7d9f8c6b5d-x2x4k was evicted',
  ])('does not fire: %s', (text) => {
    const redactor = makeRedactor([]);
    expect(redactor.line(text)).toBe(text);
    expect(redactor.counts()).toEqual({});
  });
});

describe('private keys', () => {
  const key = [BEGIN, KEY_LINE, KEY_LINE, 'ab3=', END];
  test('a block over lines, whatever stands before and after', () => {
    const redactor = makeRedactor([]);
    expect(redactor.text(['a', ...key, 'z'].join('\n'))).toBe('a\n***\n***\n***\n***\n***\nz');
    expect(redactor.counts()).toEqual({ 'private-key': 1 });
  });
  test('with the time stamps of a log', () => {
    const lines = key.map((line) => `2026-11-20T12:00:00Z ${line}`);
    expect(makeRedactor([]).data(lines)[1]).toBe('***');
    expect(makeRedactor([]).data(lines).join()).not.toContain(KEY_LINE);
  });
  test.each<[string, (line: string) => string]>([
    [
      'a logger with a long prefix',
      (line) => `2026-11-20T12:00:00.123Z [pool-12-thread-3] INFO com.example.orders.Client - ${line}`,
    ],
    ['a prefix without a space', (line) => `web-1|${line}`],
    ['JSON', (line) => JSON.stringify({ level: 'info', message: line })],
    ['JSON that goes on', (line) => JSON.stringify({ message: line, logger: 'orders' })],
    ['a source text', (line) => `    "${line}\\n" +`],
    ['colours', (line) => `\u001b[31m${line}\u001b[0m`],
  ])('in the lines of %s, to the last and shortest', (_, written) => {
    const shown = makeRedactor([]).text([...key, 'done: 3 tests'].map((line) => written(line)).join('\n'));
    for (const secret of [KEY_LINE, 'ab3=', KEY_LINE.slice(8, 24)]) expect(shown).not.toContain(secret);
    expect(shown.split('\n').at(-1)).toBe(written('done: 3 tests'));
  });
  test('a block that is never closed does not swallow the log of a logger either', () => {
    const lines = [BEGIN, KEY_LINE, 'cannot read the key', 'bye bye'].map((line) => `12:00:01 INFO ${line}`);
    expect(makeRedactor([]).text(lines.join('\n')).split('\n').slice(2)).toEqual(lines.slice(2));
  });
  test('on one line, as JSON has it', () => {
    expect(makeRedactor([]).line(`{"key":"${BEGIN}\\n${KEY_LINE}\\n${END}\\n"}`)).toBe('{"key":"***\\n"}');
  });
  test('a block that is never closed does not swallow the log', () => {
    expect(makeRedactor([]).text(`${BEGIN}\n${KEY_LINE}\nError: cannot read the key\nbye bye`)).toBe(
      '***\n***\nError: cannot read the key\nbye bye',
    );
  });
  test('a block whose beginning was cut off, line by line', () => {
    const redactor = makeRedactor([]);
    const each = redactor.stream().line;
    expect([KEY_LINE, `12:00:01 ${KEY_LINE}`, 'ab3=', END, 'done'].map(each)).toEqual([
      '***',
      '***',
      '***',
      END,
      'done',
    ]);
    expect(redactor.counts()).toEqual({ 'private-key': 1 });
  });
  test('the same key again is the same key, another is another', () => {
    const redactor = makeRedactor([]);
    redactor.text(key.join('\n'));
    redactor.text(key.join('\n'));
    redactor.text([BEGIN, KEY_LINE.replace('MII', 'MIJ').replace('cKj', 'xyz'), END].join('\n'));
    expect(redactor.counts()).toEqual({ 'private-key': 2 });
  });
  test('two streams do not disturb each other', () => {
    const redactor = makeRedactor([]);
    const [one, two] = [redactor.stream(), redactor.stream()];
    expect([one.line(BEGIN), two.line('c2hvcnQgbGluZQ'), one.line('c2hvcnQgbGluZQ')]).toEqual([
      '***',
      'c2hvcnQgbGluZQ',
      '***',
    ]);
  });
  test.each([
    ['its end', ['-----END CERTIFICATE-----']],
    ['more lines than a certificate has', Array.from({ length: 121 }, () => 'a line')],
  ])('what comes behind a certificate and %s is not public', (_, between) => {
    const each = makeRedactor([]).stream();
    for (const text of ['-----BEGIN CERTIFICATE-----', ...between]) expect(each.line(text)).toBe(text);
    expect(each.line(KEY_LINE)).toBe('***');
  });
  test('a certificate is public', () => {
    const text = `-----BEGIN CERTIFICATE-----\n${KEY_LINE}\n-----END CERTIFICATE-----`;
    expect(makeRedactor([]).text(text)).toBe(text);
  });
});

test('data: every string of plain data, and the same object back where there is nothing to hide', () => {
  const redactor = makeRedactor(['hunter2!']);
  const clean = { a: ['x', { b: 'y' }], n: 1, u: undefined, z: null };
  expect(redactor.data(clean)).toBe(clean);
  expect(redactor.data({ a: ['x', { b: 'is hunter2!' }], n: 1, z: null })).toEqual({
    a: ['x', { b: 'is ***' }],
    n: 1,
    z: null,
  });
});

test('a hostile line of a million characters takes linear time', () => {
  const redactor = makeRedactor(['hunter2!']);
  const parts = [
    'eyJ',
    'eyJaaaaaaaa.',
    'password=',
    'a://b:',
    'Bearer ',
    'authorization:',
    'A',
    '"token": "',
    BEGIN,
    '8Q~',
    'sig=',
  ];
  for (const part of parts) {
    expect(redactor.line(`${part.repeat(Math.ceil(64_000 / part.length))}== AKIA`)).toBeTypeOf('string');
  }
});

test('what is counted are different values, whatever their spelling', () => {
  const redactor = makeRedactor(['hunter2!']);
  redactor.add('from a Secret', 'kubernetes-secret');
  for (const text of ['hunter2!', Buffer.from('hunter2!').toString('base64'), 'is from a Secret', `${JWT} ${JWT}`])
    redactor.text(text);
  redactor.text(join('eyJhbGciOiJSUzI1NiJ9', '.', 'eyJzdWIiOiJvdGhlciJ9', '.', 'c2ln'));
  expect(redactor.counts()).toEqual({ known: 1, 'kubernetes-secret': 1, jwt: 2 });
  expect(redactionsInWords(redactor.counts())).toBe(
    '1 credential of the gate, 2 bearer tokens (JWT), 1 value of a Kubernetes Secret',
  );
  expect(redactionsInWords({})).toBe('');
});
