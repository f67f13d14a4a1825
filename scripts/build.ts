/** `npm run build`: everything that ships, below dist/. Prints sizes; fails when one is above its limit. */
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { type BundleTarget, bundle } from './build/bundle.ts';
import { packExtension, stageExtension } from './build/stage-vsix.ts';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

const TARGETS: readonly BundleTarget[] = [
  { outdir: 'dist/cli', entries: { 'testcar-gate': 'src/main/entries/cli.ts' } },
  { outdir: 'dist/action', entries: { main: 'src/main/entries/github.ts', post: 'src/main/entries/github-post.ts' } },
  { outdir: 'dist/vsix/task', entries: { run: 'task/run.ts', post: 'task/post.ts' } },
];

const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`version ${version} cannot be stamped into task.json`);

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const target of TARGETS) {
  for (const { entry, bytes, startBytes } of await bundle(root, target, version, path.join(dist, 'maps'))) {
    console.log(`${entry}: ${kilobytes(bytes)}, of which ${kilobytes(startBytes)} are loaded at the start`);
  }
  await copyFile(path.join(root, 'LICENSE'), path.join(root, target.outdir, 'LICENSE.txt'));
}
const staged = path.join(dist, 'vsix');
await stageExtension(root, staged, version);
const vsix = path.join(dist, `testcar-gate-${version}.vsix`);
console.log(`${path.relative(root, vsix)}: ${kilobytes(await packExtension(root, staged, vsix))}`);

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} kB`;
}
