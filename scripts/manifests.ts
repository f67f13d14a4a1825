/**
 * The inputs of task.json and action.yml as the option table has them. `npm run generate` writes them into the
 * manifests; test/manifests.test.ts compares. Everything else in the manifests is written by hand.
 */
import { OPTION_GROUPS, type OptionGroup, type OptionName, spelling } from '../src/core/options/option-spec.ts';
import { inputsOf, optionSpec } from '../src/core/options/table.ts';

type TaskInput = Readonly<Record<string, unknown>> & { name: string };

/** The default of `reportDir` is below the agent's temporary folder, which only the running task knows. */
const NO_DEFAULT_IN_AZURE: readonly OptionName[] = ['reportDir'];

const CONNECTION_GROUP = 'connection';

/** Names and shapes follow the vendor's own Kubernetes tasks, so that pipelines can be carried over. */
const CONNECTION: readonly TaskInput[] = [
  {
    name: 'connectionType',
    type: 'pickList',
    label: 'Connection',
    required: true,
    defaultValue: 'kubernetesServiceConnection',
    options: {
      kubernetesServiceConnection: 'Kubernetes service connection',
      azureResourceManager: 'Azure Resource Manager (AKS)',
      kubeconfig: 'Kubeconfig of the agent (KUBECONFIG or the default file)',
    },
    groupName: CONNECTION_GROUP,
    helpMarkDown: 'How the gate finds the cluster and proves who it is.',
  },
  {
    name: 'kubernetesServiceEndpoint',
    aliases: ['kubernetesServiceConnection'],
    type: 'connectedService:kubernetes',
    label: 'Kubernetes service connection',
    required: true,
    groupName: CONNECTION_GROUP,
    visibleRule: 'connectionType = kubernetesServiceConnection',
    helpMarkDown: 'A service connection of type Kubernetes: kubeconfig, service account or Azure subscription.',
  },
  {
    name: 'azureSubscriptionEndpoint',
    aliases: ['azureSubscriptionConnection'],
    type: 'connectedService:AzureRM',
    label: 'Azure subscription',
    required: true,
    groupName: CONNECTION_GROUP,
    visibleRule: 'connectionType = azureResourceManager',
    helpMarkDown: 'A service connection with a service principal secret or workload identity federation.',
  },
  {
    name: 'azureResourceGroup',
    type: 'string',
    label: 'Resource group',
    required: true,
    groupName: CONNECTION_GROUP,
    visibleRule: 'connectionType = azureResourceManager',
    helpMarkDown: 'Resource group of the AKS cluster.',
  },
  {
    name: 'kubernetesCluster',
    type: 'string',
    label: 'Kubernetes cluster',
    required: true,
    groupName: CONNECTION_GROUP,
    visibleRule: 'connectionType = azureResourceManager',
    helpMarkDown: 'Name of the AKS cluster.',
  },
  {
    name: 'useClusterAdmin',
    type: 'boolean',
    label: 'Use the credentials of the cluster administrator',
    required: false,
    defaultValue: 'false',
    groupName: CONNECTION_GROUP,
    visibleRule: 'connectionType = azureResourceManager',
    helpMarkDown: 'Needs local accounts on the cluster. Without it the service connection acts as itself.',
  },
];

export function taskGroups(): readonly Readonly<Record<string, unknown>>[] {
  const groups: Readonly<Record<string, unknown>>[] = [
    { name: CONNECTION_GROUP, displayName: 'Connection', isExpanded: true },
  ];
  for (const group of groupsOf('azure')) {
    groups.push({ name: group, displayName: OPTION_GROUPS[group], isExpanded: group !== 'report' });
  }
  return groups;
}

export function taskInputs(): readonly TaskInput[] {
  return [...CONNECTION, ...inputsOf('azure').map(taskInput)];
}

function taskInput(name: OptionName): TaskInput {
  const spec = optionSpec(name);
  const { type, ...shape } = taskType(name);
  const required = spec.requiredWhen === undefined ? '' : ` Required ${spec.requiredWhen}.`;
  const withDefault = spec.default !== undefined && !NO_DEFAULT_IN_AZURE.includes(name);
  return {
    name,
    type,
    label: labelOf(name),
    // The agent enforces nothing of this, and "required when" cannot be said here; the gate checks all.
    required: false,
    ...(withDefault ? { defaultValue: spec.default } : {}),
    ...shape,
    groupName: spec.group,
    helpMarkDown: `${spec.help}${required}`,
  };
}

function taskType(name: OptionName): Readonly<Record<string, unknown>> & { type: string } {
  const { kind, values = [] } = optionSpec(name);
  if (kind === 'choice')
    return { type: 'pickList', options: Object.fromEntries(values.map((value) => [value, value])) };
  if (kind === 'boolean') return { type: 'boolean' };
  if (kind === 'list') return { type: 'multiLine', properties: { resizable: 'true', rows: '4' } };
  // `filePath` would turn an empty value into the sources folder.
  return { type: 'string' };
}

/** "testcarManifest" → "Testcar manifest"; SUT stays as people write it. */
function labelOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^sut\b/, 'SUT');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** The `inputs:` of action.yml, in YAML. */
export function actionInputsYaml(): string {
  const lines = ['inputs:'];
  for (const group of groupsOf('github')) {
    lines.push(`  # ${OPTION_GROUPS[group]}`);
    for (const name of inputsOf('github')) {
      const spec = optionSpec(name);
      if (spec.group !== group) continue;
      const required = spec.requiredWhen === undefined ? '' : ` Required ${inKebab(spec.requiredWhen)}.`;
      lines.push(`  ${spelling(name, 'github')}:`, `    description: ${JSON.stringify(inKebab(spec.help) + required)}`);
      lines.push('    required: false');
      if (spec.default !== undefined) lines.push(`    default: ${JSON.stringify(spec.default)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function inKebab(text: string): string {
  return text.replaceAll(/`([a-z]+[A-Z][A-Za-z]*)`/g, (_, name: string) => `\`${spelling(name, 'github')}\``);
}

function groupsOf(frontEnd: 'azure' | 'github'): readonly OptionGroup[] {
  return [...new Set(inputsOf(frontEnd).map((name) => optionSpec(name).group))];
}

/** task.json with its groups and inputs replaced by those of the table. */
export function withTaskInputs(taskJson: string): string {
  const manifest = JSON.parse(taskJson) as Record<string, unknown>;
  return `${JSON.stringify({ ...manifest, groups: taskGroups(), inputs: taskInputs() }, null, 2)}\n`;
}

/** action.yml with the block of `inputs:` replaced by that of the table. */
export function withActionInputs(actionYml: string): string {
  return actionYml.replace(/^inputs:\n(?:[ #].*\n|\n(?= ))*/m, actionInputsYaml());
}
