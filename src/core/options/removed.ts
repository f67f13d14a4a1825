/** An option of an earlier version. It is an error, never ignored: a gate must not run with half of what was asked. */
export type RemovedOption = {
  /** Name in the option table of what to use now; undefined = nothing replaces it. */
  instead: string | undefined;
  since: string;
};

/** Table names (camelCase) of options that existed once. */
export const REMOVED_OPTIONS: Readonly<Record<string, RemovedOption>> = {};
