import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Metafile } from 'esbuild';

/** The licences of everything that was bundled, as their terms ask for: name, version, licence, full text. */
export async function thirdPartyNotices(root: string, metafiles: readonly Metafile[]): Promise<string> {
  const folders = new Set<string>();
  for (const output of metafiles.flatMap(({ outputs }) => Object.values(outputs))) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = packageFolder(input);
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  const parts = ['Testcar Gate contains the following third-party software.\n'];
  for (const folder of [...folders].sort()) parts.push(await noticeOf(path.join(root, folder)));
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The innermost package of a path such as node_modules/a/node_modules/@b/c/dist/x.js. */
function packageFolder(input: string): string | undefined {
  // What a plugin made up, such as `builtin:node:fs#…`, is in no package.
  if (/^[a-z-]+:/.test(input)) return undefined;
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

async function noticeOf(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest as { name: string; version: string; license?: unknown };
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8').catch(() => '')));
  const terms = typeof license === 'string' ? license : 'see its package';
  if (texts.join('').trim() === '' && terms === 'see its package')
    throw new Error(`${name} has no licence that can be named`);
  return [`${name} ${version} (${terms})`, '', ...texts.map((text) => `${text.trim()}\n`)].join('\n');
}
