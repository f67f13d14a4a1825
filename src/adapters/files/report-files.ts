import { appendFile, chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ReportStore } from '../../ports.ts';

/** Readable for later steps of the pipeline, which may run as another user; secrets are redacted before they come here. */
const DIR_MODE = 0o755;
const FILE_MODE = 0o644;

/** Report files on disk. A reader sees a file whole or not at all: written beside its place, then renamed. */
export function makeReportStore(): ReportStore {
  return { write: writeReportFiles, append: (path, content) => appendFile(path, content, 'utf8') };
}

/** Creates `dir` and writes the files. Resolves with their absolute paths; rejects with the file system's error. */
export async function writeReportFiles(
  dir: string,
  files: readonly { name: string; content: string | Iterable<string> }[],
): Promise<readonly string[]> {
  const root = resolve(dir);
  await mkdir(root, { recursive: true, mode: DIR_MODE });
  const paths: string[] = [];
  for (const { name, content } of files) {
    if (name === '' || name === '..' || name !== basename(name))
      throw new Error(`not a plain file name: ${JSON.stringify(name)}`);
    const path = join(root, name);
    const temporary = join(root, `.${name}.${process.pid}.tmp`);
    try {
      await writeFile(temporary, content, { encoding: 'utf8', mode: FILE_MODE });
      // The mode above is subject to the umask of the agent.
      await chmod(temporary, FILE_MODE);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    paths.push(path);
  }
  return paths;
}
