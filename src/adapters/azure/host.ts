import { makeLogLines } from '../../core/report/log-lines.ts';
import { neutraliseForAzure } from '../../core/report/neutralise.ts';
import { type PrepareParts, prepare, reasonOf } from '../../core/report/prepare.ts';
import { secretLines } from '../../core/report/redact.ts';
import { type TextEvent, renderText } from '../../core/report/render-text.ts';
import { FILE_NAMES, type ReportFile } from '../../core/report/report-files.ts';
import type { Report } from '../../core/report/report.ts';
import type { Host, Output, ReportStore } from '../../ports.ts';
import { type AzureCommand, azureCommand } from './commands.ts';

export type AzureHostParts = PrepareParts & { output: Output; store: ReportStore };

/** Shows a run in the log of an Azure Pipelines task. */
export function makeAzureHost(parts: AzureHostParts): Host {
  const { output, redactor, store } = parts;
  const lines = makeLogLines(redactor);

  const run = (command: AzureCommand): void => {
    output.line(azureCommand(command));
  };
  const print = (line: string): void => {
    output.line(neutraliseForAzure(line));
  };
  const warn = (message: string): void => {
    run({ command: 'issue', level: 'warning', message: redactor.text(message) });
  };

  const show = (event: TextEvent): void => {
    switch (event.kind) {
      case 'heading':
        return print(`=== ${event.text} ===`);
      case 'group-start':
        return run({ command: 'group', title: event.title });
      case 'group-end':
        return run({ command: 'endgroup' });
      case 'line':
        return print(event.text);
    }
  };

  /** Tests tab and summary tab. What fails here is told and changes nothing about the verdict. */
  const publish = async ({ sut }: Report, reportDir: string, files: readonly ReportFile[]): Promise<void> => {
    try {
      const paths = await store.write(reportDir, files);
      const pathOf = (name: string): string | undefined => paths[files.findIndex((file) => file.name === name)];
      const junit = pathOf(FILE_NAMES.junit);
      const summary = pathOf(FILE_NAMES.summary);
      if (junit?.includes(',') === true)
        warn(`the tests are not published: the path ${junit} contains a comma; set reportDir`);
      else if (junit !== undefined) run({ command: 'publishResults', file: junit, runTitle: `Testcar Gate ${sut}` });
      if (summary !== undefined) run({ command: 'uploadSummary', file: summary });
    } catch (error) {
      warn(`the files of the report could not be written to ${reportDir}: ${reasonOf(error)}`);
    }
  };

  return {
    mask(secret) {
      redactor.add(secret);
      for (const value of secretLines(secret)) run({ command: 'setSecret', value });
    },
    redact({ kind, text, countedAs }) {
      redactor.add(text, kind, countedAs);
    },
    withoutSecrets: redactor.text,
    say(line) {
      for (const part of lines.say(line)) print(part);
    },
    relay(source, relayed) {
      lines.relayAll(source, relayed, neutraliseForAzure, output);
      return output.room();
    },
    async report(original) {
      const { report, sections, headline, issues, files, trouble } = prepare(original, parts);
      const { verdict } = report;
      for (const event of renderText(sections)) show(event);
      run({ command: 'setVariable', name: 'testcarVerdict', value: verdict.class });
      run({
        command: 'setVariable',
        name: 'testcarCause',
        value: verdict.kind === 'failed' ? verdict.finding.cause : '',
      });
      run({ command: 'setVariable', name: 'testcarReportDir', value: original.reportDir });
      await publish(report, original.reportDir, files);
      for (const line of trouble) warn(line);
      for (const { level, text } of issues) run({ command: 'issue', level, message: text });
      print(headline);
      // A cancelled run fails too: the agent knows no result "Cancelled", and turns a cancelled job's steps itself.
      run({ command: 'complete', result: verdict.kind === 'passed' ? 'Succeeded' : 'Failed', message: headline });
      await output.flush();
    },
  };
}
