import { builtinModules } from 'node:module';
import type { OnLoadResult, Plugin } from 'esbuild';

/**
 * Start-up matters: a gate runs in every pipeline. The Kubernetes client's KubeConfig imports, directly or not, about a
 * megabyte, of which a run uses a few kilobytes. The modules below are replaced at bundle time: by the part that is used,
 * or by a stand-in that loads the real module at its first call. Each of them fails loudly when it is used otherwise.
 */
const CLIENT = /[\\/]@kubernetes[\\/]client-node[\\/]dist[\\/]/;
const NAMESPACE = 'trimmed';

/** Packages that are bundled into a CommonJS file of their own, for those who need them only sometimes but at once. */
export const LAZY_PACKAGES = ['socks-proxy-agent', 'hpagent', 'jsonpath-plus'] as const;
const lazy = (name: (typeof LAZY_PACKAGES)[number]) => `require('./lazy-${name}.cjs')`;

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
      const { SocksProxyAgent: Agent } = ${lazy('socks-proxy-agent')};
      return new Agent(...args);
    }`,
  hpagent: `
    export function HttpProxyAgent(...args) {
      const { HttpProxyAgent: Agent } = ${lazy('hpagent')};
      return new Agent(...args);
    }
    export function HttpsProxyAgent(...args) {
      const { HttpsProxyAgent: Agent } = ${lazy('hpagent')};
      return new Agent(...args);
    }`,
  'jsonpath-plus': `
    export function JSONPath(...args) {
      return ${lazy('jsonpath-plus')}.JSONPath(...args);
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
    build.onResolve({ filter: /^\.\/lazy-[\w-]+\.cjs$/ }, ({ path }) => ({ path, external: true }));
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

/** Modules of Node that the connection to a cluster needs only sometimes: for `http://` servers, for plugins. */
const RARE_BUILTINS = /^(node:)?(http|child_process)$/;
const CONNECTION = /[\\/](@kubernetes[\\/]client-node[\\/]dist|src[\\/]adapters[\\/]kubernetes)[\\/]/;

/**
 * Node's own modules by `require`. An `import` makes a namespace of every export and so runs all getters: of
 * `node:http` that is `WebSocket`, which loads undici (13 ms on Node 24), of `node:process` and `node:util` some more.
 */
export const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup(build) {
    const names = builtinModules.filter((name) => !name.startsWith('_')).join('|');
    build.onResolve({ filter: new RegExp(`^(node:)?(${names})$`) }, ({ path, namespace, kind, importer }) => {
      if (namespace.endsWith('builtin') || kind === 'require-call') return undefined;
      const rare = RARE_BUILTINS.test(path) && CONNECTION.test(importer);
      // One wrapper per importer: a wrapper that two chunks share would be a chunk, and a file to load, of its own.
      return { path: `${path}#${importer}`, namespace: rare ? 'rare-builtin' : 'builtin' };
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const module = /^(node:)?process#/.test(path) ? 'process' : `require(${nameOf(path)})`;
      return { contents: asEsModule(module, exportsOf(path)), loader: 'js' };
    });
    // Only a default export: a named import of such a module fails the build.
    build.onLoad({ filter: /.*/, namespace: 'rare-builtin' }, ({ path }) => {
      const found = `require(${nameOf(path)})[name]`;
      // The client asks for `spawn` long before it calls it, if ever.
      const asked = /child_process#/.test(path) ? `(...args) => ${found}(...args)` : found;
      return { contents: `export default new Proxy({}, { get: (_, name) => ${asked} });`, loader: 'js' };
    });
  },
};

/**
 * Names that nobody imports vanish. A CommonJS wrapper would be copied property by property, and so much as the
 * descriptor of some of them loads a module: `diff` of `node:util` is 3 ms on Node 24.
 */
function asEsModule(module: string, names: readonly string[]): string {
  const each = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`);
  return [`const builtin = /* @__PURE__ */ (() => ${module})();`, 'export default builtin;', ...each].join('\n');
}

function exportsOf(path: string): readonly string[] {
  const found: unknown = process.getBuiltinModule(path.slice(0, path.indexOf('#')));
  if (typeof found !== 'object' && typeof found !== 'function') throw new Error(`${path} is no module of Node`);
  return Object.getOwnPropertyNames(found ?? {}).filter(
    (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default',
  );
}

/** The module's name, quoted, without the importer that was added to tell wrappers apart. */
function nameOf(path: string): string {
  return JSON.stringify(path.slice(0, path.indexOf('#')));
}
