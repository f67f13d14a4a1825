import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachmentStore } from '../../../src/adapters/files/attachment-store.ts';
import { AttachmentNames } from '../../../src/core/report/attachment-name.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'attachments-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const path = (from: string) => new AttachmentNames((text) => text).next(from, undefined);
async function* content(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('the store of attachments', () => {
  it('makes folders and the file, which nobody can execute', async () => {
    expect(await attachmentStore.save(dir, path('a/b/c.png'), content('on', 'e'))).toBe('saved');
    expect(readFileSync(join(dir, 'a/b/c.png'), 'utf8')).toBe('one');
    expect(statSync(join(dir, 'a/b/c.png')).mode & 0o777).toBe(0o644);
  });

  it('does not overwrite, and does not write through a link', async () => {
    writeFileSync(join(dir, 'a'), 'mine');
    symlinkSync(join(dir, 'elsewhere'), join(dir, 'b'));
    for (const name of ['a', 'b']) expect(await attachmentStore.save(dir, path(name), content('theirs'))).toBe('taken');
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('mine');
    expect(readdirSync(dir).sort()).toEqual(['a', 'b']);
  });

  it('leaves nothing of a file that did not come whole', async () => {
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the file is cut');
    }
    await expect(attachmentStore.save(dir, path('a.png'), cut())).rejects.toThrow('the file is cut');
    expect(readdirSync(dir)).toEqual([]);
  });

  it('tells why it cannot write', async () => {
    writeFileSync(join(dir, 'a'), 'a file where a folder should be');
    await expect(attachmentStore.save(dir, path('a/b.png'), content('x'))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
