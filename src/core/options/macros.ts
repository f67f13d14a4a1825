import type { FrontEnd } from './option-spec.ts';

type Macro = {
  pattern: RegExp;
  /** Whether words of a command and values of variables may contain it: there it has a meaning of its own. */
  allowedInCommand: (macro: string, frontEnd: FrontEnd) => boolean;
};

/**
 * What a pipeline leaves in a value when it could not replace a macro. Azure hands an unknown `$(name)` to the task as it
 * is written (https://learn.microsoft.com/azure/devops/pipelines/process/variables#what-syntax-should-i-use), and a gate
 * must not take that for a namespace or an image.
 *
 * In a container's command Kubernetes itself expands `$(NAME)`, and a shell expands `$NAME`; in the Azure task, where the
 * agent has looked for `$(NAME)` first, only the gate's own variables are surely meant for Kubernetes.
 */
const MACROS: readonly Macro[] = [
  { pattern: /\$\{\{.*?(?:\}\}|$)/, allowedInCommand: () => false },
  { pattern: /\$\[[^\]]*\]/, allowedInCommand: () => false },
  {
    pattern: /\$\([A-Za-z_][\w.-]*\)/,
    allowedInCommand: (macro, frontEnd) => frontEnd !== 'azure' || macro.startsWith('$(TESTCAR_'),
  },
  { pattern: /\$env:\w+/i, allowedInCommand: () => true },
  { pattern: /\$\{?[A-Z_][A-Z0-9_]*\b\}?/, allowedInCommand: () => true },
];

/** The first macro in the value that nothing has replaced. */
export function unresolvedMacro(
  value: string,
  frontEnd: FrontEnd,
  use: 'plain' | 'command' = 'plain',
): string | undefined {
  for (const { pattern, allowedInCommand } of MACROS) {
    for (const [macro] of value.matchAll(new RegExp(pattern, `g${pattern.flags}`))) {
      if (use === 'command' && allowedInCommand(macro, frontEnd)) continue;
      return macro;
    }
  }
  return undefined;
}
