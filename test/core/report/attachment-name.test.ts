import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttachmentNames } from '../../../src/core/report/attachment-name.ts';

const nameOf = (from: string, shard?: number): string => new AttachmentNames().next(from, shard);

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
    const names = new AttachmentNames();
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
        const names = new AttachmentNames();
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
