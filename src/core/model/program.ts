/** What a container runs, from its spec. `env` tells by name whether two values are equal; it is only compared, never shown. */
export type Program = {
  command: readonly string[];
  args: readonly string[];
  workingDir: string;
  env: ReadonlyMap<string, string>;
};
