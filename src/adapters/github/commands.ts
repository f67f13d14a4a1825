/**
 * Workflow commands of GitHub Actions as typed objects. Grammar and escaping: actions/runner, ActionCommand.cs; escaping as
 * in @actions/core.
 */
import { type SafeLine, type SafeText, neutraliseForGitHub } from '../../core/report/neutralise.ts';

export type GitHubCommand =
  | { command: 'group'; title: string }
  | { command: 'endgroup' }
  | { command: 'issue'; level: 'error' | 'warning'; title: string; message: string }
  | { command: 'addMask'; value: string }
  /** `token` must be random: whoever knows it can make the runner listen again. */
  | { command: 'stop'; token: string }
  | { command: 'resume'; token: string };

/** The runner cuts longer messages (ExecutionContext.cs). */
const MAX_MESSAGE_CHARS = 4096;

export function githubCommand(command: GitHubCommand): SafeLine {
  return serialise(command) as SafeLine;
}

function serialise(command: GitHubCommand): string {
  switch (command.command) {
    case 'group':
      return `::group::${escapeData(neutraliseForGitHub(command.title))}`;
    case 'endgroup':
      return '::endgroup::';
    case 'issue': {
      const message = neutraliseForGitHub(command.message).slice(0, MAX_MESSAGE_CHARS);
      return `::${command.level} title=${escapeProperty(neutraliseForGitHub(command.title))}::${escapeData(message)}`;
    }
    case 'addMask':
      return `::add-mask::${escapeData(command.value)}`;
    case 'stop':
      return `::stop-commands::${command.token}`;
    case 'resume':
      return `::${command.token}::`;
  }
}

/** One output in the format of the GITHUB_OUTPUT file; `delimiter` must be random. Line ends are not kept. */
export function outputEntry(name: string, value: string, delimiter: string): SafeText {
  return `${name}<<${delimiter}\n${neutraliseForGitHub(value)}\n${delimiter}\n` as SafeText;
}

/** One value in the format of the GITHUB_STATE file; one line, so it needs no delimiter. */
export function stateEntry(name: string, value: string): SafeText {
  return `${name}=${neutraliseForGitHub(value)}\n` as SafeText;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
