/**
 * A model of how the GitHub Actions runner reads a step's output, written from its source (actions/runner: ActionCommand.cs,
 * ActionCommandManager.cs). It is used as a judge: whatever it finds would happen.
 */
export type GitHubEffect = {
  name: string;
  properties: Readonly<Record<string, string>>;
  data: string;
};

/** Registered commands; the runner ignores all other words. */
const REGISTERED: ReadonlySet<string> = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/** Effects in order. Commands met while the runner does not listen are none; the resume token is no effect either. */
export function githubEffects(output: string): GitHubEffect[] {
  const effects: GitHubEffect[] = [];
  let stopToken: string | undefined;
  for (const raw of output.split(/\r\n|\r|\n/)) {
    const line = raw.replace(/\p{Cf}|\p{Default_Ignorable_Code_Point}|\p{M}|[^\P{Cc}\t\n\r]/gu, '');
    const known = (name: string): boolean => REGISTERED.has(name.toLowerCase()) || name === stopToken;
    const command = parseV2(line, known) ?? parseV1(line, known);
    if (command === undefined) continue;
    if (stopToken !== undefined) {
      if (command.name === stopToken) stopToken = undefined;
      continue;
    }
    if (command.name === 'stop-commands' && mayStop(command.data)) stopToken = command.data;
    effects.push(command);
  }
  return effects;
}

/** The runner refuses tokens that would make it listen again by accident (ActionCommandManager, ValidateStopToken). */
function mayStop(token: string): boolean {
  return token !== '' && token !== 'pause-logging' && !REGISTERED.has(token.toLowerCase());
}

/** True when the output ends while the runner does not listen. */
export function endsStopped(output: string): boolean {
  const probe = '::error::probe';
  return githubEffects(`${output}\n${probe}`).at(-1)?.data !== 'probe';
}

function parseV2(line: string, known: (name: string) => boolean): GitHubEffect | undefined {
  const trimmed = line.trimStart();
  if (!trimmed.startsWith('::')) return undefined;
  const end = trimmed.indexOf('::', 2);
  if (end < 0) return undefined;
  const header = trimmed.slice(2, end);
  const space = header.indexOf(' ');
  const name = space < 0 ? header : header.slice(0, space);
  if (!known(name)) return undefined;
  const properties = readProperties(space < 0 ? '' : header.slice(space + 1), ',', (text) =>
    text
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%25', '%'),
  );
  const data = trimmed
    .slice(end + 2)
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%');
  return { name: canonical(name), properties, data };
}

function parseV1(line: string, known: (name: string) => boolean): GitHubEffect | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const header = line.slice(start + 3, end);
  const space = header.indexOf(' ');
  const name = space < 0 ? header : header.slice(0, space);
  if (!known(name)) return undefined;
  return {
    name: canonical(name),
    properties: readProperties(space < 0 ? '' : header.slice(space + 1), ';', (text) => text),
    data: line.slice(end + 1),
  };
}

function canonical(name: string): string {
  return REGISTERED.has(name.toLowerCase()) ? name.toLowerCase() : name;
}

function readProperties(text: string, separator: string, decode: (text: string) => string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const pair of text.split(separator)) {
    const equals = pair.indexOf('=');
    if (equals > 0) properties[pair.slice(0, equals).trim()] = decode(pair.slice(equals + 1));
  }
  return properties;
}

/**
 * The files of GITHUB_OUTPUT and GITHUB_STATE as the runner reads them (FileCommandManager): `name=value`, or `name<<delimiter`,
 * lines, delimiter. It refuses a file with anything else.
 */
export function githubFileValues(content: string): Readonly<Record<string, string>> {
  const lines = content.split(/\r\n|\r|\n/);
  const values: Record<string, string> = {};
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line === '') continue;
    const [equals, heredoc] = [line.indexOf('='), line.indexOf('<<')];
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
    } else if (heredoc > 0) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.indexOf(delimiter, i + 1);
      if (delimiter === '' || end < 0) throw new Error(`no end of the value that begins with ${line}`);
      values[line.slice(0, heredoc)] = lines.slice(i + 1, end).join('\n');
      i = end;
    } else throw new Error(`invalid format ${line}`);
  }
  return values;
}
