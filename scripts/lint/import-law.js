import path from 'node:path';

/**
 * The import law of docs/architecture.md as a lint rule: an import is resolved to the layer it points at, so that no
 * spelling of a path gets around it. Covers `import`, `export … from` and `import()`.
 */

const LAYERS = [
  { layer: 'core', at: /^src\/core\// },
  { layer: 'ports', at: /^src\/ports\.ts$/ },
  { layer: 'gate', at: /^src\/gate(\.ts$|\/)/ },
  { layer: 'adapter', at: /^src\/adapters\/(?<name>[^/.]+)/ },
  { layer: 'main', at: /^src\/main\// },
  { layer: 'task', at: /^task\// },
];

/** May `from` import `to`? An adapter may import its own folder; `src/main` composes them. */
const MAY_IMPORT = {
  core: ['core'],
  ports: ['core', 'ports'],
  gate: ['core', 'ports', 'gate'],
  adapter: ['core', 'ports'],
  main: ['core', 'ports', 'gate', 'adapter', 'main'],
  task: ['main'],
};

/** Third-party packages that ship, each with the one place that may know it. */
const PACKAGE_HOMES = {
  'azure-pipelines-task-lib': [/^src\/adapters\/azure\/inputs\.ts$/],
  axios: [/^src\/adapters\/azure\/http\.ts$/],
  '@kubernetes/client-node': [/^src\/adapters\/kubernetes\//],
  'junit-report-builder': [/^src\/adapters\/junit\//],
  saxes: [/^src\/adapters\/(results|junit)\//],
  'tar-stream': [/^src\/adapters\/results\//],
  'p-wait-for': [/^src\/adapters\//],
  yaml: [/^src\/adapters\/(files|cli)\//, /^src\/adapters\/(azure|kubernetes)\/kubeconfig\.ts$/],
};

/** Layers in which even the modules of Node are unknown. */
const NO_NODE = new Set(['core', 'ports', 'gate']);

function layerOf(file) {
  for (const { layer, at } of LAYERS) {
    const match = at.exec(file);
    if (match) return { layer, name: match.groups?.name };
  }
  return undefined;
}

function packageOf(specifier) {
  const [scope, name] = specifier.split('/');
  return specifier.startsWith('@') ? `${scope}/${name}` : scope;
}

/** Why `file` must not import `specifier`; undefined when it may. Paths are relative to the root, with slashes. */
export function offence(file, specifier) {
  const from = layerOf(file);
  if (from === undefined) return undefined;
  if (specifier.startsWith('node:')) {
    return NO_NODE.has(from.layer) ? `${from.layer} must not import ${specifier}: it has no I/O` : undefined;
  }
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier);
    const homes = PACKAGE_HOMES[name];
    if (homes === undefined) return `${name} has no home in the import law (scripts/lint/import-law.js)`;
    return homes.some((home) => home.test(file))
      ? undefined
      : `${name} must not be imported here: it has its own adapter`;
  }
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  const to = layerOf(target);
  if (to === undefined) return `${target} is outside the layers`;
  if (from.layer === 'adapter' && to.layer === 'adapter') {
    return from.name === to.name ? undefined : `adapter ${from.name} must not import adapter ${to.name}`;
  }
  return MAY_IMPORT[from.layer].includes(to.layer)
    ? undefined
    : `${from.layer} must not import ${to.layer} (${target})`;
}

export const importLaw = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') {
        if (node.type === 'ImportExpression')
          context.report({ node, message: 'import() of a computed path cannot be checked' });
        return;
      }
      const message = offence(file, specifier);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};
