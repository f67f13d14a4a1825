import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { thirdPartyNotices } from './notices.ts';
import { requireHttp, trimKubernetesClient } from './trim.ts';

/** One staged folder: it has to work with nothing else on disk. */
export type BundleTarget = {
  /** Folder below the root that ships. */
  outdir: string;
  /** Output name → source file. */
  entries: Readonly<Record<string, string>>;
};

export type BundleSize = { entry: string; bytes: number; startBytes: number };

/** design §9: an entry with all that it can load. */
const MAX_ENTRY_BYTES = 2 * 1024 * 1024;

/** Some packages are CommonJS and call `require` for Node's own modules, which an ES module does not have. */
const REQUIRE_IN_ESM =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** Bundles one target; source maps go to `mapsDir`, which does not ship. Throws when an entry is too large. */
export async function bundle(
  root: string,
  target: BundleTarget,
  version: string,
  mapsDir: string,
): Promise<readonly BundleSize[]> {
  const outdir = path.join(root, target.outdir);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...target.entries },
    outdir,
    bundle: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    platform: 'node',
    // The agents run Node 20 even where a task asks for 24 (facts of the Azure agent: handler data knob).
    target: 'node20',
    // Names stay, for stack traces that can be read without a map.
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: false,
    legalComments: 'none',
    sourcemap: 'external',
    define: { TESTCAR_GATE_VERSION: JSON.stringify(version) },
    banner: { js: REQUIRE_IN_ESM },
    plugins: [trimKubernetesClient, requireHttp],
    metafile: true,
    logLevel: 'warning',
  });
  await moveMaps(outdir, path.join(mapsDir, target.outdir));
  await writeFile(path.join(outdir, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(root, metafile));
  const sizes = Object.keys(target.entries).map((entry) => sizeOf(`${target.outdir}/${entry}.mjs`, metafile));
  for (const { entry, bytes } of sizes) {
    if (bytes > MAX_ENTRY_BYTES) throw new Error(`${entry} has ${bytes} bytes; at most ${MAX_ENTRY_BYTES} are allowed`);
  }
  return sizes;
}

function sizeOf(entry: string, metafile: Metafile): BundleSize {
  return { entry, bytes: reach(entry, metafile, true), startBytes: reach(entry, metafile, false) };
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
