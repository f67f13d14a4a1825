import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathWithSbin, run, tryRun } from './commands.ts';
import { ClusterError } from './errors.ts';
import { clusterDir } from './layout.ts';
import { say } from './progress.ts';

/** Debian package → a file or command that only it brings. Checked by file: another vendor's containerd is welcome. */
const packages: Record<string, string[]> = {
  containerd: ['containerd', 'containerd-shim-runc-v2', 'ctr'],
  runc: ['runc'],
  'containernetworking-plugins': ['/usr/lib/cni/bridge', '/usr/lib/cni/host-local'],
  iptables: ['iptables', 'iptables-restore'],
  iproute2: ['ip'],
  mount: ['umount'],
  openssl: ['openssl'],
  'docker-registry': ['docker-registry'],
  'busybox-static': ['busybox'],
};

export async function checkMachine({ install }: { install: boolean }): Promise<void> {
  const external = 'or test on another cluster: TESTCAR_GATE_TEST_KUBECONFIG=/path/to/kubeconfig';
  if (process.platform !== 'linux') {
    throw new ClusterError(`the test cluster needs Linux, this is ${process.platform}`, { remedy: external });
  }
  if (process.getuid?.() !== 0) {
    throw new ClusterError('the test cluster needs root: it makes network devices, mounts and control groups', {
      remedy: `run this as root, ${external}`,
    });
  }
  // A Unix socket's path has at most 108 bytes (unix(7)), and the longest of ours is 40 below the folder.
  if (!isAbsolute(clusterDir) || clusterDir.length > 60 || /[\s:"]/.test(clusterDir)) {
    throw new ClusterError(`not a usable folder for the cluster: TESTCAR_GATE_CLUSTER_DIR=${clusterDir}`, {
      remedy: 'give an absolute path of at most 60 characters, without blanks, colons and quotes',
    });
  }
  await checkGo();
  await checkPackages(install);
}

async function checkPackages(install: boolean): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (locate('apt-get') === undefined) {
    throw new ClusterError(`missing: ${missing.join(', ')} (names of Debian's packages), and there is no apt-get`, {
      remedy: 'install what these packages contain; /usr/lib/cni must hold the CNI plugins',
    });
  }
  if (!install) {
    throw new ClusterError(`Debian packages are missing: ${missing.join(', ')}`, {
      remedy: `${command}\n    (or let \`npm run cluster -- up --install\` do it; it keeps their services from starting)`,
    });
  }
  say(`installing ${missing.join(', ')}`);
  await installPackages(missing);
  const still = await missingPackages();
  if (still.length > 0) throw new ClusterError(`installed, but still missing: ${still.join(', ')}`);
}

async function missingPackages(): Promise<string[]> {
  const missing = Object.entries(packages).filter(([, files]) => files.some((file) => locate(file) === undefined));
  const names = missing.map(([name]) => name);
  // Debian's package `busybox` has the same file, linked dynamically: in an image without libc it cannot start.
  const isDynamic = !names.includes('busybox-static') && (await tryRun('ldd', [busyboxPath()])).exitCode === 0;
  return isDynamic ? [...names, 'busybox-static'] : names;
}

export function busyboxPath(): string {
  return locate('busybox') ?? '/bin/busybox';
}

function locate(file: string): string | undefined {
  const candidates = file.startsWith('/') ? [file] : pathWithSbin.split(':').map((dir) => join(dir, file));
  return candidates.find((candidate) => existsSync(candidate));
}

/**
 * policy-rc.d is how Debian asks whether a package may start its service (invoke-rc.d(8)); ours says no and is
 * removed whatever happens. One that is there already belongs to the machine's owner and is obeyed.
 * --no-remove: rather fail than replace, say, Docker's containerd.
 */
const installScript = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' >"$policy" && chmod 755 "$policy"
fi
apt-get install -y --no-install-recommends --no-remove "$@"
`;

async function installPackages(names: string[]): Promise<void> {
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const install = () => tryRun('/bin/sh', ['-c', installScript, 'install', ...names], options);
  if ((await install()).exitCode === 0) return;
  // The usual reason on a fresh machine: no package lists, or old ones.
  say('apt-get update');
  await run('apt-get', ['update'], options);
  const { exitCode, stderr } = await install();
  if (exitCode !== 0) throw new ClusterError(`apt-get install ended with ${exitCode ?? 'a signal'}:\n${stderr.trim()}`);
}

/** The newest Go that one of our modules asks for. */
async function checkGo(): Promise<void> {
  const needed = ['kubernetes', 'coredns', 'images']
    .map((dir) => readFileSync(join(fileURLToPath(new URL(dir, import.meta.url)), 'go.mod'), 'utf8'))
    .map((text) => parseVersion(/^go (\S+)$/m.exec(text)?.[1] ?? ''))
    .reduce((a, b) => (isOlder(a, b) ? b : a));
  const text = needed.join('.');
  const archive = `go${text}.linux-${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
  const install = `curl -fsSL https://go.dev/dl/${archive} | tar -C /usr/local -xz`;
  const remedy = `${install} && export PATH=/usr/local/go/bin:$PATH`;
  const answer = await tryRun('go', ['env', 'GOVERSION', 'GOTOOLCHAIN']).catch(() => undefined);
  if (answer === undefined) throw new ClusterError('Go is missing; the cluster is built from source', { remedy });
  const [version = '', toolchain = ''] = answer.stdout.split('\n');
  // Unless told `local`, Go fetches the version that go.mod asks for by itself (https://go.dev/doc/toolchain).
  if (toolchain === 'local' && isOlder(parseVersion(version.replace(/^go/, '')), needed)) {
    throw new ClusterError(`Go is too old: ${version}, needed is ${text}`, { remedy });
  }
}

function parseVersion(text: string): number[] {
  return text.split('.').map((part) => Number.parseInt(part, 10));
}

function isOlder(a: number[], b: number[]): boolean {
  const difference = b.map((part, index) => part - (a[index] ?? 0)).find((each) => each !== 0);
  return difference !== undefined && difference > 0;
}
