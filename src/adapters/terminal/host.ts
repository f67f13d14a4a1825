import { makeLogLines } from '../../core/report/log-lines.ts';
import { neutraliseForTerminal } from '../../core/report/neutralise.ts';
import { type PrepareParts, prepare, reasonOf } from '../../core/report/prepare.ts';
import { type TextEvent, renderText } from '../../core/report/render-text.ts';
import type { Host, Output, ReportStore } from '../../ports.ts';
import { type Style, styled } from './style.ts';

export type TerminalHostParts = PrepareParts & {
  output: Output;
  store: ReportStore;
  /** True only when the stream is a terminal and NO_COLOR is not set. */
  colour: boolean;
};

/** Shows a run on a terminal, or in any log that knows no commands. */
export function makeTerminalHost(parts: TerminalHostParts): Host {
  const { output, redactor, store, colour } = parts;
  const lines = makeLogLines(redactor);

  const print = (line: string, style?: Style): void => {
    const safe = neutraliseForTerminal(line);
    output.line(colour && style !== undefined ? styled(safe, style) : safe);
  };

  const show = (event: TextEvent): void => {
    switch (event.kind) {
      case 'heading':
        return print(`=== ${event.text} ===`, 'bold');
      case 'group-start':
        return print(`--- ${event.title} ---`, 'bold');
      case 'group-end':
        return print('');
      case 'line':
        return print(event.text);
    }
  };

  return {
    mask(secret) {
      redactor.add(secret);
    },
    redact({ kind, text, countedAs }) {
      redactor.add(text, kind, countedAs);
    },
    withoutSecrets: redactor.text,
    say(line) {
      for (const part of lines.say(line)) print(part);
    },
    relay(source, relayed) {
      if (colour) for (const line of relayed) for (const part of lines.relay(source, line)) print(part, 'dim');
      else lines.relayAll(source, relayed, neutraliseForTerminal, output);
      return output.room();
    },
    async report(original) {
      const { report, sections, headline, files, trouble } = prepare(original, parts);
      for (const event of renderText(sections)) show(event);
      for (const line of trouble) print(`warning: ${redactor.text(line)}`);
      try {
        await store.write(original.reportDir, files);
      } catch (error) {
        print(
          redactor.text(
            `warning: the files of the report could not be written to ${original.reportDir}: ${reasonOf(error)}`,
          ),
        );
      }
      print(headline, report.verdict.kind === 'passed' ? 'green' : 'red');
      await output.flush();
    },
  };
}
