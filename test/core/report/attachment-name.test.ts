import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttachmentNames } from '../../../src/core/report/attachment-name.ts';
import { makeRedactor } from '../../../src/core/report/redact.ts';

const unchanged = (text: string): string => text;
const nameOf = (from: string, shard?: number): string => new AttachmentNames(unchanged).next(from, shard);

describe('the name of an attachment', () => {
  it.each([
    ['screenshots/login-1.png', 'screenshots/login-1.png'],
    ['a b/ü (1).png', 'a_b/___1_.png'],
    ['.ssh/authorized_keys', '_ssh/authorized_keys'],
    ['-rf', '_rf'],
    ['con', '_con'],
    ['x/AUX.txt', 'x/_AUX.txt'],
    ['lpt1.tar.gz', '_lpt1.tar.gz'],
    ['console.log', 'console.log'],
    ['end.', 'end_'],
    ['##vso[task.complete result=Succeeded;]', '__vso_task.complete_result_Succeeded__'],
    ['[[ATTACHMENT|a.png]]', '__ATTACHMENT_a.png__'],
    ['a/b/c/d/e/f.png', 'a/b/c/f.png'],
    ['', '_'],
    [`${'x'.repeat(300)}.png`, `${'x'.repeat(76)}.png`],
  ])('of %j is %j', (from, expected) => {
    expect(nameOf(from)).toBe(expected);
  });

  it('has its shard in front', () => {
    expect(nameOf('a.png', 0)).toBe('shard-1/a.png');
  });

  it('is never that of another, also where case does not count', () => {
    const names = new AttachmentNames(unchanged);
    const all = ['a/b.png', 'a/B.png', 'a/b.png', 'a/b', 'a/b'].map((from) => names.next(from, undefined));
    expect(all).toEqual(['a/b.png', 'a/B-2.png', 'a/b-3.png', 'a/b', 'a/b-2']);
  });

  it('property: is a plain relative path of plain parts, whatever it was', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc
        .array(fc.constantFrom('..', '.', '/', '\\', 'nul', 'COM1', '\u0000', '\n', 'a', ' ', '.png', '~', '$'), {
          maxLength: 60,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 8 }), fc.option(fc.nat(99), { nil: undefined }), (all, shard) => {
        const names = new AttachmentNames(unchanged);
        const given = all.map((from) => String(names.next(from, shard)));
        for (const name of given) {
          expect(name.length).toBeLessThan(350);
          for (const part of name.split('/')) {
            expect(part).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
            expect(part).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|\.$/i);
          }
        }
        expect(new Set(given.map((name) => name.toLowerCase())).size).toBe(given.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a secret in the name of an attachment', () => {
  const VALUE = 'hunter/22_!';
  const JWT = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJ0ZXN0In0', 'c2lnbmF0dXJl'].join('.');

  it.each([
    ['shots/login-hunter/22_!.png', 'shots/login-___.png'],
    [`${Buffer.from(VALUE).toString('base64')}.png`, '___.png'],
    ['shots/hun\u200bter/22\u001b[1m_!.png', 'shots/___.png'],
    [`trace/${JWT}/a.zip`, 'trace/___/a.zip'],
    ['GET https://user:pass@host/x.har', 'GET_https_/_/user_____host/x.har'],
    [`${'x'.repeat(75)}${VALUE}.png`, `${'x'.repeat(75)}_.png`],
    ['password=x.txt', 'password____'],
  ])('%j becomes %j', (from, expected) => {
    const redactor = makeRedactor([VALUE]);
    expect(new AttachmentNames(redactor.text).next(from, undefined)).toBe(expected);
    expect(Object.values(redactor.counts())).toEqual([1]);
  });

  it('that only comes about when the name is made plain', () => {
    const { text } = makeRedactor(['my_secret_1', '_______']);
    expect(new AttachmentNames(text).next('a my secret 1 b', 0)).toBe('shard-1/a_____b');
    expect(new AttachmentNames(text).next('(((((((((', undefined)).toBe('_____');
  });

  it('leaves names that differ in nothing else apart', () => {
    const { text } = makeRedactor(['first-value', 'second-value']);
    const names = new AttachmentNames(text);
    const all = ['first-value.png', 'second-value.png', '___.png'].map((from) => names.next(from, undefined));
    expect(all).toEqual(['___.png', '___-2.png', '___-3.png']);
  });

  it('property: is nowhere in it, and the report shows the name as it is', () => {
    const piece = fc.constantFrom(
      VALUE,
      'hunter',
      '/',
      '22_',
      '!',
      '?',
      '_',
      '.',
      JWT,
      'eyJ',
      'con',
      '\u200b',
      ' ',
      '\u2026 (cut)',
      'AKIA',
      'x'.repeat(70),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { text } = makeRedactor([VALUE, 'hunter', '22____', '______']);
        const name = new AttachmentNames(text).next(pieces.join(''), undefined);
        expect(text(name)).toBe(name);
        expect(name).not.toMatch(/hunter|______/);
      }),
      { numRuns: 1_000 },
    );
  });
});
