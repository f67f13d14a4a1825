import { join } from 'node:path';
import { build } from 'esbuild';
import { repository } from '../e2e/front-ends.ts';

/** Bundles `test/bench/NAME.ts`, as what is shipped is bundled, and returns the path of the script in `folder`. */
export async function bundleScript(name: string, folder: string): Promise<string> {
  const script = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(repository, 'test', 'bench', `${name}.ts`)],
    outfile: script,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return script;
}
