/**
 * Logging commands of Azure Pipelines as typed objects. Grammar and escaping: azure-pipelines-agent, Command.cs and
 * docs/design/percentEncoding.md. The header is always ours, and the agent reads only the first marker of a line.
 */
import { type SafeLine, neutraliseForAzure } from '../../core/report/neutralise.ts';

export type AzureCommand =
  | { command: 'group'; title: string }
  | { command: 'endgroup' }
  | { command: 'issue'; level: 'error' | 'warning'; message: string }
  /** One line; the agent refuses line ends in a secret. */
  | { command: 'setSecret'; value: string }
  | { command: 'setVariable'; name: string; value: string }
  /** State for the post step of the same task. */
  | { command: 'setTaskVariable'; name: string; value: string }
  /** `file` is absolute and without a comma: the agent splits `resultFiles` there. */
  | { command: 'publishResults'; file: string; runTitle: string }
  | { command: 'uploadSummary'; file: string }
  /** There is no way to write `done=true`, which makes the agent ignore the exit code, nor any other result. */
  | { command: 'complete'; result: 'Succeeded' | 'Failed'; message: string };

export function azureCommand(command: AzureCommand): SafeLine {
  return serialise(command) as SafeLine;
}

function serialise(command: AzureCommand): string {
  switch (command.command) {
    case 'group':
      return `##[group]${neutraliseForAzure(command.title)}`;
    case 'endgroup':
      return '##[endgroup]';
    case 'issue':
      return vso('task.logissue', { type: command.level }, neutraliseForAzure(command.message));
    case 'setSecret':
      return vso('task.setsecret', {}, command.value);
    case 'setVariable':
      return vso('task.setvariable', { variable: command.name, isoutput: 'true' }, neutraliseForAzure(command.value));
    case 'setTaskVariable':
      return vso('task.settaskvariable', { variable: command.name }, neutraliseForAzure(command.value));
    case 'publishResults':
      return vso('results.publish', {
        type: 'JUnit',
        mergeResults: 'true',
        runTitle: neutraliseForAzure(command.runTitle),
        publishRunAttachments: 'true',
        failTaskOnFailedTests: 'false',
        testRunSystem: 'testcar-gate',
        resultFiles: command.file,
      });
    case 'uploadSummary':
      return vso('task.uploadsummary', {}, command.file);
    case 'complete':
      return vso('task.complete', { result: command.result }, neutraliseForAzure(command.message));
  }
}

function vso(name: string, properties: Readonly<Record<string, string>>, data = ''): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `##vso[${name}${list.length === 0 ? '' : ` ${list.join(';')}`}]${escapeData(data)}`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%AZP25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/\]/g, '%5D').replace(/;/g, '%3B');
}
