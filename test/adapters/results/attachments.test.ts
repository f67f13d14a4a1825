import { createHash } from 'node:crypto';
import { type Header, pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { JUnitFile } from '../../../src/adapters/junit/reader.ts';
import { resultsReader } from '../../../src/adapters/results/index.ts';
import type { Attachments } from '../../../src/core/model/attachments.ts';
import { makeRedactor } from '../../../src/core/report/redact.ts';
import type { ResultsRead } from '../../../src/core/model/results.ts';

const RUN = 'web-4f2a91';
const PREFIX = `testcar-gate/1 ${RUN}`;
const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex');

type Entry = Partial<Header> & { name: string; content?: string };

async function base64Of(...entries: readonly Entry[]): Promise<string> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks).toString('base64');
}

/** A delivery in frames of 1,000 characters. */
function framesOf(base64: string, files: number, prefix: string, sha256 = shaOf(base64)): string[] {
  const parts = base64.match(/.{1,1000}/g) ?? [];
  return [
    `${prefix} begin files=${files} pack=none`,
    ...parts.map((part, i) => `${prefix} ${i + 1} ${part}.`),
    `${prefix} end frames=${parts.length} sha256=${sha256}`,
  ];
}

const RESULTS = framesOf(
  await base64Of({ name: './a.xml', content: '<testsuite><testcase name="a"/></testsuite>' }),
  1,
  PREFIX,
);
const PNG = { name: './shots/a.png', content: 'PNG'.repeat(1_000) };
const ZIP = { name: './trace.zip', content: 'ZIP' };

type Read = {
  results: ResultsRead;
  attachments: Attachments;
  kept: ReadonlyMap<string, string>;
  takes: readonly string[];
};

async function read(lines: readonly string[], save?: () => never): Promise<Read> {
  const kept = new Map<string, string>();
  const reading = resultsReader((file, each) => new JUnitFile(file, each)).courier(RUN, {
    maxBytes: 10_000,
    save: async (from, bytes, content) => {
      save?.();
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      kept.set(from, Buffer.concat(chunks).toString());
      return { from, path: `attachments/${from}`, bytes };
    },
  });
  const takes: string[] = [];
  for (const line of lines) takes.push(await reading.take([line]));
  return { results: await reading.end(), attachments: await reading.attachments(), kept, takes };
}

const attached = async (...entries: readonly Entry[]): Promise<string[]> =>
  framesOf(await base64Of(...entries), entries.length, `${PREFIX} a`);

describe('attachments', () => {
  test('come after the results, file by file', async () => {
    const { results, attachments, kept, takes } = await read([...RESULTS, ...(await attached(PNG, ZIP))]);
    expect(results).toMatchObject({ ok: true, results: { counts: { tests: 1 } } });
    expect(attachments).toEqual({
      files: [
        { from: 'shots/a.png', path: 'attachments/shots/a.png', bytes: 3_000 },
        { from: 'trace.zip', path: 'attachments/trace.zip', bytes: 3 },
      ],
      lost: [],
    });
    expect(kept.get('shots/a.png')).toBe(PNG.content);
    // With the results alone the reader is not let go.
    expect(takes.indexOf('whole')).toBe(takes.length - 1);
  });

  test('are asked for by the run: without that nothing is kept, and nothing waited for', async () => {
    const reading = resultsReader((file, each) => new JUnitFile(file, each)).courier(RUN);
    expect(await reading.take(RESULTS)).toBe('whole');
    await reading.take(await attached(PNG));
    expect((await reading.end()).ok).toBe(true);
    expect(await reading.attachments()).toEqual({ files: [], lost: [] });
  });

  test.each<[string, (lines: string[]) => string[], number, RegExp]>([
    ['cut', (lines) => lines.slice(0, 6), 1, /did not all come, 1 did: the log ends after frame/],
    ['with a gap', (lines) => lines.toSpliced(3, 1), 0, /did not all come, 0 did: frame 3 of \d+ is missing/],
    ['not sent', () => [], 0, /did not come: the courier ended before it sent them/],
    [
      'refused by an image without the tools',
      () => [`${PREFIX} a error the tool awk is not in the courier's image`],
      0,
      /the tool awk is not in the courier's image/,
    ],
    [
      'of another checksum',
      (lines) => [...lines.slice(0, -1), (lines.at(-1) ?? '').replace(/sha256=.{4}/, 'sha256=0000')],
      2,
      /may be damaged/,
    ],
  ])('%s are told, and the results stand', async (_, change, files, lost) => {
    const all = await attached(PNG, ZIP);
    const { results, attachments } = await read([...RESULTS, ...change(all)]);
    expect(results.ok).toBe(true);
    expect(attachments.files).toHaveLength(files);
    expect(attachments.lost).toEqual([expect.stringMatching(lost)]);
  });

  test('that were left out are named', async () => {
    const said = `${PREFIX} a left-out 99999 ./big one.zip`;
    const { attachments } = await read([...RESULTS, said, ...(await attached(ZIP))]);
    expect(attachments.files).toHaveLength(1);
    expect(attachments.lost).toEqual([expect.stringContaining('attachment big one.zip was left out: its 99999 bytes')]);
  });

  test.each(['left-out 9 ./', 'note '])('what is cut of %j shows no half of a secret', async (what) => {
    const { attachments } = await read([
      ...RESULTS,
      `${PREFIX} a ${what}${'x '.repeat(240)}hunter-22-${'y'.repeat(80)}`,
    ]);
    const [lost = ''] = attachments.lost;
    expect(lost).toContain('x hunter-22');
    expect(makeRedactor([`hunter-22-${'y'.repeat(80)}`]).text(lost)).not.toContain('hunter');
  });

  test.each<[string, Entry]>([
    ['a symbolic link', { name: 'x.png', type: 'symlink', linkname: '/etc/passwd' }],
    ['a hard link', { name: 'x.png', type: 'link', linkname: 'shots/a.png' }],
    ['a path that leads out', { name: '../../x.png' }],
    ['an absolute path', { name: '/etc/cron.d/x' }],
  ])('%s is refused, and what came before it stays', async (_, entry) => {
    const { results, attachments, kept } = await read([...RESULTS, ...(await attached(PNG, entry, ZIP))]);
    expect(results.ok).toBe(true);
    expect([...kept.keys()]).toEqual(['shots/a.png']);
    expect(attachments.lost).toEqual([expect.stringMatching(/^attachment \S+ could not be kept: /)]);
  });

  test('more than was asked for is refused, whatever the courier says', async () => {
    const big = { name: 'big.zip', content: 'x'.repeat(3_000_000) };
    const { results, attachments } = await read([...RESULTS, ...(await attached(big))]);
    expect(results.ok).toBe(true);
    expect(attachments.files).toEqual([]);
    expect(attachments.lost).toHaveLength(1);
  });

  test('a full disk is told, and the results stand', async () => {
    const { results, attachments } = await read([...RESULTS, ...(await attached(PNG))], () => {
      throw new Error('ENOSPC: no space left on device');
    });
    expect(results.ok).toBe(true);
    expect(attachments.lost).toEqual(['attachments could not be kept: ENOSPC: no space left on device']);
  });

  test('attachments alone are no results', async () => {
    const { results } = await read(await attached(PNG));
    expect(results).toEqual({ ok: false, problem: { kind: 'absent' } });
  });
});
