import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGoProgram, buildImageTool, buildPause } from './binaries.ts';
import { run } from './commands.ts';
import { cacheDir, path } from './layout.ts';
import { busyboxPath } from './packages.ts';

export type ImageSpec = {
  /** As pods name it: `localhost/sut:1`. */
  name: string;
  /** `busybox`: Debian's static busybox with all its applets, /tmp, and users root and nobody. Default: `empty`. */
  base?: 'busybox' | 'empty';
  /** Path in the image → folder of a Go main package, built static. */
  goPrograms?: Record<string, string>;
  files?: Record<string, { content: string; mode?: number }>;
  env?: Record<string, string>;
  entrypoint?: string[];
  cmd?: string[];
  /** `65534:65534`, as runAsNonRoot wants a number. */
  user?: string;
  workingDir?: string;
};

type Entry = { path: string; mode: number } & (
  { from: string } | { content: string } | { link: string } | { directory: true }
);

export const busyboxImage: ImageSpec = { name: 'localhost/busybox:1', base: 'busybox', cmd: ['sh'] };

/** Makes a docker-archive; the same inputs give the same file and digest. Cached. Needs no running cluster. */
export async function buildImage(spec: ImageSpec): Promise<string> {
  const programs = Object.entries(spec.goPrograms ?? {});
  const built: Entry[] = [];
  for (const [target, packageDir] of programs) {
    const name = target.slice(target.lastIndexOf('/') + 1);
    built.push({ path: target, mode: 0o755, from: await buildGoProgram({ name, packageDir }) });
  }
  const files = Object.entries(spec.files ?? {}).map(([target, { content, mode = 0o644 }]) => ({
    path: target,
    mode,
    content,
  }));
  return archive(spec, [...(spec.base === 'busybox' ? [await busyboxLayer()] : []), [...built, ...files]]);
}

/** The image of every pod's first process. */
export async function buildPauseImage(): Promise<string> {
  const spec = { name: 'localhost/pause:1', entrypoint: ['/pause'], user: '65535:65535' };
  return archive(spec, [[{ path: '/pause', mode: 0o755, from: await buildPause() }]]);
}

/** Makes the image known to the node, so that pods run it with `imagePullPolicy: IfNotPresent` or `Never`. */
export async function loadImage(tar: string): Promise<void> {
  await run('ctr', ['--address', path.containerdSocket, '--namespace', 'k8s.io', 'images', 'import', tar]);
}

/** Uploads the image to the cluster's registry (`reference`: `127.0.0.1:15000/name:tag`); returns `…/name@sha256:…`. */
export async function pushImage(tar: string, reference: string): Promise<string> {
  return (await run(await buildImageTool(), ['push', tar, reference])).trim();
}

async function archive(spec: ImageSpec, layers: Entry[][]): Promise<string> {
  const tool = await buildImageTool();
  const resolved = {
    name: spec.name,
    layers: layers.filter((entries) => entries.length > 0).map((entries) => ({ entries })),
    env: Object.entries({ PATH: '/bin', ...spec.env }).map(([name, value]) => `${name}=${value}`),
    entrypoint: spec.entrypoint ?? [],
    cmd: spec.cmd ?? [],
    user: spec.user ?? '',
    workingDir: spec.workingDir ?? '/',
  };
  const hash = createHash('sha256').update(tool).update(JSON.stringify(resolved));
  for (const entry of layers.flat()) if ('from' in entry) hash.update(await readFile(entry.from));
  const folder = join(cacheDir, 'images');
  const target = join(folder, `${hash.digest('hex').slice(0, 16)}.tar`);
  if (existsSync(target)) return target;
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, '.'));
  try {
    await writeFile(join(scratch, 'spec.json'), JSON.stringify(resolved));
    await run(tool, ['build', join(scratch, 'spec.json'), join(scratch, 'image.tar')]);
    await rename(join(scratch, 'image.tar'), target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return target;
}

async function busyboxLayer(): Promise<Entry[]> {
  const busybox = busyboxPath();
  const applets = (await run(busybox, ['--list']))
    .trim()
    .split('\n')
    .filter((name) => name !== 'busybox');
  return [
    { path: '/bin/busybox', mode: 0o755, from: busybox },
    ...applets.map((name) => ({ path: `/bin/${name}`, mode: 0o777, link: 'busybox' })),
    { path: '/tmp', mode: 0o1777, directory: true },
    {
      path: '/etc/passwd',
      mode: 0o644,
      content: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
    },
    { path: '/etc/group', mode: 0o644, content: 'root:x:0:\nnogroup:x:65534:\n' },
    { path: '/root', mode: 0o700, directory: true },
  ];
}
