import fc from 'fast-check';
import { CORPUS } from '../judges/injections.ts';

/** The same cases on every machine; a failure prints seed and path, with which it can be run alone. */
const SEED = 20_261_121;
/** 1 among the unit tests, which are to be fast; the project `fuzz` sets more. A count of cases, not a time, so that every run is the same run. */
const SCALE = Math.max(1, Number(process.env['FUZZ_SCALE'] ?? '1'));

export function fuzzed(cases: number): fc.Parameters<unknown> {
  return { seed: SEED, numRuns: cases * SCALE };
}

/** What markers are made of, what hides them, and what ends a line, a property or an escape sequence. */
const PIECES = [
  ...['#', '##', ':', '::', 'vso', 'VSO', '[', ']', ';', '=', ',', ' ', '\t', '_', '|', '%', '%0A', '%AZP25', '%5D'],
  ...['task.complete', 'result=Succeeded', 'done=true', 'error', 'add-mask', 'set-output', 'stop-commands', 'group'],
  ...['endgroup', '\r', '\n', '\r\n', '\u0085', '\u2028', '\u000b', '\u0000', '\b', '\u001b', '\u001b[', '\u001b]0;'],
  ...['\u0007', '\u009b', '\u009d', '\u009c', '\u200b', '\u00ad', '\u034f', '\ufeff', '\u3164', '\u180e', '\u0301'],
  ...['\ufe0f', '\u{e0001}', '\u202e', '\ud83d', '\udca9', '\u{1f697}', '<', '>', '&', '"', "'", '`', '```', '\\', '*'],
  ...['<![CDATA[', ']]>', '<!--', '[[ATTACHMENT|', '/etc/passwd', '<<', 'EOF', 'verdict', 'PASSED', 'password='],
  ...['-----BEGIN RSA PRIVATE KEY-----', '-----END RSA PRIVATE KEY-----', 'eyJ', 'Bearer ', '://', '@', '{', '}'],
];

/** Short enough to be tried often, and made to be dangerous. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.constantFrom(...CORPUS.map(({ text }) => text).filter((text) => text.length < 2_000)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.array(fc.nat(0xffff), { maxLength: 30 }).map((units) => String.fromCharCode(...units)) },
);
