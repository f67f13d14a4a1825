import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { thirdPartyNotices } from './notices.ts';
import { LAZY_PACKAGES, requireBuiltins, trimKubernetesClient } from './trim.ts';

/** One staged folder: it has to work with nothing else on disk. */
export type BundleTarget = {
  /** Folder below dist/. */
  outdir: string;
  /** Output name → source file. */
  entries: Readonly<Record<string, string>>;
};

export type BundleSize = { entry: string; bytes: number; startBytes: number };

/** design §9: an entry with all that it can load. */
const MAX_ENTRY_BYTES = 2 * 1024 * 1024;

/**
 * Some packages are CommonJS and call `require`, which an ES module does not have. `process.getBuiltinModule` (Node 20.16)
 * spares the start the import of `node:module`; agents of 2023 ship a Node 20 that has only that.
 */
const REQUIRE_IN_ESM = [
  'const __get=process.getBuiltinModule;',
  "const __module=__get?undefined:await import('node:module');",
  "const require=(id)=>__get?.(id)??(__module??__get('node:module')).createRequire(import.meta.url)(id);",
].join('');

/** How everything that ships is bundled; the scripts of the benchmarks, too. */
export const AS_SHIPPED = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  // The agents run Node 20 even where a task asks for 24 (facts of the Azure agent: handler data knob).
  target: 'node20',
  // All of it: parsing is a good part of the start. Nothing depends on names; stacks can be read with the maps.
  minify: true,
  legalComments: 'none',
  banner: { js: REQUIRE_IN_ESM },
  // Its build for Node is CommonJS, and `import()` of that has no named exports in a bundle, though it has in Node.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  plugins: [trimKubernetesClient, requireBuiltins],
} satisfies BuildOptions;

/** Bundles one target; source maps go to `dist/maps`, which does not ship. Throws when an entry is too large. */
export async function bundle(
  root: string,
  dist: string,
  target: BundleTarget,
  version: string,
): Promise<readonly BundleSize[]> {
  const outdir = path.join(dist, target.outdir);
  const { metafile } = await build({
    ...AS_SHIPPED,
    absWorkingDir: root,
    entryPoints: { ...target.entries },
    outdir,
    outExtension: { '.js': '.mjs' },
    // Flat, so that the lazy packages are `./` of every chunk.
    chunkNames: 'chunk-[name]-[hash]',
    splitting: true,
    sourcemap: 'external',
    define: { TESTCAR_GATE_VERSION: JSON.stringify(version) },
    metafile: true,
    logLevel: 'warning',
  });
  const lazy = await bundleLazyPackages(root, outdir);
  await moveMaps(outdir, path.join(dist, 'maps', target.outdir));
  await writeFile(path.join(outdir, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(root, [metafile, lazy]));
  const lazyBytes = Object.values(lazy.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
  const sizes = Object.keys(target.entries).map((name) => {
    const output = path
      .relative(root, path.join(outdir, `${name}.mjs`))
      .split(path.sep)
      .join('/');
    return sizeOf(`${target.outdir}/${name}.mjs`, output, metafile, lazyBytes);
  });
  for (const { entry, bytes } of sizes) {
    if (bytes > MAX_ENTRY_BYTES) throw new Error(`${entry} has ${bytes} bytes; at most ${MAX_ENTRY_BYTES} are allowed`);
  }
  return sizes;
}

/** The packages that the Kubernetes client needs for a proxy or an old authenticator, each in a file of its own. */
async function bundleLazyPackages(root: string, outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(LAZY_PACKAGES.map((name) => [`lazy-${name}`, name])),
    outdir,
    bundle: true,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

function sizeOf(entry: string, output: string, metafile: Metafile, lazyBytes: number): BundleSize {
  return { entry, bytes: reach(output, metafile, true) + lazyBytes, startBytes: reach(output, metafile, false) };
}

/** Bytes of the output and of all that it imports; `lazily` includes what is loaded only on demand. */
function reach(entry: string, metafile: Metafile, lazily: boolean): number {
  const seen = new Set<string>();
  const waiting = [entry];
  let bytes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const output = metafile.outputs[next];
    if (output === undefined || seen.has(next)) continue;
    seen.add(next);
    bytes += output.bytes;
    for (const { path: file, kind } of output.imports) if (lazily || kind === 'import-statement') waiting.push(file);
  }
  return bytes;
}

async function moveMaps(outdir: string, mapsDir: string): Promise<void> {
  for (const file of await readdir(outdir, { recursive: true })) {
    if (!file.endsWith('.map')) continue;
    const to = path.join(mapsDir, file);
    await mkdir(path.dirname(to), { recursive: true });
    await rename(path.join(outdir, file), to);
  }
}
