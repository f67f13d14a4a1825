import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CutText, cut } from '../../../src/adapters/junit/cut-text.ts';
import { oneLine } from '../../../src/adapters/kubernetes/api-error.ts';
import { quote, shorten } from '../../../src/core/causes/quote.ts';
import { CUT_MARK, cutTo, markCut } from '../../../src/core/report/cut.ts';
import { makeLogLines } from '../../../src/core/report/log-lines.ts';
import { makeRedactor } from '../../../src/core/report/redact.ts';
import { tallyOf } from '../../../src/core/results/tally.ts';
import { aTestCase } from '../../fakes/builders.ts';

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const chars = (from: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...from), minLength: length, maxLength: length });

/** `told` is what may not be seen, `text` is how it is written, `known` what the redactor was told before. */
type Secret = { known: readonly string[]; told: string; text: string };
const shaped = (told: fc.Arbitrary<string>, write: (told: string) => string): fc.Arbitrary<Secret> =>
  told.map((value) => ({ known: [], told: value, text: write(value) }));
const bare = (told: fc.Arbitrary<string>): fc.Arbitrary<Secret> => shaped(told, (value) => value);

const asBase64 = (value: string): Secret => {
  const text = Buffer.from(value).toString('base64');
  return { known: [value], told: text, text };
};
const phrase = fc
  .string({ unit: fc.constantFrom(...`${ALNUM}!$%&()*+-./:;<=>?@[]^_{|}~ ü世`), minLength: 7, maxLength: 40 })
  .filter((text) => text.trim() === text && !text.includes('  '));
const pem = fc
  .array(chars(`${ALNUM}+/`, 61), { minLength: 1, maxLength: 4 })
  .map((body) => body.map((line) => `aZ9${line}`));

const secret: fc.Arbitrary<Secret> = fc.oneof(
  { weight: 4, arbitrary: phrase.map((text) => ({ known: [text], told: text, text })) },
  { weight: 1, arbitrary: phrase.map((value) => asBase64(value)) },
  bare(fc.tuple(chars(ALNUM, 20), chars(ALNUM, 30), chars(ALNUM, 43)).map((parts) => `eyJ${parts.join('.')}`)),
  bare(chars('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 16).map((text) => `AKIA${text}`)),
  bare(chars(ALNUM, 36).map((text) => `ghp_${text}`)),
  bare(chars(ALNUM, 86).map((text) => `${text}==`)),
  shaped(chars(`${ALNUM}-._~+/`, 40), (value) => `Authorization: Bearer ${value}`),
  shaped(chars(ALNUM, 24), (value) => `Bearer ${value}`),
  shaped(chars(ALNUM, 24), (value) => `Basic ${value}1=`),
  shaped(chars(ALNUM, 30), (value) => `password=${value}`),
  shaped(chars(`${ALNUM} ,;:`, 30), (value) => `password="${value}"`),
  shaped(chars(`${ALNUM} ,;:`, 30), (value) => `"client_secret": '${value}'`),
  shaped(chars(`${ALNUM}ü`, 20), (value) => `https://user:${value}@db.example/x`),
  shaped(chars(`${ALNUM}ü`, 20), (value) => `mysql --password ${value}`),
  shaped(chars(ALNUM, 30), (value) => `https://a.example/?sv=1&sig=${value}`),
  pem.map((body) => ({
    known: [],
    told: body[0] ?? '',
    text: ['-----BEGIN PRIVATE KEY-----', ...body, '-----END PRIVATE KEY-----'].join('\n'),
  })),
  // The middle of a key, whose beginning was never there.
  pem.map((body) => ({ known: [], told: body.at(-1) ?? '', text: body.at(-1) ?? '' })),
);

const words = fc.array(
  fc.constantFrom('no', 'such', 'container', 'of', 'the', 'pod,', 'failed:', 'ready 0/1', '世界'),
  {
    maxLength: 12,
  },
);

const asCase = (text: string): string =>
  tallyOf([aTestCase('a', 'failed', { message: text })]).failed[0]?.message ?? '';
const collected = (text: string, limit: number): string => {
  const kept = new CutText(limit);
  kept.add(text);
  return kept.toString();
};

/** Every way in which text is cut before it is redacted. `quote` changes double quotes, so it is asked only without them. */
const CUTTERS: Readonly<Record<string, (text: string, limit: number) => string>> = {
  'a name or message of a test': cut,
  'the details of a test': collected,
  'a quotation': (text, limit) => (text.includes('"') ? cutTo(text, limit) : quote(text, limit)),
  'a short name': shorten,
  'a cut that is cut again, within its mark': (text, limit) => shorten(cutTo(text, limit + CUT_MARK.length), limit + 3),
  'a cut within a sentence': (text, limit) => `it said "${shorten(text, limit)}", and more than that`,
};

describe('no beginning of a secret is left before a cut', () => {
  test.each(Object.entries(CUTTERS))('%s', (_, cutter) => {
    fc.assert(
      fc.property(secret, words, words, fc.nat({ max: 60 }), (one, before, after, into) => {
        const start = before.map((word) => `${word} `).join('');
        const whole = `${start}${one.text} ${after.join(' ')}`;
        const limit = start.length + (into % (one.text.length + 20));
        const redactor = makeRedactor(one.known);
        const shown = redactor.text(cutter(whole, limit));
        expect(shown).not.toContain(one.told.slice(0, 6));
        expect(redactor.text(shown)).toBe(shown);
      }),
      { seed: 20_261_121, numRuns: 400 },
    );
  });

  test.each([
    ['an API error', oneLine, 600],
    ['a test case in the tally', asCase, undefined],
  ] as const)('%s, whose limit is its own', (_, cutter, own) => {
    const limit = own ?? asCase('- '.repeat(100_000)).indexOf(CUT_MARK);
    fc.assert(
      fc.property(secret, fc.nat({ max: 60 }), (one, into) => {
        const start = '- '.repeat(limit).slice(0, limit - into);
        const redactor = makeRedactor(one.known);
        const kept = cutter(`${start} ${one.text} ${'and more '.repeat(20)}`);
        expect(kept).toContain(CUT_MARK);
        const shown = redactor.text(kept);
        expect(shown).not.toContain(one.told.slice(0, 6));
      }),
      { seed: 20_261_121, numRuns: 300 },
    );
  });

  test('a relayed line that is longer than what is looked at', () => {
    const redactor = makeRedactor(['correct horse battery']);
    const { relay } = makeLogLines(redactor);
    // Everything before it is so much shorter when redacted that the cut is shown.
    const long = `${'x'.repeat(8_000)} `;
    redactor.add(long.trim());
    const text = `${long.repeat(8)}`.padEnd(64 * 1024 - 12, '-');
    const shown = relay('testcar', `${text}correct horse battery staple`);
    expect(shown.join('')).toContain(`-***${CUT_MARK} (`);
    expect(shown.join('')).not.toContain('correct');
  });
});

describe('a cut', () => {
  it('keeps within its limit, mark included, and is not cut again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 7, max: 60 }), (text, limit) => {
        const once = cutTo(text, limit);
        expect(once.length).toBeLessThanOrEqual(limit);
        expect(cutTo(once, limit)).toBe(once);
        if (text.length <= limit) expect(once).toBe(text);
        else expect(once.endsWith(CUT_MARK)).toBe(true);
        expect(once.replace(CUT_MARK, '')).not.toMatch(/[\ud800-\udbff]$/);
      }),
    );
  });
  it.each(['…', '… ', '… (', '… (c', '… (cu', '… (cut'])('does not leave half of a mark: %j', (half) => {
    expect(markCut(`abc${half}`)).toBe(`abc${CUT_MARK}`);
  });
  it.each([
    ['Error: pods "a" not found in the names… (cut)', 'Error: pods "a" not found in the names… (cut)'],
    ['Error: pods "a" not found in the namespace… (cut)', 'Error: pods "a" not found in the … (cut)'],
    ['the password is not ri… (cut)', 'the password is not ri… (cut)'],
    ['one… (cut), two… (cut)', 'one… (cut), two… (cut)'],
    ['dial tcp https://db.example:54… (cut)', 'dial tcp https://db.example:***… (cut)'],
  ])('costs no more than the last word: %s', (text, expected) => {
    expect(makeRedactor([]).text(text)).toBe(expected);
  });
  it('counts what it found the beginning of', () => {
    const redactor = makeRedactor(['correct horse battery']);
    expect(redactor.text('say correct horse… (cut)')).toBe('say ***… (cut)');
    expect(redactor.counts()).toEqual({ known: 1 });
    expect(redactor.text('say corre… (cut)')).toBe('say corre… (cut)');
  });
});
