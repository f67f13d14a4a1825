import { type JsonObject, listAt, stringAt } from '../../src/core/model/json.ts';
import { type Ledger, completenessOf } from '../../src/core/model/ledger.ts';
import type { LogInstance, Logs } from '../../src/ports.ts';
import { portsOf } from './ports-of.ts';
import type { World } from './world.ts';

/** The gate's own reader of logs, over a connection of its own. */
export async function logsOf(world: World, kubeconfig?: string): Promise<Logs> {
  return (await portsOf(world, kubeconfig)).logs;
}

/** A pod with one container `c` that runs `script`; resolves when that has begun, or has ended already. */
export async function writer(world: World, script: string, spec: JsonObject = {}): Promise<LogInstance> {
  const { namespace, kube, images } = world;
  await kube.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'writer', namespace },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      volumes: [{ name: 'kept', emptyDir: {} }],
      containers: [
        {
          name: 'c',
          image: images.testcar,
          command: ['/bin/sh', '-c', script],
          volumeMounts: [{ name: 'kept', mountPath: '/kept' }],
        },
      ],
      ...spec,
    },
  });
  const [status] = listAt(await untilPhase(world, 'Running', 'Succeeded', 'Failed'), 'status', 'containerStatuses');
  const startedAt =
    stringAt(status, 'state', 'running', 'startedAt') ?? stringAt(status, 'state', 'terminated', 'startedAt');
  return { namespace, pod: 'writer', container: 'c', restart: 0, startedAtMs: Date.parse(startedAt ?? '') };
}

/** The pod, when it has come to one of these phases. */
export function untilPhase({ kube, namespace }: World, ...phases: readonly string[]): Promise<JsonObject> {
  return kube.until(
    `the writer is ${phases.join(' or ')}`,
    'Pod',
    namespace,
    (pods) => pods.find((pod) => phases.includes(stringAt(pod, 'status', 'phase') ?? '')),
    { signal: AbortSignal.timeout(240_000) },
  );
}

export type Read = { lines: string[]; ledger: Ledger };

/** Follows to the end; `each` is told after every batch how many lines there are. */
export async function readAll(
  logs: Logs,
  source: LogInstance,
  each?: (lines: number) => void,
  signal = AbortSignal.timeout(240_000),
): Promise<Read> {
  const lines: string[] = [];
  const take = (some: readonly string[]): void => {
    for (const line of some) lines.push(line);
    each?.(lines.length);
  };
  const ledger = await logs.follow(source, take, signal);
  return { lines, ledger };
}

/** Lines `NUMBER PAD`, numbered from 1: which are missing, and whether each came once and in order. */
export class Numbered {
  missing = 0;
  #last = 0;
  #piece = '';
  readonly #whole: RegExp;

  constructor(pad: string) {
    this.#whole = new RegExp(`^(\\d+) ${pad}$`);
  }

  take(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#isNext(line)) continue;
      // containerd ends a line where it changes the file; the rest of it is the first line of the next file.
      this.#piece += line;
      if (this.#isNext(this.#piece)) continue;
      if (this.#piece.length > 2 * this.#whole.source.length) throw new Error(`no line of the writer: ${this.#piece}`);
    }
  }

  #isNext(line: string): boolean {
    const number = Number(this.#whole.exec(line)?.[1]);
    if (Number.isNaN(number)) return false;
    if (number <= this.#last) throw new Error(`after line ${this.#last} came line ${number}`);
    this.missing += number - this.#last - 1;
    this.#last = number;
    this.#piece = '';
    return true;
  }

  /** `written` = the number of the last line. */
  end(written: number): void {
    this.missing += written - this.#last;
  }
}

export function stateOf(ledger: Ledger): string {
  return completenessOf(ledger, String).state;
}

export type Rotation = { maxBytes: number; everySeconds: number };

/** When this node's kubelet changes log files. */
export async function rotationOf({ kube }: World): Promise<Rotation> {
  const [node] = await kube.list('Node', undefined);
  const name = stringAt(node, 'metadata', 'name') ?? '';
  const { body } = await kube.send('GET', `/api/v1/nodes/${name}/proxy/configz`);
  const size = /^(\d+)(Ki|Mi)$/.exec(stringAt(body, 'kubeletconfig', 'containerLogMaxSize') ?? '');
  const every = /^(\d+)s$/.exec(stringAt(body, 'kubeletconfig', 'containerLogMonitorInterval') ?? '');
  if (size === null || every === null)
    throw new Error(`the kubelet does not say when it rotates: ${JSON.stringify(body)}`);
  return { maxBytes: Number(size[1]) * (size[2] === 'Ki' ? 1024 : 1024 ** 2), everySeconds: Number(every[1]) };
}

/** What the container wrote into its termination log. */
export function messageOf(pod: JsonObject): string {
  const [status] = listAt(pod, 'status', 'containerStatuses');
  return stringAt(status, 'state', 'terminated', 'message') ?? '';
}
