import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage, pushImage } from '../cluster/images.ts';
import type { World } from './world.ts';

/** The example's testcar on nothing: no shell, no tool, one static program. */
export async function bareTestcar({ setup }: World): Promise<string> {
  const packageDir = fileURLToPath(new URL('../../examples/testcar', import.meta.url));
  const program = '/quote-testcar';
  const tar = await buildImage({
    name: 'localhost/quote-testcar-bare:1.0.0',
    base: 'empty',
    goPrograms: { [program]: packageDir },
    entrypoint: [program],
    user: '10002',
  });
  const reference = `${setup.registry}/quote-testcar-bare:1.0.0-${basename(tar, '.tar').slice(0, 8)}`;
  await pushImage(tar, reference);
  return reference;
}
