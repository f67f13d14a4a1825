/**
 * A model of how the Azure Pipelines agent reads a task's output, written from its source (azure-pipelines-agent: Command.cs,
 * WorkerCommandManager.cs, CommandStringConvertor.cs, Logging.cs). It is used as a judge: whatever it finds would happen.
 */
export type AzureEffect =
  | { kind: 'command'; name: string; properties: Readonly<Record<string, string>>; data: string }
  /** The keyword without a command that can be read: the agent makes a warning of the whole line. */
  | { kind: 'keyword-warning' }
  /** `##[group]` and the like; UI only, but they count lines and close our groups. */
  | { kind: 'decoration'; name: string };

/**
 * The agent compares by culture, which skips ignorable characters. The model is stricter than any known culture: it also
 * ignores case and skips combining marks.
 */
function asCompared(line: string): string {
  return line.replace(/\p{Cf}|\p{Default_Ignorable_Code_Point}|\p{M}|[^\P{Cc}\t\n\r]/gu, '');
}

export function azureEffects(output: string): AzureEffect[] {
  return output.split(/\r\n|\r|\n/).flatMap(lineEffects);
}

function lineEffects(raw: string): AzureEffect[] {
  const line = asCompared(raw);
  const start = line.toLowerCase().indexOf('##vso[');
  if (start >= 0) {
    const end = line.indexOf(']', start);
    const command = end < 0 ? undefined : parseHeader(line.slice(start + '##vso['.length, end));
    if (command !== undefined) return [{ ...command, data: unescape(line.slice(end + 1)) }];
    return [{ kind: 'keyword-warning' }];
  }
  if (/##\s*vso/i.test(line)) return [{ kind: 'keyword-warning' }];
  return [...line.matchAll(/##\s*\[\s*([\w-]*)/g)].map((match) => ({ kind: 'decoration', name: match[1] ?? '' }));
}

function parseHeader(header: string): Omit<AzureEffect & { kind: 'command' }, 'data'> | undefined {
  const space = header.indexOf(' ');
  const name = space < 0 ? header : header.slice(0, space);
  const parts = name.split('.').filter((part) => part !== '');
  if (parts.length !== 2) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of space < 0 ? [] : header.slice(space + 1).split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0) properties[pair.slice(0, equals).trim().toLowerCase()] = unescape(pair.slice(equals + 1));
  }
  return { kind: 'command', name: name.toLowerCase(), properties };
}

function unescape(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%');
}
