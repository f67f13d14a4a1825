import { makeLogLines } from '../../core/report/log-lines.ts';
import { neutraliseForGitHub } from '../../core/report/neutralise.ts';
import { type PrepareParts, prepare, reasonOf } from '../../core/report/prepare.ts';
import { secretLines } from '../../core/report/redact.ts';
import { type TextEvent, renderText } from '../../core/report/render-text.ts';
import type { Report } from '../../core/report/report.ts';
import type { Host, Output, ReportStore } from '../../ports.ts';
import { type GitHubCommand, githubCommand, outputEntry } from './commands.ts';

export type GitHubHostParts = PrepareParts & {
  output: Output;
  store: ReportStore;
  /** Value of GITHUB_OUTPUT and GITHUB_STEP_SUMMARY; undefined where the runner gave none. */
  outputFile: string | undefined;
  summaryFile: string | undefined;
  /** A new unguessable token per call, for example crypto.randomUUID. */
  randomToken(): string;
};

/** Shows a run in the log of a GitHub Actions step. */
export function makeGitHubHost(parts: GitHubHostParts): Host {
  const { output, redactor, store, outputFile, summaryFile, randomToken } = parts;
  const lines = makeLogLines(redactor);
  /** Set while the runner was told not to listen, which is around relayed lines. */
  let stopToken: string | undefined;

  /** Everything but relayed lines: commands, masks too, have no effect while the runner does not listen. */
  const listen = (): void => {
    if (stopToken === undefined) return;
    output.line(githubCommand({ command: 'resume', token: stopToken }));
    stopToken = undefined;
  };
  const run = (command: GitHubCommand): void => {
    listen();
    output.line(githubCommand(command));
  };
  const print = (line: string): void => {
    listen();
    output.line(neutraliseForGitHub(line));
  };
  const warn = (message: string): void => {
    run({ command: 'issue', level: 'warning', title: 'Testcar Gate', message: redactor.text(message) });
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

  /** What fails here is told and changes nothing about the verdict, which is the exit code. */
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      warn(`${what} could not be written: ${reasonOf(error)}`);
    }
  };

  const tellOutputs = async (file: string, { verdict, reportDir }: Report): Promise<void> => {
    await store.append(file, outputEntry('verdict', verdict.class, randomToken()));
    const cause = verdict.kind === 'failed' ? verdict.finding.cause : '';
    await store.append(file, outputEntry('cause', cause, randomToken()));
    await store.append(file, outputEntry('report-dir', reportDir, randomToken()));
  };

  return {
    mask(secret) {
      redactor.add(secret);
      for (const value of secretLines(secret)) run({ command: 'addMask', value });
    },
    redact({ kind, text, countedAs }) {
      redactor.add(text, kind, countedAs);
    },
    withoutSecrets: redactor.text,
    say(line) {
      for (const part of lines.say(line)) print(part);
    },
    relay(source, relayed) {
      if (stopToken === undefined && relayed.length > 0) {
        const token = randomToken();
        run({ command: 'stop', token });
        stopToken = token;
      }
      lines.relayAll(source, relayed, neutraliseForGitHub, output);
      return output.room();
    },
    async report(original) {
      const { sections, headline, issues, summary, files, trouble } = prepare(original, parts);
      for (const event of renderText(sections)) show(event);
      await attempt(`the files of the report in ${original.reportDir}`, () => store.write(original.reportDir, files));
      if (outputFile !== undefined) await attempt('the outputs of the step', () => tellOutputs(outputFile, original));
      if (summaryFile !== undefined) await attempt('the summary of the step', () => store.append(summaryFile, summary));
      for (const line of trouble) warn(line);
      for (const { level, title, text } of issues) run({ command: 'issue', level, title, message: text });
      print(headline);
      await output.flush();
    },
  };
}
