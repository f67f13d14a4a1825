import { parseArgs } from 'node:util';
import { nearest } from '../../core/options/nearest.ts';
import { spelling, type OptionName } from '../../core/options/option-spec.ts';
import type { InputProblem, RawInputs } from '../../core/options/options.ts';
import { inputsOf, optionSpec } from '../../core/options/table.ts';
import { SELFTEST_FLAGS } from '../../core/selftest/flags.ts';

export const COMMANDS = ['run', 'selftest'] as const;
export type Command = (typeof COMMANDS)[number];
const CONFIG_FLAG = 'config';

/** What the command line asks for. Mistakes are collected, not thrown, so that all are shown together with others. */
export type CliRequest =
  | { kind: 'run'; raw: RawInputs; configFile: string | undefined; problems: readonly InputProblem[] }
  | { kind: 'selftest'; raw: RawInputs; problems: readonly InputProblem[] }
  | { kind: 'help'; command: Command | undefined }
  | { kind: 'version' }
  /** No command that exists. */
  | { kind: 'unknown'; problems: readonly InputProblem[] };

type Flag = { name: OptionName; negated: boolean };
type OptionToken = {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
  index: number;
};

/** Reads the arguments after the program's name. */
export function readArguments(args: readonly string[]): CliRequest {
  const flagsOf: Record<Command, ReadonlyMap<string, Flag>> = { run: flagTable(), selftest: selftestFlagTable() };
  const { tokens } = parseArgs({
    args: [...args],
    options: parserOptions([...flagsOf.run, ...flagsOf.selftest]),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const options: OptionToken[] = [];
  const positionals: { value: string; index: number }[] = [];
  for (const token of tokens) {
    if (token.kind === 'option') options.push(token);
    if (token.kind === 'positional') positionals.push(token);
  }
  const command = positionals[0];
  const known = COMMANDS.find((name) => name === command?.value);
  const question = options.find(({ name }) => name === 'help' || name === 'version');
  if (question !== undefined) return answerTo(question, args, known);
  if (known === undefined) return { kind: 'unknown', problems: [unknownCommand(command?.value)] };
  return readCommand(known, options, positionals.slice(1), flagsOf[known]);
}

/**
 * Help and version end with 0 and run nothing, so they have to be all that was asked for: a pipeline whose command line
 * happens to hold such a flag, as part of testcar's own command say, must not pass without a test.
 */
function answerTo({ name, rawName }: OptionToken, args: readonly string[], command: Command | undefined): CliRequest {
  const rest = args.length - 1;
  if (name === 'help' && rest === (command === undefined ? 0 : 1)) return { kind: 'help', command };
  if (name === 'version' && rest === 0) return { kind: 'version' };
  const expected = 'no other arguments beside it: it runs nothing, which must not pass for a run';
  return { kind: 'unknown', problems: [{ input: rawName, found: `${rest} other arguments`, expected }] };
}

function readCommand(
  command: Command,
  options: readonly OptionToken[],
  positionals: readonly { value: string; index: number }[],
  flags: ReadonlyMap<string, Flag>,
): CliRequest {
  const takesConfig = command === 'run';
  const problems: InputProblem[] = [];
  const given = new Map<OptionName, string[]>();
  const configFiles: string[] = [];
  const unknownAt = new Set<number>();
  for (const option of options) {
    const flag = flags.get(option.name);
    if (flag === undefined && !(takesConfig && option.name === CONFIG_FLAG)) {
      problems.push(unknownFlag(option.rawName, command, [...flags.keys(), ...(takesConfig ? [CONFIG_FLAG] : [])]));
      unknownAt.add(option.index);
      continue;
    }
    const value = valueOf(option, flag);
    if (value === undefined) problems.push({ input: option.rawName, found: undefined, expected: 'a value after it' });
    else if (flag === undefined) configFiles.push(value);
    else given.set(flag.name, [...(given.get(flag.name) ?? []), value]);
  }
  for (const { value, index } of positionals) {
    // The word after an unknown flag is most likely its value; one mistake is one problem.
    if (unknownAt.has(index - 1)) continue;
    problems.push({ input: 'arguments', found: value, expected: `only flags after \`${command}\`` });
  }
  if (configFiles.length > 1) {
    problems.push({ input: `--${CONFIG_FLAG}`, found: `${configFiles.length} values`, expected: 'to be given once' });
  }
  // A flag given twice stays a list of two, which `parseOptions` refuses where one value is expected.
  const raw = Object.fromEntries(given);
  return command === 'run'
    ? { kind: command, raw, configFile: configFiles[0], problems }
    : { kind: command, raw, problems };
}

/** A flag takes the next word, but not one that looks like a flag: `--context --namespace x` forgot a value. */
function valueOf(option: OptionToken, flag: Flag | undefined): string | undefined {
  const isBoolean = flag !== undefined && optionSpec(flag.name).kind === 'boolean';
  if (isBoolean && option.value === undefined) return flag.negated ? 'false' : 'true';
  if (flag?.negated === true) return undefined;
  if (option.value === undefined || option.value === '') return undefined;
  return option.inlineValue !== true && option.value.startsWith('--') ? undefined : option.value;
}

function flagTable(): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const name of inputsOf('cli')) {
    const { kind } = optionSpec(name);
    const long = spelling(name, 'cli').slice(2);
    flags.set(long, { name, negated: false });
    if (kind === 'boolean') flags.set(`no-${long}`, { name, negated: true });
  }
  return flags;
}

function selftestFlagTable(): ReadonlyMap<string, Flag> {
  return new Map([...SELFTEST_FLAGS].map(([long, name]) => [long, { name, negated: false }]));
}

type ParserOptions = Record<string, { type: 'string' | 'boolean'; short?: string; multiple?: boolean }>;

function parserOptions(flags: readonly (readonly [string, Flag])[]): ParserOptions {
  const options: ParserOptions = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'V' },
    [CONFIG_FLAG]: { type: 'string', multiple: true },
  };
  for (const [long, { name }] of flags) {
    options[long] = { type: optionSpec(name).kind === 'boolean' ? 'boolean' : 'string', multiple: true };
  }
  return options;
}

function unknownFlag(rawName: string, command: Command, known: readonly string[]): InputProblem {
  const similar = nearest(rawName.replace(/^-+/, ''), [...known, 'help', 'version']);
  const hint = similar === undefined ? `see \`testcar-gate ${command} --help\`` : `did you mean --${similar}?`;
  return { input: rawName, found: rawName, expected: `an option that exists; ${hint}` };
}

function unknownCommand(command: string | undefined): InputProblem {
  return { input: 'command', found: command, expected: `one of ${COMMANDS.join(', ')}` };
}
