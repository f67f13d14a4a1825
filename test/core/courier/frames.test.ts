import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Frames } from '../../../src/core/courier/frames.ts';
import { decodeFrames } from './decode.ts';

const RUN = 'web-4f2a91';
const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const SUM = shaOf('AAAABBBBCC==');

const frame = (text: string, run = RUN): string => `testcar-gate/1 ${run} ${text}`;
const log = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** A delivery of these parts, as the courier prints it. */
function delivery(parts: readonly string[], { files = 1, run = RUN }: { files?: number; run?: string } = {}): string[] {
  const chars = parts.join('').length;
  return [
    frame(`begin files=${files} chars=${chars} pack=gzip`, run),
    ...parts.map((part, i) => frame(`${i + 1} ${part}.`, run)),
    frame(`end frames=${parts.length} sha256=${shaOf(parts.join(''))}`, run),
  ];
}

/** The same, by a courier that may send it again. */
function pass(parts: readonly string[], files = 1): string[] {
  const text = parts.join('');
  const [, ...rest] = delivery(parts, { files });
  return [frame(`begin files=${files} chars=${text.length} pack=gzip sha256=${shaOf(text)}`), ...rest];
}

const good = { ok: true, base64: 'AAAABBBBCC==', sha256: SUM, files: 1, pack: 'gzip' };
const incomplete = (detail: string): unknown => ({ ok: false, problem: { kind: 'incomplete', detail } });

describe('decodeFrames', () => {
  const three = delivery(['AAAA', 'BBBB', 'CC==']);
  const [begin = '', first = '', second = '', third = '', end = ''] = three;

  test.each<[string, string, unknown]>([
    ['a delivery', log(...three), good],
    ['a delivery without the last line break', three.join('\n'), good],
    [
      'lines of tools in between',
      log('tar: Removing leading', begin, first, '', second, 'testcar-gate', third, end, 'bye'),
      good,
    ],
    ['frames of another run in between', log(begin, first, frame('1 ZZZZ', 'other'), second, third, end), good],
    ['an empty log', '', { ok: false, problem: { kind: 'absent' } }],
    ['a log without frames', log('sh: not found'), { ok: false, problem: { kind: 'absent' } }],
    ['another run only', log(...delivery(['AAAA'], { run: 'other' })), incomplete('all frames are of another run')],
    [
      'a run whose name only begins like ours',
      log(...delivery(['AAAA'], { run: `${RUN}0` })),
      incomplete('all frames are of another run'),
    ],
    ['no result file', log(...delivery([], { files: 0 })), { ok: false, problem: { kind: 'no-files' } }],
    [
      'files but no frames',
      log(...delivery([], { files: 1 })),
      incomplete('the number of files and the frames contradict each other'),
    ],
    [
      'frames but no files',
      log(...delivery(['AAAA'], { files: 0 })),
      incomplete('the number of files and the frames contradict each other'),
    ],
    ['no begin', log(first, second, third, end), incomplete('the first frame is missing')],
    [
      'no end',
      log(begin, first, second, third),
      incomplete('the log ends after frame 3, before the end frame; 12 of 12 characters came before it'),
    ],
    [
      'begin only',
      log(begin),
      incomplete('the log ends after frame 0, before the end frame; 0 of 12 characters came before it'),
    ],
    [
      'a dropped frame',
      log(begin, first, third, end),
      incomplete('frame 2 of 3 is missing; 4 of 12 characters came before it'),
    ],
    [
      'a dropped last frame',
      log(begin, first, second, end),
      incomplete('frame 3 of 3 is missing; 8 of 12 characters came before it'),
    ],
    [
      'swapped frames',
      log(begin, second, first, third, end),
      incomplete('frame 2 of 3 is missing; 4 of 12 characters came before it'),
    ],
    ['a frame twice', log(begin, first, first, second, third, end), good],
    ['a log that repeats itself after a gap', log(begin, first, third, first, second, third, end), good],
    [
      'a gap that nothing fills',
      log(begin, first, third),
      incomplete('frame 2 is missing, and so is the end frame; 4 of 12 characters came before it'),
    ],
    [
      'a cut frame',
      log(begin, first, second.slice(0, -1), third, end),
      incomplete('the frame after frame 1 is damaged; 4 of 12 characters came before it'),
    ],
    ['a cut frame that comes again', log(begin, first, second.slice(0, -2), third, second, third, end), good],
    [
      'a cut end',
      log(...three.slice(0, -1), end.slice(0, -1)),
      incomplete('the frame after frame 3 is damaged; 12 of 12 characters came before it'),
    ],
    [
      'foreign text in a frame',
      log(begin, `${first} tar: warning`, second, third, end),
      incomplete('the frame after frame 0 is damaged; 0 of 12 characters came before it'),
    ],
    ['frames after the end', log(...three, frame('4 DDDD.')), incomplete('the frames do not make up base64 text')],
    ['half a frame after the end', log(...three, frame('2 BB')), good],
    ['half a line after the end', log(...three, frame('beg')), good],
    ['a frame again after the end', log(...three, third), good],
    ['padding in the middle', log(...delivery(['AA==', 'BBBB'])), incomplete('the frames do not make up base64 text')],
    [
      'text of a length that base64 does not have',
      log(...delivery(['AAAAB'])),
      incomplete('the frames do not make up base64 text'),
    ],
    [
      'the courier’s own error',
      log(frame("error the tool gzip is not in the courier's image")),
      incomplete("the courier could not deliver: the tool gzip is not in the courier's image"),
    ],
    ['a restarted courier: the last delivery counts', log(...delivery(['ZZZZ'], { files: 4 }), ...three), good],
    ['a restarted courier after an error', log(frame('error gzip failed'), ...three), good],
    [
      'a restarted courier whose last delivery is cut: the older one is not used',
      log(...three, begin, first),
      incomplete('the log ends after frame 1, before the end frame; 4 of 12 characters came before it'),
    ],
    [
      'an error after a delivery',
      log(...three, frame('error gzip failed')),
      incomplete('the courier could not deliver: gzip failed'),
    ],
    [
      'a delivery of a newer format',
      log(...three.map((line) => line.replace('testcar-gate/1', 'testcar-gate/2'))),
      { ok: false, problem: { kind: 'absent' } },
    ],
  ])('%s', (_, text, expected) => {
    expect(decodeFrames(text, RUN)).toEqual(expected);
  });

  const again = pass(['AAAA', 'BBBB', 'CC==']);
  const [begins = '', one = '', two = '', last = '', ends = ''] = again;
  const other = pass(['DDDD']);

  test.each<[string, readonly string[], unknown]>([
    ['both whole', [...again, ...again], good],
    [
      'what the first lacks in the middle is in the second',
      [begins, one, last, ends, begins, one, two, last, ends],
      good,
    ],
    ['what the first lacks at its end is in the second', [begins, one, begins, one, two, last, ends], good],
    ['the begin of the second is lost', [begins, one, last, ends, one, two, last, ends], good],
    ['a frame that is cut in the first', [begins, one, two.slice(0, -3), last, ends, ...again], good],
    ['the second is cut anywhere', [...again, begins, one, two.slice(0, 30)], good],
    ['the second is cut after its begin', [...again, begins], good],
    ['all frames and no end', [begins, one, two, last], good],
    ['all frames, in two, and no end', [begins, one, two, begins, last], good],
    [
      'both lack the same',
      [begins, one, last, ends, begins, one, last, ends],
      incomplete('frame 2 of 3 is missing; 4 of 12 characters came before it'),
    ],
    [
      'the first lacks more than the second begins with',
      [begins, last, ends, begins, two, last, ends],
      incomplete('frame 1 of 3 is missing; 0 of 12 characters came before it'),
    ],
    [
      'an error is healed by a further pass',
      [begins, one, frame('error awk failed'), begins, one, two, last, ends],
      good,
    ],
    [
      'of another content voids the first',
      [...other, begins, one],
      incomplete('the log ends after frame 1, before the end frame; 4 of 12 characters came before it'),
    ],
    ['of another content, whole', [...other, ...again], good],
    ['no file, twice', [...pass([], 0), ...pass([], 0)], { ok: false, problem: { kind: 'no-files' } }],
  ])('passes: %s', (_, lines, expected) => {
    expect(decodeFrames(log(...lines), RUN)).toEqual(expected);
  });

  test('whole is said at each end that finds all frames, and not before', () => {
    const frames = new Frames(RUN);
    const kinds = [begins, one, last, ends, begins, one, two, last, ends, begins, one, two, last, ends].map(
      (line) => frames.next(line).kind,
    );
    expect(kinds.flatMap((kind, at) => (kind === 'whole' ? at : []))).toEqual([8, 13]);
    expect(kinds.filter((kind) => kind === 'begin')).toHaveLength(1);
  });

  const base64 = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64'));
  const parts = fc
    .tuple(base64, fc.integer({ min: 1, max: 40 }))
    .map(([text, size]) => text.match(new RegExp(`.{1,${size}}`, 'g')) ?? []);
  const foreign = fc.constantFrom('', 'tar: file changed', 'testcar-gate/1', frame('1 AAAA', 'other'), '<testsuite>');

  test('property: damaged lines never give another payload', () => {
    const damage = fc.record({
      how: fc.constantFrom('drop', 'swap', 'duplicate', 'truncate', 'cut the log', 'insert'),
      at: fc.nat(),
      to: fc.nat(),
      text: foreign,
    });
    fc.assert(
      fc.property(
        parts,
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (texts, damages, restarted) => {
          const whole = delivery(texts);
          let lines = restarted ? [...delivery(['OLDX'], { files: 7 }).slice(0, 2), ...whole] : [...whole];
          for (const { how, at, to, text } of damages) {
            const [i, j] = [at % lines.length, to % lines.length];
            const [one = '', other = ''] = [lines[i], lines[j]];
            if (how === 'drop') lines.splice(i, 1);
            else if (how === 'swap') [lines[i], lines[j]] = [other, one];
            else if (how === 'duplicate') lines.splice(j, 0, one);
            else if (how === 'truncate') lines[i] = one.slice(0, to % (one.length + 1));
            else if (how === 'insert') lines.splice(i, 0, text);
            else
              lines = log(...lines)
                .slice(0, to % (log(...lines).length + 1))
                .split('\n');
            if (lines.length === 0) lines = [''];
          }
          const decoded = decodeFrames(lines.join('\n'), RUN);
          // Frames of two attempts can be mixed into a sequence without a gap; that is what the checksum is for.
          if (decoded.ok && (!restarted || shaOf(decoded.base64) === decoded.sha256))
            expect(decoded.base64).toBe(texts.join(''));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('property: a whole delivery is read whatever stands between its lines', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.tuple(fc.nat(), foreign), { maxLength: 10 }), (texts, inserts) => {
        const lines = delivery(texts);
        for (const [at, text] of inserts) lines.splice(at % (lines.length + 1), 0, text);
        expect(decodeFrames(lines.join('\n'), RUN)).toEqual({
          ok: true,
          base64: texts.join(''),
          sha256: shaOf(texts.join('')),
          files: 1,
          pack: 'gzip',
        });
      }),
    );
  });

  const loss = fc.record({ from: fc.nat(), lines: fc.integer({ min: 1, max: 30 }) });

  test('property: whatever is lost, repeated or cut in passes, the result is the original or incomplete', () => {
    const harm = fc.record({
      how: fc.constantFrom('lose', 'repeat', 'truncate', 'cut the log', 'insert'),
      at: fc.nat(),
      count: fc.integer({ min: 1, max: 30 }),
      text: foreign,
    });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 4 }), fc.array(harm, { maxLength: 8 }), (texts, count, harms) => {
        let lines = Array.from({ length: count }, () => pass(texts)).flat();
        for (const { how, at, count: many, text } of harms) {
          const i = at % (lines.length + 1);
          if (how === 'lose') lines.splice(i, many);
          else if (how === 'repeat') lines.splice(i, 0, ...lines.slice(Math.max(0, i - many), i));
          else if (how === 'truncate') lines[i] = (lines[i] ?? '').slice(0, many * 3);
          else if (how === 'insert') lines.splice(i, 0, text);
          else lines = lines.slice(0, i);
        }
        const decoded = decodeFrames(lines.join('\n'), RUN);
        if (decoded.ok) expect(decoded).toEqual({ ...good, base64: texts.join(''), sha256: shaOf(texts.join('')) });
        else expect(['incomplete', 'absent']).toContain(decoded.problem.kind);
      }),
      { numRuns: 2000 },
    );
  });

  test('property: one pass with gaps and a whole one, in any order, are whole', () => {
    fc.assert(
      fc.property(parts, fc.array(loss, { maxLength: 4 }), fc.boolean(), (texts, losses, isWholeFirst) => {
        const cut = pass(texts);
        for (const { from, lines } of losses) cut.splice(1 + (from % cut.length), lines);
        const passes = isWholeFirst ? [...pass(texts), ...cut] : [...cut, ...pass(texts)];
        expect(decodeFrames(log(...passes), RUN)).toMatchObject({ ok: true, base64: texts.join('') });
      }),
    );
  });
});
