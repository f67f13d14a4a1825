import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../e2e/front-ends.ts';
import type { Figure } from './figure.ts';

const MIB = 1024 * 1024;

/** What a pipeline has to download and Node has to parse. */
export async function measureSizes(): Promise<Figure[]> {
  const dist = join(repository, 'dist');
  const how = 'size of the file that npm run build makes';
  const scripts = (await filesIn(dist)).filter(({ name }) => /\.(mjs|cjs|js)$/.test(name));
  const packages = (await filesIn(dist)).filter(({ name }) => name.endsWith('.vsix'));
  if (scripts.length === 0 || packages.length === 0)
    throw new Error('dist/ lacks a bundle or the .vsix: run npm run build');
  return [
    ...scripts.map(({ name, bytes }) => ({ name: `bundle ${name}`, value: bytes / MIB, limit: 2, unit: 'MiB', how })),
    ...packages.map(({ bytes }) => ({
      name: 'Azure extension (.vsix)',
      value: bytes / MIB,
      limit: 5,
      unit: 'MiB',
      how,
    })),
  ];
}

async function filesIn(folder: string): Promise<{ name: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({ name: file.slice(folder.length + 1), bytes: (await stat(file)).size })),
  );
}
