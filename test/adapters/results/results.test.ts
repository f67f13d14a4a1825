import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { JUnitFile } from '../../../src/adapters/junit/reader.ts';
import { eachMember, type Limits } from '../../../src/adapters/results/archive.ts';
import { type OpenResultsFile, resultsReader } from '../../../src/adapters/results/index.ts';
import type { ResultsProblem, ResultsRead } from '../../../src/core/model/results.ts';
import { readLog } from './read-log.ts';

const RUN = 'web-4f2a91';
const SUITE =
  '<testsuite name="s"><testcase name="a" time="1"/><testcase name="b"><failure message="m"/></testcase></testsuite>';
const LIMITS: Limits = { inflatedBytes: 100_000, files: 5 };

type Entry = {
  name: string;
  type?: 'file' | 'symlink' | 'link' | 'directory' | 'fifo';
  linkname?: string;
  content?: string;
};

async function tarOf(...entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The log of a courier that delivers these bytes. */
function logOf(archive: Uint8Array, files: number, sha256?: string): string {
  const base64 = Buffer.from(archive).toString('base64');
  const parts = base64.match(/.{1,4000}/g) ?? [];
  const lines = [
    `begin files=${files} chars=${base64.length} pack=gzip`,
    ...parts.map((part, i) => `${i + 1} ${part}.`),
  ];
  lines.push(`end frames=${parts.length} sha256=${sha256 ?? shaOf(base64)}`);
  return lines.map((line) => `testcar-gate/1 ${RUN} ${line}\n`).join('');
}

const open: OpenResultsFile = (file, each) => new JUnitFile(file, each);
const read = (log: string): Promise<ResultsRead> => readLog(resultsReader(open, LIMITS), log, RUN);

async function problemOf(archive: Uint8Array, files = 1): Promise<ResultsProblem | 'none'> {
  const result = await read(logOf(archive, files));
  return result.ok ? 'none' : result.problem;
}

test('log to results', async () => {
  const archive = gzipSync(
    await tarOf(
      { name: './junit.xml', content: SUITE },
      { name: './web//./a b/ü.xml', content: '<testsuites tests="7"/>' },
    ),
  );
  const found = await read(logOf(archive, 2));
  expect(found.ok && { ...found, results: { ...found.results, cases: [...found.results.cases] } }).toEqual({
    ok: true,
    results: {
      source: 'courier',
      counts: { tests: 2, passed: 1, failed: 1, errors: 0, skipped: 0 },
      cases: [
        { suite: 's', classname: '', name: 'a', timeMs: 1000, outcome: 'passed', message: '', details: '' },
        { suite: 's', classname: '', name: 'b', timeMs: undefined, outcome: 'failed', message: 'm', details: '' },
      ],
      failed: [
        { suite: 's', classname: '', name: 'b', timeMs: undefined, outcome: 'failed', message: 'm', details: '' },
      ],
      contradictions: ['web/a b/ü.xml: suite "" counts 7 tests, but holds 0'],
      files: [
        { path: 'junit.xml', bytes: SUITE.length },
        { path: 'web/a b/ü.xml', bytes: 23 },
      ],
      sha256: shaOf(archive.toString('base64')),
    },
  });
});

test('a name longer than the header of tar has room for', async () => {
  const name = `${'long/'.repeat(60)}junit.xml`;
  const result = await read(logOf(gzipSync(await tarOf({ name, content: SUITE })), 1));
  expect(result.ok && result.results.files).toEqual([{ path: name, bytes: SUITE.length }]);
});

describe('is not proof', () => {
  test('a log without frames, and a delivery without files', async () => {
    expect(await read('hello\n')).toEqual({ ok: false, problem: { kind: 'absent' } });
    expect(await read(logOf(Buffer.alloc(0), 0))).toEqual({ ok: false, problem: { kind: 'no-files' } });
  });

  test('a checksum that differs', async () => {
    const archive = gzipSync(await tarOf({ name: 'a.xml', content: SUITE }));
    const wrong = shaOf('something else');
    const detail = `the checksum is ${shaOf(archive.toString('base64'))}, the courier announced ${wrong}`;
    expect(await read(logOf(archive, 1, wrong))).toEqual({ ok: false, problem: { kind: 'incomplete', detail } });
  });

  test.each<[string, Entry, string]>([
    ['a path that leads out', { name: './a/../../etc/x.xml' }, 'the name of the file is not a plain relative path'],
    ['an absolute path', { name: '/etc/x.xml' }, 'the name of the file is not a plain relative path'],
    ['a path of Windows', { name: 'a\\..\\x.xml' }, 'the name of the file is not a plain relative path'],
    ['a line break in a name', { name: 'a\n##vso[x]b.xml' }, 'the name of the file is not a plain relative path'],
    [
      'a symbolic link',
      { name: 'x.xml', type: 'symlink', linkname: '/etc/passwd' },
      'the archive holds a symlink, not a regular file',
    ],
    ['a hard link', { name: 'x.xml', type: 'link', linkname: 'a.xml' }, 'the archive holds a link, not a regular file'],
    ['a pipe', { name: 'x.xml', type: 'fifo' }, 'the archive holds a fifo, not a regular file'],
    ['a file that comes twice', { name: './good.xml', content: SUITE }, 'the file is in the archive twice'],
  ])('%s', async (_, entry, detail) => {
    const archive = gzipSync(await tarOf({ name: 'good.xml', content: SUITE }, entry));
    expect(await problemOf(archive, 2)).toEqual({
      kind: 'invalid',
      file: entry.name.replace(/^\.\//, entry.name === './good.xml' ? '' : './'),
      detail,
    });
  });

  test('one bad file among good ones', async () => {
    const archive = gzipSync(
      await tarOf(
        { name: 'good.xml', content: SUITE },
        { name: 'bad.xml', content: '<testsuite>' },
        { name: 'z.xml', content: SUITE },
      ),
    );
    expect(await problemOf(archive, 3)).toEqual({
      kind: 'invalid',
      file: 'bad.xml',
      detail: '1:11: unclosed tag: testsuite',
    });
  });

  test('another number of files than announced', async () => {
    const archive = gzipSync(await tarOf({ name: 'a.xml', content: SUITE }));
    expect(await problemOf(archive, 2)).toEqual({
      kind: 'incomplete',
      detail: '1 files came, the courier announced 2',
    });
  });

  test('an archive above the limits', async () => {
    const big = gzipSync(await tarOf({ name: 'a.xml', content: `<testsuite>${' '.repeat(1_000_000)}</testsuite>` }));
    expect(await problemOf(big)).toEqual({ kind: 'incomplete', detail: 'the results are larger than 0 MiB' });
    const many = gzipSync(await tarOf(...Array.from({ length: 6 }, (_, i) => ({ name: `${i}.xml`, content: SUITE }))));
    expect(await problemOf(many, 6)).toEqual({ kind: 'incomplete', detail: 'there are more than 5 result files' });
  });

  test('a size in the header that the archive does not hold', async () => {
    const tar = await tarOf({ name: 'a.xml', content: SUITE });
    expect(await problemOf(gzipSync(tar.subarray(0, 512 + 20)))).toEqual({
      kind: 'incomplete',
      detail: 'the archive is damaged: Unexpected end of data',
    });
  });

  test.each([
    ['no gzip', Buffer.from('hello'), 'the archive is damaged: incorrect header check'],
    ['gzip of something else', gzipSync(Buffer.alloc(1024, 'x')), /^the archive is damaged: Invalid tar header/],
    ['an empty archive', gzipSync(Buffer.alloc(0)), '0 files came, the courier announced 1'],
  ])('%s', async (_, archive, detail) => {
    expect(await problemOf(archive)).toEqual({
      kind: 'incomplete',
      detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
    });
  });

  test('property: no part and no flipped bit of an archive passes for another one', async () => {
    const names = ['a.xml', 'b.xml', 'c.xml'];
    const archive = gzipSync(await tarOf(...names.map((name) => ({ name, content: SUITE }))));
    const whole = await read(logOf(archive, 3));
    expect(whole.ok).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const damaged = Buffer.from(cut ? archive.subarray(0, at) : archive);
        if (!cut) damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        const result = await read(logOf(damaged, 3));
        // Bits of the gzip header (time, system) carry no content.
        if (result.ok && whole.ok) expect([...result.results.cases]).toEqual([...whole.results.cases]);
        else expect(result.ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

test('a mistake of ours in reading a file is not called a damaged archive', async () => {
  const archive = gzipSync(await tarOf({ name: 'a.xml', content: SUITE }));
  const broken = resultsReader(() => {
    throw new RangeError('bug');
  });
  await expect(readLog(broken, logOf(archive, 1), RUN)).rejects.toThrow(new RangeError('bug'));
});

test('members can be left before the last one', async () => {
  const archive = gzipSync(
    await tarOf(...Array.from({ length: 5 }, (_, i) => ({ name: `${i}.xml`, content: 'x'.repeat(10_000) }))),
  );
  const seen: string[] = [];
  await eachMember([archive], 'gzip', LIMITS, async ({ path }) => {
    seen.push(path);
    return false;
  });
  expect(seen).toEqual(['0.xml']);
});
