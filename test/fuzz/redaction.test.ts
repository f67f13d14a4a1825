import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlainWord } from '../../src/core/report/plain-words.ts';
import { makeRedactor } from '../../src/core/report/redact.ts';
import { secretValues } from '../../src/core/report/secret-values.ts';
import { clean } from '../../src/core/report/text.ts';
import { fuzzed, hostileText } from './texts.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const secret = fc.string({ unit: fc.constantFrom(...`${BASE64}!$-_.~*()[]{}^?|\\`), minLength: 6, maxLength: 40 });
const keyLine = fc
  .string({ unit: fc.constantFrom(...BASE64), minLength: 61, maxLength: 61 })
  .map((text) => `aZ9${text}`);

describe('redaction', () => {
  test('a value that is known is nowhere, however it is written and whatever stands around it', () => {
    fc.assert(
      fc.property(secret, hostileText, hostileText, (value, before, after) => {
        const redactor = makeRedactor([value]);
        const bytes = Buffer.from(value);
        const forms = [
          ...[value, bytes.toString('base64'), encodeURIComponent(value), JSON.stringify(value), bytes.toString('hex')],
          ...[
            bytes.toString('hex').replace(/..(?!$)/g, '$&:'),
            Buffer.from(bytes.toString('base64')).toString('base64'),
          ],
        ];
        for (const form of forms) {
          const told = [redactor.text(`${before}${form}${after}`), redactor.data({ [form]: [`${before}${form}`] })];
          if (before.includes(value) || after.includes(value)) continue;
          expect(told[0]).not.toContain(form);
          expect(JSON.stringify(Object.values(told[1] ?? {}))).not.toContain(form);
        }
      }),
      fuzzed(500),
    );
  });

  test('no form of a value of a Secret is in what is shown or stored, whoever wrote it down', () => {
    fc.assert(
      fc.property(secret, hostileText, hostileText, (password, before, after) => {
        fc.pre(!isPlainWord(password) && password === password.trim());
        const encoded = Buffer.from(password).toString('base64');
        const redactor = makeRedactor([]);
        for (const value of secretValues({ metadata: { name: 'db' }, data: { password: encoded } }, new Set()))
          for (const text of value.texts)
            redactor.add(text, value.of === 'db/password' ? 'kubernetes-secret' : 'known');
        const forms = [password, encoded, encodeURIComponent(password), JSON.stringify(password).slice(1, -1)];
        for (const form of forms) {
          fc.pre(!clean(before + after).includes(form));
          const cut = `${form.slice(0, 3)}\u001b[1m${form.slice(3)}`;
          for (const written of [form, cut]) {
            const stored = redactor.data({ list: [`${before} ${written} ${after}`] });
            expect(stored.list.map(clean).join('')).not.toContain(form);
          }
        }
        expect(redactor.counts()).not.toEqual({});
      }),
      fuzzed(500),
    );
  });

  test('lines of a private key are nowhere, wherever the log was cut', () => {
    fc.assert(
      fc.property(fc.array(keyLine, { minLength: 2, maxLength: 8 }), fc.nat(9), fc.nat(9), (body, from, to) => {
        const block = ['-----BEGIN PRIVATE KEY-----', ...body, '-----END PRIVATE KEY-----'];
        const seen = ['start', ...block.slice(from, block.length - to), 'goes on'];
        const each = makeRedactor([]).stream().line;
        const shown = seen.map(each);
        for (const line of body) expect(shown.join('\n')).not.toContain(line);
        expect([shown[0], shown.at(-1)]).toEqual(['start', 'goes on']);
      }),
      fuzzed(500),
    );
  });

  test('never throws, and gives as many lines as it got', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 8 }), (texts) => {
        const text = texts.join('\n');
        expect(makeRedactor(['hunter2!']).text(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
      fuzzed(1_000),
    );
  });
});
