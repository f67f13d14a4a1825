import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUT_MARK } from '../../src/core/report/cut.ts';
import { makeLogLines } from '../../src/core/report/log-lines.ts';
import { neutraliseForAzure, neutraliseForGitHub } from '../../src/core/report/neutralise.ts';
import { makeRedactor } from '../../src/core/report/redact.ts';
import { RecordingOutput } from '../fakes/recording-output.ts';
import { expectNoCommand } from './no-command.ts';
import { fuzzed, hostileText } from './texts.ts';

const SECRET = 'hunter-2!';
const KEY_LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
const CALM = [
  '',
  ' ',
  'order 4711 in 12 ms',
  'status=200 path=/orders/4711',
  'ok 1 - answers',
  'größer → 12 %',
  '$& $1',
];
/** What each finder looks for, whole and in part. */
const PIECES = [
  ...[
    SECRET,
    Buffer.from(SECRET).toString('base64'),
    encodeURIComponent(SECRET),
    Buffer.from(SECRET).toString('hex'),
    Buffer.from(SECRET).join(' '),
    Buffer.from(Buffer.from(SECRET).toString('base64')).toString('base64'),
    SECRET.slice(0, 6),
    CUT_MARK,
    '… (cu',
  ],
  ...['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '-----BEGIN CERTIFICATE-----', '-----BEGIN '],
  ...['-----END CERTIFICATE-----', '-----'],
  ...[
    KEY_LINE,
    KEY_LINE.slice(1),
    `${KEY_LINE}abc`,
    'ab3=',
    'password=x',
    'token',
    ' ',
    '=',
    'https://u:p',
    '@',
    ': "v"',
  ],
  ...['#', '#[', 'vso', '::', ':', '\n', '\r', 'x'.repeat(445), 'é', '\u200b', '"', 'AKIA', '0123456789ABCDEF', '|'],
];

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...CALM) },
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...PIECES, ...CALM), { maxLength: 5 }).map((all) => all.join('')) },
  { weight: 1, arbitrary: hostileText },
);
const source = fc.oneof(fc.constantFrom('testcar', 'a$&b', '#', '::x', '##[group]', ''), hostileText);

describe('a relayed log', () => {
  test('many lines at once are shown as each of them by itself', () => {
    fc.assert(
      fc.property(source, fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 5 }), (name, batches) => {
        for (const neutralise of [neutraliseForAzure, neutraliseForGitHub]) {
          const [one, all] = [makeRedactor([SECRET]), makeRedactor([SECRET])];
          const [byLine, byBatch] = [makeLogLines(one), makeLogLines(all)];
          const shown = new RecordingOutput();
          for (const batch of batches) byBatch.relayAll(name, batch, neutralise, shown);
          const expected = batches.flat().flatMap((text) => byLine.relay(name, text).map(neutralise));
          expect(shown.lines).toEqual(expected);
          expect(all.counts()).toEqual(one.counts());
          if (neutralise === neutraliseForGitHub) expectNoCommand(shown.text);
        }
      }),
      fuzzed(600),
    );
  });
});
