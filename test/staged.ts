import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildAll } from '../scripts/build/build-all.ts';

export const repository = path.resolve(import.meta.dirname, '..');

/** Everything that ships, built anew into a folder far from the repository: nothing can be found beside it by accident. */
export type Staged = { cli: string; action: string; extension: string; remove(): Promise<void> };

export async function stage(): Promise<Staged> {
  const folder = await mkdtemp(path.join(tmpdir(), 'testcar-gate-staged-'));
  const dist = path.join(folder, 'dist');
  await buildAll(repository, dist, () => undefined);
  // The action is published as action.yml with dist/ beside it.
  await cp(path.join(repository, 'action.yml'), path.join(folder, 'action.yml'));
  return {
    cli: path.join(dist, 'cli'),
    action: folder,
    extension: path.join(dist, 'vsix'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
