import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './commands.ts';
import { ClusterError } from './errors.ts';
import { cacheDir, kubernetesVersion } from './layout.ts';
import { say, sayWhile } from './progress.ts';

export type Binaries = { kubernetes: string; coredns: string; images: string };

export type GoProgram = { name: string; packageDir: string; ldflags?: string };

const here = (dir: string) => fileURLToPath(new URL(dir, import.meta.url));

/** Without these `kubectl version` and the node say v0.0.0, and charts refuse to install. */
const versionFlags = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  .flatMap((pkg) => {
    const [major, minor] = kubernetesVersion.split('.');
    return [`${pkg}.gitVersion=v${kubernetesVersion}`, `${pkg}.gitMajor=${major}`, `${pkg}.gitMinor=${minor}`];
  })
  .map((assignment) => `-X ${assignment}`)
  .join(' ');

export const buildKubernetes = () =>
  buildGoProgram({ name: 'kubernetes', packageDir: here('kubernetes'), ldflags: versionFlags });
export const buildImageTool = () => buildGoProgram({ name: 'testimages', packageDir: here('images') });
export const buildPause = () => buildGoProgram({ name: 'pause', packageDir: here('images/pause') });
const buildCoredns = () => buildGoProgram({ name: 'coredns', packageDir: here('coredns') });

/** One after the other: each build uses every core and a gigabyte or more. */
export async function buildBinaries(): Promise<Binaries> {
  return { kubernetes: await buildKubernetes(), coredns: await buildCoredns(), images: await buildImageTool() };
}

/** A static binary of the main package in `packageDir`; from the cache if nothing in its module has changed. */
export async function buildGoProgram({ name, packageDir, ldflags = '' }: GoProgram): Promise<string> {
  const args = ['-trimpath', `-ldflags=${['-s -w', ldflags].join(' ').trim()}`];
  const key = await keyOf(packageDir, args);
  const binary = join(cacheDir, 'bin', `${name}-${key}`, name);
  if (!existsSync(binary)) await compile(name, packageDir, args, binary);
  return binary;
}

async function compile(name: string, packageDir: string, args: string[], target: string): Promise<void> {
  await mkdir(join(cacheDir, 'bin'), { recursive: true });
  const scratch = await mkdtemp(join(cacheDir, 'bin', `.${name}-`));
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  let packages = 0;
  // -v names each package as it is compiled: the only progress that `go build` tells.
  const onStderr = (text: string) => (packages += text.split('\n').length - 1);
  const command = ['build', '-v', ...args, '-o', join(scratch, name), '.'];
  say(`building ${name}${name === 'kubernetes' ? ' (only the first time; 4 to 10 minutes)' : ''}`);
  try {
    const build = run('go', command, { cwd: packageDir, env: { CGO_ENABLED: '0' }, onStderr });
    await sayWhile(build, () => `building ${name}: ${packages} packages compiled, ${seconds()} s`);
    await rename(scratch, dirname(target)).catch((error: unknown) => {
      // Another process finished the same build first: its result is as good.
      if (!existsSync(target)) throw error;
    });
    say(`built ${name} in ${seconds()} s`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function keyOf(packageDir: string, args: string[]): Promise<string> {
  const moduleDir = moduleOf(packageDir);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([await goEnvironment(), args, relative(moduleDir, packageDir)]));
  for (const file of await sourceFiles(moduleDir)) {
    hash.update(`\0${relative(moduleDir, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

let environment: Promise<string> | undefined;

function goEnvironment(): Promise<string> {
  environment ??= run('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH', 'GOFLAGS']);
  return environment;
}

function moduleOf(packageDir: string): string {
  for (let dir = packageDir; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'go.mod'))) return dir;
    if (dir === dirname(dir)) throw new ClusterError(`no go.mod in ${packageDir} or above it`);
  }
}

/** All files, not only *.go: a program can embed any of them. Hidden folders and tests cannot change the binary. */
async function sourceFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const files = entries
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && !name.endsWith('_test.go'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(async (entry) => (entry.isDirectory() ? sourceFiles(join(dir, entry.name)) : [join(dir, entry.name)]));
  return (await Promise.all(files)).flat();
}
