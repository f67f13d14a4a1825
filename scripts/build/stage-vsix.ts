import { execFile } from 'node:child_process';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { drawIcon } from './icon.ts';

/** design §9. The marketplace itself takes 50 MB and more. */
const MAX_VSIX_BYTES = 5 * 1024 * 1024;

/** Everything of the extension that is not a bundle: manifests with the version of package.json, icons, texts. */
export async function stageExtension(root: string, staged: string, version: string): Promise<void> {
  const [major, minor, patch] = version.split('.').map((part) => Number(part));
  await stampJson(path.join(root, 'task.json'), path.join(staged, 'task/task.json'), {
    version: { Major: major, Minor: minor, Patch: patch },
  });
  await stampJson(path.join(root, 'vss-extension.json'), path.join(staged, 'vss-extension.json'), { version });
  await copyFile(path.join(root, 'task/overview.md'), path.join(staged, 'overview.md'));
  await copyFile(path.join(root, 'LICENSE'), path.join(staged, 'LICENSE.txt'));
  await writeFile(path.join(staged, 'icon.png'), drawIcon(128));
  await writeFile(path.join(staged, 'task/icon.png'), drawIcon(32));
}

async function stampJson(from: string, to: string, stamp: Readonly<Record<string, unknown>>): Promise<void> {
  const manifest = JSON.parse(await readFile(from, 'utf8')) as Record<string, unknown>;
  await writeFile(to, `${JSON.stringify({ ...manifest, ...stamp }, null, 2)}\n`);
}

/**
 * Packs with tfx, the vendor's own packager, because it is also what checks and publishes an extension. It needs no
 * network for this. Its warnings are announced to become errors; here they are.
 */
export async function packExtension(root: string, staged: string, vsix: string): Promise<number> {
  const tfx = path.join(root, 'node_modules/tfx-cli/_build/tfx-cli.js');
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      tfx,
      'extension',
      'create',
      '--root',
      staged,
      '--manifests',
      'vss-extension.json',
      '--output-path',
      vsix,
      '--no-prompt',
      '--no-color',
    ],
    { env: { ...process.env, TFX_NO_UPDATE_CHECK: '1' } },
  );
  const said = `${stdout}${stderr}`;
  if (/\bwarning\b/i.test(said)) throw new Error(`tfx warns:\n${said}`);
  const { size } = await stat(vsix);
  if (size > MAX_VSIX_BYTES) throw new Error(`${vsix} has ${size} bytes; at most ${MAX_VSIX_BYTES} are allowed`);
  return size;
}
