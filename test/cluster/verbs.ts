import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildKubernetes } from './binaries.ts';
import { type ExternalCluster, externalCluster, ownedCluster } from './cluster-for-tests.ts';
import { ClusterError, messageOf } from './errors.ts';
import { checkHealth } from './health.ts';
import { parseImageSpec } from './image-spec.ts';
import { buildImage, loadImage, pushImage } from './images.ts';
import { path } from './layout.ts';
import { down, up } from './lifecycle.ts';
import { say } from './progress.ts';
import { mintUser } from './users.ts';

const usage = `usage: npm run cluster -- VERB

  up [--install]          start the cluster; --install: apt-get install what is missing
  down [--purge]          stop it and leave nothing behind; --purge: remove cached binaries too
  status                  what runs; exits 1 unless all is well
  kubeconfig              print the path of the admin's kubeconfig
  kubectl ARGS…           kubectl of the same version, as admin
  user NAME [GROUP…]      print the path of a new kubeconfig for this user
  image SPEC.yaml         make an image; print the path of its archive
  load IMAGE.tar          give an image to the node
  push IMAGE.tar REF      push an image to REF, e.g. 127.0.0.1:15000/app:1; print its digest

--kubeconfig FILE [--context NAME] (or TESTCAR_GATE_TEST_KUBECONFIG, TESTCAR_GATE_TEST_CONTEXT) before the
verb: use that cluster; it is never started, stopped or changed.`;

const flags = {
  install: { type: 'boolean' },
  purge: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
} as const;

/** Returns the exit code. stdout carries only the answer, so that a script can use it. */
export async function runVerb(args: string[]): Promise<number> {
  // What follows `kubectl` is kubectl's.
  const end = args.indexOf('kubectl');
  const { values, positionals } = parse(end === -1 ? args : args.slice(0, end));
  const [verb, ...rest] = end === -1 ? positionals : ['kubectl', ...args.slice(end + 1)];
  const external = externalCluster(values);
  if (values.help === true || verb === undefined) {
    console.error(usage);
    return values.help === true ? 0 : 2;
  }
  if (verb === 'kubectl') return kubectl(rest, external);
  if (verb === 'image') {
    const [file] = need(rest, 1, 'image SPEC.yaml');
    console.log(await buildImage(parseImageSpec(await readFile(file, 'utf8'), file)));
    return 0;
  }
  if (external !== undefined) return runForExternal(verb, external);
  return runForOwned(verb, rest, values);
}

async function runForOwned(verb: string, rest: string[], { install, purge }: { install?: boolean; purge?: boolean }) {
  switch (verb) {
    case 'up':
      await up({ install: install === true });
      return 0;
    case 'down':
      await down({ purge: purge === true });
      return 0;
    case 'status':
      return status();
    case 'kubeconfig':
      console.log(ownedCluster.kubeconfigPath);
      return 0;
    case 'user': {
      const [name] = need(rest, 1, 'user NAME [GROUP…]');
      console.log(await mintUser(name, rest.slice(1)));
      return 0;
    }
    case 'load':
      await loadImage(need(rest, 1, 'load IMAGE.tar')[0]);
      return 0;
    case 'push': {
      const [tar, reference] = need(rest, 2, 'push IMAGE.tar REF');
      console.log(await pushImage(tar, reference));
      return 0;
    }
    default:
      throw new ClusterError(`unknown verb ${verb}\n\n${usage}`);
  }
}

function runForExternal(verb: string, { kubeconfigPath }: ExternalCluster): number {
  if (verb === 'kubeconfig') console.log(kubeconfigPath);
  else if (verb === 'up' || verb === 'down' || verb === 'status') say(`using ${kubeconfigPath}: nothing to do`);
  else throw new ClusterError(`${verb} works on our own cluster only, and ${kubeconfigPath} was asked for`);
  return 0;
}

async function status(): Promise<number> {
  const checks = await checkHealth();
  if (checks.length === 0) console.log('down');
  for (const { name, ok, detail } of checks) console.log(`${ok ? 'ok ' : 'BAD'}  ${name.padEnd(24)} ${detail}`);
  return checks.length > 0 && checks.every(({ ok }) => ok) ? 0 : 1;
}

async function kubectl(args: string[], external: ExternalCluster | undefined): Promise<number> {
  const program = await buildKubernetes();
  const { kubeconfigPath, context } = external ?? ownedCluster;
  const chosen = context === undefined ? args : ['--context', context, ...args];
  const child = spawn(program, ['kubectl', ...chosen], {
    stdio: 'inherit',
    // What kubectl remembers of this API server must not outlive it: the next one has the same address.
    env: {
      ...process.env,
      KUBECONFIG: kubeconfigPath,
      ...(external === undefined && { KUBECACHEDIR: path.kubectlCache }),
    },
  });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve(code ?? 1)));
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: true });
  } catch (cause) {
    throw new ClusterError(`${messageOf(cause)}\n\n${usage}`, { cause });
  }
}

function need(rest: string[], count: 1, synopsis: string): [string];
function need(rest: string[], count: 2, synopsis: string): [string, string];
function need(rest: string[], count: number, synopsis: string): string[] {
  if (rest.length < count) throw new ClusterError(`usage: npm run cluster -- ${synopsis}`);
  return rest;
}
