import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { type BundleTarget, bundle } from './bundle.ts';
import { packExtension, stageExtension } from './stage-vsix.ts';

const TARGETS: readonly BundleTarget[] = [
  { outdir: 'cli', entries: { 'testcar-gate': 'src/main/entries/cli.ts' } },
  {
    outdir: 'action',
    entries: { main: 'src/main/entries/github.ts', post: 'src/main/entries/github-post.ts' },
  },
  { outdir: 'vsix/task', entries: { run: 'task/run.ts', post: 'task/post.ts' } },
];

/** Everything that ships, below `dist`, which is emptied first. Tells sizes; throws when one is above its limit. */
export async function buildAll(root: string, dist: string, tell: (line: string) => void): Promise<void> {
  const version = await versionOf(root);
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  for (const target of TARGETS) {
    for (const { entry, bytes, startBytes } of await bundle(root, dist, target, version)) {
      tell(`${entry}: ${kilobytes(bytes)}, of which ${kilobytes(startBytes)} are loaded at the start`);
    }
    await copyFile(path.join(root, 'LICENSE'), path.join(dist, target.outdir, 'LICENSE.txt'));
  }
  const staged = path.join(dist, 'vsix');
  await stageExtension(root, staged, version);
  const name = `testcar-gate-${version}.vsix`;
  tell(`${name}: ${kilobytes(await packExtension(root, staged, path.join(dist, name)))}`);
}

async function versionOf(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`version ${version} cannot be stamped into task.json`);
  return version;
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} kB`;
}
