import { KEEP } from './options.ts';
import { FRONT_ENDS, type FrontEnd, type OptionName, type OptionSpec } from './option-spec.ts';
import { SUT_OPTIONS } from './sut-options.ts';
import { TESTCAR_OPTIONS } from './testcar-options.ts';

/** Every option once. Inputs of the Azure task and the GitHub action, flags, config schema and docs derive from it. */
export const OPTIONS = {
  kubeconfig: {
    group: 'cluster',
    kind: 'path',
    inputOf: ['github', 'cli'],
    help: 'Kubeconfig file of the cluster. Without it: KUBECONFIG, then the default file, then the service account of the pod.',
  },
  context: {
    group: 'cluster',
    kind: 'text',
    inputOf: ['github', 'cli'],
    help: 'Context of the kubeconfig. Without it: its current context.',
  },
  namespace: {
    group: 'cluster',
    kind: 'text',
    help: 'Namespace of the system under test and of testcar. Without it: the namespace of the connection.',
  },

  ...SUT_OPTIONS,
  ...TESTCAR_OPTIONS,

  graces: {
    group: 'report',
    kind: 'list',
    help:
      'How long a trouble must hold before it closes the gate, as CAUSE=DURATION, one per line: SutImageNotFound=2m. ' +
      'Names, defaults and their reasons are in the playbook; a cause without a grace cannot be given one.',
  },
  reportDir: {
    group: 'report',
    kind: 'path',
    default: 'testcar-gate-report',
    help: 'Folder for the report, JUnit, verdict and evidence.',
  },
  keep: {
    group: 'report',
    kind: 'choice',
    values: KEEP,
    default: 'never',
    help: '`on-failure` leaves the temporary objects in the cluster when the gate closes, for a look at them.',
  },
  pipelineRun: {
    group: 'report',
    kind: 'text',
    inputOf: ['cli'],
    help: 'Identity of the pipeline run. The same run and attempt takes up what an interrupted try left in the cluster.',
  },
  attempt: {
    group: 'report',
    kind: 'text',
    inputOf: ['cli'],
    default: '1',
    help: 'Number of the attempt of this pipeline run.',
  },
} as const satisfies Record<OptionName, OptionSpec>;

export const OPTION_NAMES: readonly OptionName[] = Object.keys(OPTIONS).filter(isOptionName);

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** The row with all its columns, whatever this option uses of them. */
export function optionSpec(name: OptionName): OptionSpec {
  return OPTIONS[name];
}

/** Options that a person sets in that front end, in the order of the table. */
export function inputsOf(frontEnd: FrontEnd): readonly OptionName[] {
  return OPTION_NAMES.filter((name) => (optionSpec(name).inputOf ?? FRONT_ENDS).includes(frontEnd));
}
