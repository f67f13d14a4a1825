import type { OnLoadResult, Plugin } from 'esbuild';

/**
 * Start-up matters: a gate runs in every pipeline. The Kubernetes client's KubeConfig imports, directly or not, more than
 * 800 kB of which a run uses a few kilobytes. The modules below are replaced at bundle time: by the part that is used,
 * or by a stand-in that loads the real module at its first call. Each of them fails loudly when it is used otherwise.
 */
const CLIENT = /[\\/]@kubernetes[\\/]client-node[\\/]dist[\\/]/;
const NAMESPACE = 'trimmed';

const STAND_INS: Readonly<Record<string, string>> = {
  // Only `Headers` is used by us (applyToFetchOptions). The client's own fetch must not fall back to the global one,
  // because that ignores `agent`, and with it the cluster's CA.
  'node-fetch': `
    export function Headers(...args) {
      // Not at load time: the first touch of a global of fetch loads all of undici (6 ms).
      return new globalThis.Headers(...args);
    }
    export default function fetch() {
      throw new Error('the client of @kubernetes/client-node is not part of this bundle; use https with applyToHTTPSOptions');
    }`,
  'openid-client': `
    const load = () => import('openid-client');
    export const refreshTokenGrant = async (...args) => (await load()).refreshTokenGrant(...args);
    export const discovery = async (...args) => (await load()).discovery(...args);`,
  'socks-proxy-agent': `
    export function SocksProxyAgent(...args) {
      const { SocksProxyAgent: Agent } = require('socks-proxy-agent');
      return new Agent(...args);
    }`,
  hpagent: `
    export function HttpProxyAgent(...args) {
      const { HttpProxyAgent: Agent } = require('hpagent');
      return new Agent(...args);
    }
    export function HttpsProxyAgent(...args) {
      const { HttpsProxyAgent: Agent } = require('hpagent');
      return new Agent(...args);
    }`,
  'jsonpath-plus': `
    export function JSONPath(...args) {
      return require('jsonpath-plus').JSONPath(...args);
    }`,
  './gen/index.js': `
    export { createConfiguration } from './gen/configuration.js';
    export { ServerConfiguration } from './gen/servers.js';`,
};

/** Replaces modules only where the Kubernetes client imports them; everybody else gets the real ones. */
export const trimKubernetesClient: Plugin = {
  name: 'trim-kubernetes-client',
  setup(build) {
    const names = Object.keys(STAND_INS).map((name) => name.replaceAll('.', '\\.'));
    build.onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, ({ path, importer, namespace, resolveDir }) => {
      if (namespace === NAMESPACE || !CLIENT.test(importer)) return undefined;
      return { path, namespace: NAMESPACE, pluginData: { resolveDir } };
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData }): OnLoadResult => {
      const resolveDir: unknown = pluginData?.resolveDir;
      return {
        contents: STAND_INS[path] ?? '',
        loader: 'js',
        resolveDir: typeof resolveDir === 'string' ? resolveDir : '.',
      };
    });
  },
};

/**
 * `import 'node:http'` reads every export at once, among them the getter `WebSocket`, which loads undici: 13 ms on
 * Node 24. `require` leaves getters alone.
 */
export const requireHttp: Plugin = {
  name: 'require-http',
  setup(build) {
    build.onResolve({ filter: /^(node:)?http$/ }, ({ namespace, kind }) =>
      namespace === 'required' || kind === 'require-call' ? undefined : { path: 'node:http', namespace: 'required' },
    );
    build.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};
