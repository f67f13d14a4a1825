import type { Options } from '../core/options/options.ts';
import type { ClusterFound } from './front-end.ts';

/** Outside of Azure the inputs name the kubeconfig, or the environment does as it does for kubectl. */
export function findKubeconfig(
  { kubeconfig, context }: Pick<Options, 'kubeconfig' | 'context'>,
  env: NodeJS.ProcessEnv,
): ClusterFound {
  const source =
    kubeconfig === undefined ? { kind: 'default' as const, env } : { kind: 'file' as const, path: kubeconfig };
  return { ok: true, source: { ...source, ...(context === undefined ? {} : { context }) }, secrets: [] };
}
