import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../e2e/front-ends.ts';
import type { Figure } from './figure.ts';

const MIB = 1024 * 1024;

/** What a pipeline has to download. An entry's folder is what it can load; the limit is that of one entry. */
export async function measureSizes(): Promise<Figure[]> {
  const dist = join(repository, 'dist');
  const entries = {
    'command line': 'cli',
    'GitHub action, main and post': 'action',
    'Azure task, run and post': 'vsix/task',
  };
  const figures: Figure[] = [];
  for (const [name, folder] of Object.entries(entries)) {
    const files = (await filesIn(join(dist, folder))).filter((file) => /\.[mc]?js$/.test(file.name));
    if (files.length === 0) throw new Error(`dist/${folder} holds no bundle: run npm run build`);
    const how = 'all scripts that npm run build puts into its folder';
    const value = files.reduce((sum, { bytes }) => sum + bytes, 0) / MIB;
    figures.push({ name: `bundle: ${name}`, value, limit: 2, unit: 'MiB', how });
  }
  const extension = (await filesIn(dist)).find((file) => file.name.endsWith('.vsix'));
  if (extension === undefined) throw new Error('dist holds no .vsix: run npm run build');
  const how = 'the file that is uploaded to the marketplace';
  return [...figures, { name: 'Azure extension (.vsix)', value: extension.bytes / MIB, limit: 5, unit: 'MiB', how }];
}

async function filesIn(folder: string): Promise<{ name: string; bytes: number }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })));
}
