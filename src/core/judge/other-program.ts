import { listAt, stringAt } from '../model/json.ts';
import type { Program } from '../model/program.ts';
import type { Container } from '../model/seen.ts';
import { parseProgram } from '../observation/program.ts';
import type { Plan } from '../plan/plan.ts';

/** What admission made of that which a container of testcar's Job runs. Never values: they can be secrets. */
export type OtherProgram = {
  party: 'testcar';
  container: string;
  /** Fields of the container that say something else than the Job's template. */
  fields: readonly (typeof FIELDS)[number][];
  /** Names of environment variables whose value, or whose source, is another one. */
  envChanged: readonly string[];
  envRemoved: readonly string[];
};

const FIELDS = ['command', 'args', 'workingDir'] as const;
const MAX_NAMES = 10;

/** By name of the container, as the Job asks for them. */
export function programsOf({ job }: Pick<Plan, 'job'>): ReadonlyMap<string, Program> {
  const of = (list: string): readonly (readonly [string, Program])[] =>
    listAt(job, 'spec', 'template', 'spec', list).map((spec) => [stringAt(spec, 'name') ?? '', parseProgram(spec)]);
  return new Map([...of('initContainers'), ...of('containers')]);
}

/**
 * Does the pod's container run something else than its Job asks for? An added variable is how agents of all kinds are
 * configured, and takes nothing away from the tests, so it does not count.
 */
export function otherProgram(asked: Program | undefined, { name, program }: Container): OtherProgram | undefined {
  if (asked === undefined || program === undefined) return undefined;
  const fields = FIELDS.filter((field) => JSON.stringify(asked[field]) !== JSON.stringify(program[field]));
  const names = [...asked.env.keys()];
  const envRemoved = names.filter((each) => !program.env.has(each));
  const envChanged = names.filter((each) => program.env.has(each) && program.env.get(each) !== asked.env.get(each));
  if (fields.length + envRemoved.length + envChanged.length === 0) return undefined;
  return { party: 'testcar', container: name, fields, envChanged, envRemoved };
}

/** One line for the log and the report. */
export function otherProgramInWords({ container, fields, envChanged, envRemoved }: OtherProgram): string {
  const differences = [
    ...fields.map((field) => `another ${field}`),
    ...(envChanged.length === 0 ? [] : [`another value of ${listed(envChanged)}`]),
    ...(envRemoved.length === 0 ? [] : [`no ${listed(envRemoved)} in its environment`]),
  ];
  return `container ${container} of testcar does not run what its Job asks for: it has ${differences.join('; ')}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
