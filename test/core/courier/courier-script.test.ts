import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { COURIER_ENV, COURIER_SCRIPT, FRAME_PREFIX } from '../../../src/core/courier/courier-script.ts';
import { decodeFrames } from './decode.ts';
import { deliver, environment, RUN, waiting } from './deliver.ts';
import { forget, onlyTools, shells, start, temporaryFolder, type Ended } from './shells.ts';

afterAll(forget);

/** The archive in a delivery, after the checksum; names of members are found in its plain text. */
function archiveOf(ended: Ended): { files: number; tar: string } {
  const decoded = decodeFrames(ended.stdout, RUN);
  if (!decoded.ok)
    throw new Error(`${JSON.stringify(decoded.problem)}\n${ended.stdout.slice(0, 2000)}\n${ended.stderr}`);
  expect(createHash('sha256').update(decoded.base64).digest('hex')).toBe(decoded.sha256);
  return { files: decoded.files, tar: gunzipSync(Buffer.from(decoded.base64, 'base64')).toString() };
}

/** The lines of a delivery, what its passes begin with, and the numbers of its frames. */
function framesOf({ stdout }: Ended): {
  lines: readonly string[];
  begins: readonly string[];
  numbers: readonly number[];
} {
  const lines = stdout.split('\n');
  const numbers = lines.flatMap((line) => /^\S+ \S+ (\d+) /.exec(line)?.[1] ?? []).map(Number);
  return { lines, begins: lines.filter((line) => line.includes(' begin ')), numbers };
}

function suiteOf(cases: number): string {
  const lines = Array.from(
    { length: cases },
    (_, i) => `<testcase classname="orders.api" name="case ${i}" time="0.0${i % 10}"/>`,
  );
  return `<testsuite name="orders">\n${lines.join('\n')}\n</testsuite>\n`;
}

describe.each(shells())('courier in $name', (shell) => {
  test('delivers nested files whose names have spaces, dashes and quotes, and nothing else', async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'a b', '-c'), { recursive: true });
    const names = ['junit.xml', 'a b/TEST my suite.xml', 'a b/-c/-rf.xml', `a b/it's "*" $HOME.xml`, '.hidden.xml'];
    for (const name of names) writeFileSync(join(dir, name), suiteOf(3));
    writeFileSync(join(dir, 'screenshot.png'), 'not sent');
    const ended = await deliver(shell, dir);
    const { files, tar } = archiveOf(ended);
    expect({ code: ended.code, stderr: ended.stderr, files }).toEqual({ code: 0, stderr: '', files: names.length });
    for (const name of names) expect(tar).toContain(`./${name}\0`);
    expect(tar).not.toContain('not sent');
  });

  test('delivers 20,000 cases in frames that no container runtime splits', async () => {
    const dir = temporaryFolder();
    const suite = suiteOf(20_000);
    writeFileSync(join(dir, 'junit.xml'), suite);
    const ended = await deliver(shell, dir);
    expect(archiveOf(ended).tar).toContain(suite);
    const lines = ended.stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(16 * 1024);
  });

  test('sends small results once', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'junit.xml'), suiteOf(20_000));
    const { begins, numbers } = framesOf(await deliver(shell, dir));
    expect(begins).toHaveLength(1);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('sends large results again, and each part of that twice', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'junit.xml'), randomBytes(7_000_000));
    const ended = await deliver(shell, dir);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
    const { begins, numbers, lines } = framesOf(ended);
    expect(begins).toEqual([begins[0], begins[0]]);
    const count = Math.max(...numbers);
    expect(count).toBeGreaterThan(1_000);
    const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const first = upTo(1, 1_000);
    const rest = upTo(1_001, count);
    expect(numbers).toEqual([...upTo(1, count), ...first, ...first, ...rest, ...rest]);
    // What is lost where the node changes its log files is in the copy behind it.
    const isLost = (at: number): boolean =>
      (at > 300 && at < 900) || (at > 1_900 && at < 2_100) || (at > 3_200 && at < 3_300);
    const left = decodeFrames(lines.filter((_, at) => !isLost(at)).join('\n'), RUN);
    expect(left.ok ? createHash('sha256').update(left.base64).digest('hex') : left).toBe(
      /sha256=(\S+)/.exec(begins[0] ?? '')?.[1],
    );
  });

  test('says that there is no result file', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'readme.txt'), 'x');
    const ended = await deliver(shell, dir);
    expect(ended.stdout).toBe(
      `${FRAME_PREFIX} ${RUN} begin files=0 chars=0 pack=gzip sha256=${createHash('sha256').digest('hex')}\n` +
        `${FRAME_PREFIX} ${RUN} end frames=0 sha256=${createHash('sha256').digest('hex')}\n`,
    );
    expect({ code: ended.code, decoded: decodeFrames(ended.stdout, RUN) }).toEqual({
      code: 0,
      decoded: { ok: false, problem: { kind: 'no-files' } },
    });
  });

  test('prints nothing that counts when it is killed before the end of the test', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'junit.xml'), suiteOf(3));
    const running = start(shell, COURIER_SCRIPT, environment(dir, '/nonexistent'));
    await waiting(running);
    running.kill('SIGKILL');
    const ended = await running.ended;
    expect({ signal: ended.signal, stdout: ended.stdout, decoded: decodeFrames(ended.stdout, RUN) }).toEqual({
      signal: 'SIGKILL',
      stdout: '',
      decoded: { ok: false, problem: { kind: 'absent' } },
    });
  });

  test.each([
    ['a symbolic link', (dir: string) => symlinkSync('/etc/hostname', join(dir, 'junit.xml'))],
    ['a name with a line break', (dir: string) => writeFileSync(join(dir, 'a\nb.xml'), suiteOf(1))],
    [
      'a folder whose name with a line break could pass for another file',
      (dir: string) => {
        mkdirSync(join(dir, 'a.xml\n.'));
        writeFileSync(join(dir, 'a.xml\n.', 'b.xml'), suiteOf(1));
      },
    ],
  ])('refuses %s instead of leaving it out', async (_, make) => {
    const dir = temporaryFolder();
    const terminationLog = join(temporaryFolder(), 'termination-log');
    writeFileSync(terminationLog, '');
    writeFileSync(join(dir, 'good.xml'), suiteOf(1));
    make(dir);
    const why = 'a result file is a symbolic link, or a name in the results folder holds a line break';
    const ended = await deliver(shell, dir, terminationLog);
    expect({
      code: ended.code,
      said: readFileSync(terminationLog, 'utf8'),
      decoded: decodeFrames(ended.stdout, RUN),
    }).toEqual({
      code: 1,
      said: why,
      decoded: { ok: false, problem: { kind: 'incomplete', detail: `the courier could not deliver: ${why}` } },
    });
  });

  test('says so when the folder is not there, and makes no termination log of its own', async () => {
    const terminationLog = join(temporaryFolder(), 'termination-log');
    const ended = await deliver(shell, '/nonexistent/results', terminationLog);
    expect(ended.code).toBe(1);
    expect(decodeFrames(ended.stdout, RUN)).toEqual({
      ok: false,
      problem: { kind: 'incomplete', detail: 'the courier could not deliver: the results folder cannot be opened' },
    });
    expect(existsSync(terminationLog)).toBe(false);
  });
});

const TOOLS = ['find', 'tar', 'gzip', 'base64', 'sha256sum', 'sleep'];

test('an image without gzip delivers the same, uncompressed', async () => {
  const [dash] = shells();
  if (!dash) throw new Error('no shell');
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'junit.xml'), suiteOf(2_000));
  const path = onlyTools([...TOOLS.filter((tool) => tool !== 'gzip'), 'cat']);
  const decoded = decodeFrames((await deliver({ ...dash, path }, dir)).stdout, RUN);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problem));
  expect({ pack: decoded.pack, files: decoded.files }).toEqual({ pack: 'none', files: 1 });
  expect(Buffer.from(decoded.base64, 'base64').toString()).toContain(suiteOf(2_000));
});

test('an image without fold and awk sends large results again, too', async () => {
  const [dash] = shells();
  if (!dash) throw new Error('no shell');
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'junit.xml'), randomBytes(1_000_000));
  const ended = await deliver({ ...dash, path: onlyTools(TOOLS) }, dir);
  const { begins, numbers } = framesOf(ended);
  expect({ code: ended.code, stderr: ended.stderr, begins }).toEqual({
    code: 0,
    stderr: '',
    begins: [begins[0], begins[0]],
  });
  expect(numbers.slice(numbers.length / 2)).toEqual(numbers.slice(0, numbers.length / 2));
  expect(decodeFrames(ended.stdout, RUN).ok).toBe(true);
});

test.each(TOOLS.filter((tool) => tool !== 'sleep' && tool !== 'gzip'))(
  'an image without %s is named, not silent',
  async (missing) => {
    const [dash] = shells();
    if (!dash) throw new Error('no shell');
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'junit.xml'), suiteOf(3));
    const ended = await deliver({ ...dash, path: onlyTools(TOOLS.filter((tool) => tool !== missing)) }, dir);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({
      code: 1,
      stdout: `${FRAME_PREFIX} ${RUN} error the tool ${missing} is not in the courier's image\n`,
    });
  },
);

test('an image without sleep does not make a busy loop', async () => {
  const [dash] = shells();
  if (!dash) throw new Error('no shell');
  const ended = await start({ ...dash, path: onlyTools([]) }, COURIER_SCRIPT, environment('/tmp', '/nonexistent'))
    .ended;
  expect(ended).toEqual({
    code: 1,
    signal: null,
    stdout: `${FRAME_PREFIX} ${RUN} error the tool sleep is not in the courier's image\n`,
    stderr: '',
  });
});

test.each([
  ['tar', 'tar could not read every result file'],
  ['gzip', 'gzip failed'],
  ['base64', 'base64 failed'],
])('a failing %s is an error, not a short delivery', async (broken, why) => {
  const [dash] = shells();
  if (!dash) throw new Error('no shell');
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'junit.xml'), suiteOf(3));
  const tools = TOOLS.filter((tool) => tool !== broken);
  const ended = await deliver({ ...dash, path: onlyTools(tools, { [broken]: '/bin/false' }) }, dir);
  expect({ code: ended.code, frame: ended.stdout.split('\n').at(-2) }).toEqual({
    code: 1,
    frame: `${FRAME_PREFIX} ${RUN} error ${why}`,
  });
});

test('base64 that does not break lines gives the same frames', async () => {
  const [dash] = shells();
  if (!dash) throw new Error('no shell');
  const dir = temporaryFolder();
  const suite = suiteOf(20_000);
  writeFileSync(join(dir, 'junit.xml'), suite);
  const oneLine = join(temporaryFolder(), 'base64');
  writeFileSync(oneLine, '#!/bin/sh\nexec /usr/bin/base64 -w 0\n', { mode: 0o755 });
  const tools = TOOLS.filter((tool) => tool !== 'base64');
  const ended = await deliver({ ...dash, path: onlyTools(tools, { base64: oneLine }) }, dir);
  expect(archiveOf(ended).tar).toContain(suite);
  expect(Math.max(...ended.stdout.split('\n').map((line) => line.length))).toBeLessThan(16 * 1024);
});

describe.each(shells())('attachments by $name', (shell) => {
  const files = { 'shots/a b.png': 400, 'shots/deep/c.png': 300, 'trace.zip': 200, 'note.txt': 100, 'shots/x.xml': 50 };

  function folder(): string {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'shots', 'deep'), { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), randomBytes(bytes));
    return dir;
  }

  async function attached(dir: string, patterns: readonly string[], maxBytes = 10_000): Promise<Attached> {
    const env = {
      ...environment(dir, '/nonexistent'),
      [COURIER_ENV.attachments]: patterns.join('\n'),
      [COURIER_ENV.attachmentsMaxBytes]: `${maxBytes}`,
    };
    const running = start(shell, COURIER_SCRIPT, env);
    await waiting(running);
    running.kill('SIGTERM');
    const ended = await running.ended;
    // Whatever becomes of attachments, the results are whole.
    expect({ code: ended.code, stderr: ended.stderr, results: decodeFrames(ended.stdout, RUN).ok }).toEqual({
      code: 0,
      stderr: '',
      results: true,
    });
    const frames = decodeFrames(ended.stdout, RUN, 'attachments');
    const tar = frames.ok ? Buffer.from(frames.base64, 'base64').toString('latin1') : '';
    if (frames.ok) expect(createHash('sha256').update(frames.base64).digest('hex')).toBe(frames.sha256);
    const said = ended.stdout.split('\n').flatMap((line) => / a ((?:left-out|note|error) .*)/.exec(line)?.[1] ?? []);
    const names = Object.keys(files).filter((name) => tar.includes(`./${name}\0`));
    return { names, files: frames.ok ? frames.files : 0, said };
  }

  type Attached = { names: readonly string[]; files: number; said: readonly string[] };

  test.each<[readonly string[], readonly string[]]>([
    [['shots'], ['shots/a b.png', 'shots/deep/c.png']],
    [
      ['*.png', 'trace.zip'],
      ['shots/a b.png', 'shots/deep/c.png', 'trace.zip'],
    ],
    [['*'], ['shots/a b.png', 'shots/deep/c.png', 'trace.zip', 'note.txt']],
    [['nothing'], []],
  ])('%j gives %j', async (patterns, names) => {
    expect(await attached(folder(), patterns)).toEqual({ names, files: names.length, said: [] });
  });

  test('above the limit are named, and those that fit are sent', async () => {
    expect(await attached(folder(), ['shots/a b.png', 'note.txt'], 399)).toEqual({
      names: ['note.txt'],
      files: 1,
      said: ['left-out 400 ./shots/a b.png'],
    });
  });

  test('that are links are not followed', async () => {
    const dir = folder();
    symlinkSync('/etc/hostname', join(dir, 'shots', 'link.png'));
    expect((await attached(dir, ['shots'])).files).toBe(2);
  });

  test('megabytes of them come whole', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'trace.zip'), randomBytes(3_000_000));
    expect(await attached(dir, ['trace.zip'], 3_000_000)).toMatchObject({ names: ['trace.zip'], said: [] });
  });
});
