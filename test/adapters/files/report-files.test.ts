import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeReportStore, writeReportFiles } from '../../../src/adapters/files/report-files.ts';
import type { SafeText } from '../../../src/core/report/neutralise.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'report-files-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('creates the folder, replaces what is there, leaves nothing else, and tells absolute paths', async () => {
  const dir = join(root, 'a/b');
  await writeReportFiles(dir, [{ name: 'verdict.json', content: 'old' }]);
  const paths = await writeReportFiles(dir, [
    { name: 'verdict.json', content: '{}\n' },
    { name: 'summary.md', content: '# ünï\n' },
  ]);
  expect(paths).toEqual([join(dir, 'verdict.json'), join(dir, 'summary.md')]);
  expect(readdirSync(dir).sort()).toEqual(['summary.md', 'verdict.json']);
  expect(readFileSync(join(dir, 'summary.md'), 'utf8')).toBe('# ünï\n');
  expect(readFileSync(join(dir, 'verdict.json'), 'utf8')).toBe('{}\n');
});

test.skipIf(process.platform === 'win32')('files are readable for later steps, whatever the umask', async () => {
  const before = process.umask(0o077);
  try {
    const [path = ''] = await writeReportFiles(join(root, 'x'), [{ name: 'verdict.json', content: '' }]);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  } finally {
    process.umask(before);
  }
});

test.each(['', '..', '../evil', 'a/b', '/etc/passwd'])('refuses the name %j', async (name) => {
  await expect(writeReportFiles(root, [{ name, content: '' }])).rejects.toThrow('not a plain file name');
});

test('rejects where the folder is a file', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(writeReportFiles(join(root, 'file'), [{ name: 'a', content: '' }])).rejects.toThrow();
});

test('append adds to what the runner has', async () => {
  const path = join(root, 'output');
  const store = makeReportStore();
  await store.append(path, 'a\n' as SafeText);
  await store.append(path, 'b\n' as SafeText);
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n');
});
