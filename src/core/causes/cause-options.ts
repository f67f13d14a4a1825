import { formatDuration } from '../options/duration.ts';
import { CAUSES, type Cause } from './index.ts';

/** What a person can change about when this cause decides: options, and the entry of `graces` with its default. */
export function optionsOf(cause: Cause): readonly { option: string; example?: string }[] {
  const { graceMs, entry } = CAUSES[cause];
  return [
    ...(entry.option === undefined ? [] : [{ option: entry.option }]),
    ...(graceMs === 0 ? [] : [{ option: 'graces', example: `${cause}=${formatDuration(graceMs)}` }]),
  ];
}

/** `readyTimeout, graces (SutImageNotFound=10s is the default)`; undefined where no option changes anything. */
export function optionsInWords(cause: Cause): string | undefined {
  const words = optionsOf(cause).map(({ option, example }) =>
    example === undefined ? option : `${option} (${example} is the default)`,
  );
  return words.length === 0 ? undefined : words.join(', ');
}
