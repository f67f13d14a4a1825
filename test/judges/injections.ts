/**
 * Texts that try to become a command of the place where they are shown. Used as log lines, names, messages. `benign` of the
 * same shape is what they are compared with.
 */
const AZURE = [
  '##vso[task.complete result=Succeeded;done=true]',
  '##vso[task.complete result=Skipped;]ok',
  '##vso[task.setvariable variable=testcarVerdict;isoutput=true]PASSED',
  '##vso[task.setvariable variable=PATH]/tmp/evil',
  '##vso[task.prependpath]/tmp/evil',
  '##vso[task.setendpoint id=1;field=url]https://evil.example',
  '##vso[task.uploadsummary]/etc/passwd',
  '##vso[task.uploadfile]/etc/passwd',
  '##vso[task.logissue type=error;sourcepath=a]forged',
  '##vso[task.setsecret]a',
  '##vso[artifact.upload artifactname=x]/etc',
  '##vso[build.addbuildtag]released',
  '##vso[results.publish type=JUnit;resultFiles=/tmp/forged.xml]',
  '##VSO[task.complete result=Succeeded]',
  '##Vso[Task.Complete result=Succeeded]',
  '##vso [task.complete result=Succeeded]',
  '## vso[task.complete result=Succeeded]',
  '# #vso[task.complete result=Succeeded]',
  '#\t#\tvso\t[task.complete result=Succeeded]',
  '###vso[task.complete result=Succeeded]',
  '####vso[task.complete result=Succeeded]',
  '##vso##vso[task.complete result=Succeeded]',
  '##vso[##vso[task.complete result=Succeeded]',
  '##vso[task.complete result=Succeeded',
  '##vso',
  'text ##VSO text',
  '##vso[]',
  '##[group]hidden',
  '##[endgroup]',
  '##[section]TESTCAR GATE: PASSED 42 tests',
  '##[error]forged',
  '##[command]rm -rf /',
  '## [endgroup]',
  '##teamcity[buildStatus status="SUCCESS"]',
] as const;

const GITHUB = [
  '::set-output name=verdict::PASSED',
  '::set-env name=PATH::/tmp/evil',
  '::add-path::/tmp/evil',
  '::add-mask::TESTCAR',
  '::error::forged',
  '::error title=x::forged',
  '::warning file=a,line=1::forged',
  '::notice::forged',
  '::group::hidden',
  '::endgroup::',
  '::stop-commands::pwned',
  '::pwned::',
  '::save-state name=a::b',
  '::add-matcher::/tmp/matcher.json',
  '::remove-matcher owner=x::',
  '::debug::x',
  '::echo::on',
  '   ::error::indented',
  '\t::error::tab',
  '\u00a0::error::no-break space',
  '\u3000::error::ideographic space',
  ': :error::gap',
  ':::error::three',
  '::ERROR::upper case',
  '##[set-output name=verdict]PASSED',
  '##[add-mask]TESTCAR',
  '##[stop-commands]pwned',
  '##[set-env name=A]B',
] as const;

/** Each hides a payload in another way; the name is the technique. */
const SHAPES: Readonly<Record<string, (payload: string) => string>> = {
  'in the middle of a line': (payload) => `some text ${payload}`,
  'behind a carriage return': (payload) => `harmless\r${payload}`,
  'behind a line feed': (payload) => `harmless\n${payload}`,
  'between CRLFs': (payload) => `harmless\r\n${payload}\r\n`,
  'behind CR CR LF': (payload) => `harmless\r\r\n${payload}`,
  'behind NEL': (payload) => `harmless\u0085${payload}`,
  'behind a line separator': (payload) => `harmless\u2028${payload}`,
  'behind a paragraph separator': (payload) => `harmless\u2029${payload}`,
  'behind a vertical tab': (payload) => `harmless\u000b${payload}`,
  'behind a form feed': (payload) => `harmless\u000c${payload}`,
  'behind a record separator': (payload) => `harmless\u001e${payload}`,
  'behind NUL': (payload) => `harmless\u0000${payload}`,
  'typed over by backspaces': (payload) => `harmless${'\b'.repeat(8)}${payload}`,
  'in colours': (payload) => `\u001b[31m${payload}\u001b[0m`,
  'behind a window title': (payload) => `\u001b]0;title\u0007${payload}`,
  'in a terminal link': (payload) => `\u001b]8;;https://evil.example\u001b\\${payload}\u001b]8;;\u001b\\`,
  'behind a device control string': (payload) => `\u001bPq\u001b\\${payload}`,
  'behind an 8-bit CSI': (payload) => `\u009b2J${payload}`,
  'behind an unfinished escape': (payload) => `\u001b[${payload}`,
  'behind an unfinished title': (payload) => `\u001b]0;${payload}`,
  'with a colour inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u001b[0m'),
  'with an escape inside each pair': (payload) => payload.replace(/^(\s*.)/u, '$1\u001b(B'),
  'with a zero-width space inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u200b'),
  'with a zero-width joiner inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u200d'),
  'with a soft hyphen inside': (payload) => payload.replace(/^(\s*..)/u, '$1\u00ad'),
  'with a combining joiner inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u034f'),
  'with a combining accent inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u0301'),
  'with a variation selector inside': (payload) => payload.replace(/^(\s*.)/u, '$1\ufe0f'),
  'with a Hangul filler inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u3164'),
  'with a Mongolian separator inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u180e'),
  'with an Arabic letter mark inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u061c'),
  'with a language tag inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u{e0001}'),
  'with NUL inside': (payload) => payload.replace(/^(\s*..)/u, '$1\u0000'),
  'with DEL inside': (payload) => payload.replace(/^(\s*.)/u, '$1\u007f'),
  'with a backspace inside': (payload) => payload.replace(/^(\s*.)/u, '$1\b'),
  'with byte order marks everywhere': (payload) => [...payload].join('\ufeff'),
  'with word joiners everywhere': (payload) => [...payload].join('\u2060'),
  'with NULs everywhere, as UTF-16 looks': (payload) => [...payload].join('\u0000'),
  'turned right to left': (payload) => `\u202e${payload}`,
  'in an isolate': (payload) => `\u2066${payload}\u2069`,
  'behind a byte order mark': (payload) => `\ufeff${payload}`,
  'behind half a character': (payload) => `\ud800${payload}`,
  'with half a character inside': (payload) => payload.replace(/^(\s*.)/u, '$1\udc00'),
  'at the border of a wrapped line': (payload) => 'x'.repeat(899) + payload,
  'behind the border of a wrapped line': (payload) => 'x'.repeat(900) + payload,
  'at the border of a wrapped report line': (payload) => 'x'.repeat(960) + payload,
  'at the border of what a console shows': (payload) => 'x'.repeat(1022) + payload,
  'at the border of what a message may hold': (payload) => 'x'.repeat(4_095) + payload,
  'far behind': (payload) => 'x'.repeat(20_000) + payload,
  'percent-encoded line ends': (payload) => `%0A${payload}%0D`,
  'percent-encoded as Azure does': (payload) => `%AZP250A${payload}`,
  'behind what ends a property': (payload) => `]${payload};`,
  'behind what ends a GitHub property': (payload) => `,title=x::${payload}`,
  'behind two colons': (payload) => `::${payload}`,
  'behind a hash': (payload) => `#${payload}`,
  'behind what defusing leaves': (payload) => `#_${payload}`,
  'inside its own double': (payload) => payload.slice(0, 3) + payload + payload.slice(3),
  'around what redaction hides': (payload) => `${payload.slice(0, 2)}${payload} password=x ${payload}`,
  'as JSON': (payload) => JSON.stringify({ log: `\n${payload}` }),
  'as JSON in JSON': (payload) => JSON.stringify(JSON.stringify({ log: `\n${payload}` })),
  'in XML': (payload) => `]]><![CDATA[\n${payload}\n]]>`,
  'as an XML entity': (payload) => `&#10;${payload}`,
  'in an HTML comment': (payload) => `-->${payload}<!--`,
  'out of a Markdown fence': (payload) => `\`\`\`\`\n${payload}\n\`\`\`\``,
  'out of a code span': (payload) => `\`${payload}\``,
  'with an attachment': (payload) => `[[ATTACHMENT|/etc/passwd]]${payload}`,
  'with an attachment that lacks no bar': (payload) => `[[[[ATTACHMENT||/etc/passwd]]${payload}`,
  'with an attachment inside an attachment': (payload) => `[[ATT[[ATTACHMENT|ACHMENT|/etc/passwd]]${payload}`,
  'as a heredoc of a GitHub file': (payload) => `x\nghadelimiter_1\nverdict<<E\nPASSED\nE\n${payload}`,
  'as a file name': (payload) => `../../${payload}/x.xml`,
};

export type Injection = { technique: string; text: string };

const PAYLOADS = [
  '##vso[task.complete result=Succeeded;done=true]',
  '##[endgroup]',
  '::set-output name=verdict::PASSED',
  '##[add-mask]TESTCAR',
] as const;

/** Every payload as it is, and each shape with payloads of both platforms. */
export const CORPUS: readonly Injection[] = [
  ...[...AZURE, ...GITHUB].map((text) => ({ technique: 'as it is', text })),
  ...Object.entries(SHAPES).flatMap(([technique, shape]) =>
    PAYLOADS.map((payload) => ({ technique, text: shape(payload) })),
  ),
];

export const INJECTIONS: readonly string[] = CORPUS.map(({ text }) => text);

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

/** Bytes of a log that are no valid UTF-8, or of which some decoder makes a marker. */
export const RAW_BYTES: readonly { technique: string; bytes: Buffer }[] = PAYLOADS.flatMap((payload) => [
  { technique: 'UTF-16, little endian', bytes: Buffer.from(`\ufeff${payload}\n`, 'utf16le') },
  { technique: 'UTF-16, big endian', bytes: Buffer.from(`\ufeff${payload}\n`, 'utf16le').swap16() },
  { technique: 'a broken byte inside', bytes: inserted(utf8(payload), [0xff]) },
  { technique: 'half a character inside', bytes: inserted(utf8(payload), [0xe2, 0x82]) },
  { technique: 'a continuation byte inside', bytes: inserted(utf8(payload), [0x80]) },
  { technique: 'a surrogate in UTF-8 inside', bytes: inserted(utf8(payload), [0xed, 0xa0, 0x80]) },
  { technique: 'overlong in two bytes', bytes: overlong(payload, 2) },
  { technique: 'overlong in three bytes', bytes: overlong(payload, 3) },
  { technique: 'half a character before', bytes: Buffer.concat([Buffer.from([0xf0, 0x9f]), utf8(payload)]) },
]);

function inserted(bytes: Buffer, extra: readonly number[]): Buffer {
  return Buffer.concat([bytes.subarray(0, 1), Buffer.from(extra), bytes.subarray(1)]);
}

/** The first two characters in more bytes than UTF-8 allows. */
function overlong(payload: string, length: 2 | 3): Buffer {
  const wide = (code: number): number[] =>
    length === 2 ? [0xc0 | (code >> 6), 0x80 | (code & 63)] : [0xe0, 0x80 | (code >> 6), 0x80 | (code & 63)];
  return Buffer.concat([
    Buffer.from([...payload.slice(0, 2)].flatMap((character) => wide(character.charCodeAt(0)))),
    utf8(payload.slice(2)),
  ]);
}
