import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AttachmentStore } from '../../ports.ts';

/** Files of testcar are for reading: never executable, whatever they were in the pod. */
const FILE_MODE = 0o644;

export const attachmentStore: AttachmentStore = {
  async save(dir, path, content) {
    const file = join(resolve(dir), ...path.split('/'));
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    // `wx` makes a new file, or none: it neither overwrites nor follows a link that lies in wait.
    const opened = await open(file, 'wx', FILE_MODE).catch((error: unknown) => {
      if (isTaken(error)) return undefined;
      throw error;
    });
    if (opened === undefined) return 'taken';
    try {
      await pipeline(Readable.from(content), opened.createWriteStream());
      await chmod(file, FILE_MODE);
      return 'saved';
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  },
};

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
