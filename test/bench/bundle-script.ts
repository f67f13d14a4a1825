import { join } from 'node:path';
import { build } from 'esbuild';
import { AS_SHIPPED } from '../../scripts/build/bundle.ts';
import { repository } from '../e2e/front-ends.ts';

/** Bundles `test/bench/NAME.ts`, as what is shipped is bundled, and returns the path of the script in `folder`. */
export async function bundleScript(name: string, folder: string): Promise<string> {
  const script = join(folder, `${name}.mjs`);
  await build({
    ...AS_SHIPPED,
    absWorkingDir: repository,
    entryPoints: [join(repository, 'test', 'bench', `${name}.ts`)],
    outfile: script,
    logLevel: 'error',
  });
  return script;
}
