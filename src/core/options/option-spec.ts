import type { Options } from './options.ts';

export const FRONT_ENDS = ['azure', 'github', 'cli'] as const;
export type FrontEnd = (typeof FRONT_ENDS)[number];

export const OPTION_GROUPS = {
  cluster: 'Cluster',
  sut: 'System under test',
  testcar: 'Testcar',
  report: 'Report and run',
} as const;
export type OptionGroup = keyof typeof OPTION_GROUPS;

export const OPTION_KINDS = ['text', 'path', 'list', 'duration', 'integer', 'port', 'boolean', 'choice'] as const;
export type OptionKind = (typeof OPTION_KINDS)[number];

/** One row of the option table: enough to parse it, to document it and to write its schema. */
export type OptionSpec = {
  group: OptionGroup;
  kind: OptionKind;
  /** Only for `choice`. */
  values?: readonly string[];
  /** Bounds, both inclusive: of an integer, or of a duration in milliseconds. */
  min?: number;
  max?: number;
  /** As a user would write it; absent = not given. */
  default?: string;
  /** When the option must be given, as the end of "Required …". */
  requiredWhen?: string;
  help: string;
  /** Front ends in which a person sets it; absent = all. Elsewhere the front end finds the value by itself. */
  inputOf?: readonly FrontEnd[];
};

type TestcarInputs = 'testcarManifest' | 'testcarImage' | 'testcarCommand' | 'testcarEnv';
type InputOf<Key> = Key extends 'testcar' ? TestcarInputs : Key extends `${infer Base}Ms` ? Base : Key;

/** The inputs that fill `Options`: durations lose their unit, `testcar` is spread over four inputs. */
export type OptionName = InputOf<keyof Options>;

/** The option's name as a person writes it in that front end. */
export function spelling(name: string, frontEnd: FrontEnd): string {
  if (frontEnd === 'azure') return name;
  const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return frontEnd === 'cli' ? `--${kebab}` : kebab;
}
