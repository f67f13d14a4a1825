import type { InputProblem, RawInputs } from '../core/options/options.ts';
import { headlineOf } from '../core/report/headline.ts';
import { asSelftestFlags, inputsOfRun } from '../core/selftest/inputs.ts';
import { actualText, asExpected, goesOn, judgeSelftest, type ScenarioRun } from '../core/selftest/judgement.ts';
import { DEFAULT_IMAGE, selftestDeployment, selftestJob } from '../core/selftest/objects.ts';
import { type Scenario, SCENARIOS } from '../core/selftest/scenarios.ts';
import { hostWith } from '../gate/host-with.ts';
import type { Host, Output } from '../ports.ts';
import { exitCodeOfVerdict } from './exit-code.ts';
import type { FrontEndParts, Late } from './front-end.ts';
import { INTERNAL_ERROR_EXIT_CODE, type Life } from './life.ts';
import { type Outside, reportOf } from './run-front-end.ts';

export type SelftestParts = Pick<FrontEndParts, 'defaultReportDir' | 'findCluster' | 'late'> & {
  /** What the user wrote, by option. */
  given: { raw: RawInputs; problems: readonly InputProblem[] };
  /** Tells this selftest from any other, also from one that runs at the same time. */
  pipelineRun: string;
  openHosts(): Promise<SelftestHosts>;
};

export type SelftestHosts = {
  output: Output;
  /** Shows everything. */
  loud: Host;
  /** Writes the files of a report as `loud` does, but shows no more than trouble with that. Same secrets. */
  quiet: Host;
};

/**
 * Runs the real gate once per scenario, one after the other, and demands the right verdict of each. Whatever is thrown
 * is no proof, and no way out of here but three right verdicts gives 0.
 */
export async function runSelftest(parts: SelftestParts, outside: Outside, life: Life): Promise<void> {
  let exitCode: number = INTERNAL_ERROR_EXIT_CODE;
  let hosts: SelftestHosts | undefined;
  try {
    hosts = await parts.openHosts();
    const runs: ScenarioRun[] = [];
    let namespace = '';
    for (const scenario of SCENARIOS) {
      const ended = await runScenario(scenario, parts, hosts, outside, life);
      runs.push(ended.run);
      namespace = ended.namespace;
      if (!goesOn(ended.run) || life.signal.aborted) break;
    }
    const judgement = judgeSelftest(runs, namespace);
    for (const line of ['', ...judgement.table, '', judgement.headline]) hosts.loud.say(line);
    await hosts.output.flush();
    exitCode = judgement.exitCode;
  } catch (error) {
    hosts?.loud.say(`The selftest could not be told: ${error instanceof Error ? error.message : 'unknown error'}`);
  } finally {
    life.end(exitCode);
  }
}

async function runScenario(
  scenario: Scenario,
  parts: SelftestParts,
  { loud, quiet }: SelftestHosts,
  outside: Outside,
  life: Life,
): Promise<{ run: ScenarioRun; namespace: string }> {
  const progress = `selftest ${scenario.name}:`;
  loud.say(`${progress} a Job that ${scenario.does}`);
  const report = await reportOf(frontEndOf(scenario, parts, loud), outside, life);
  const { verdict, namespace } = report;
  const run = {
    scenario,
    verdict,
    exitCode: exitCodeOfVerdict(verdict),
    reason: headlineOf(report).replace(/^TESTCAR GATE: /, ''),
  };
  if (asExpected(run)) {
    await quiet.report(report);
    loud.say(`${progress} ${[`${actualText(verdict)}, as it should be`, ...report.settlement].join('; ')}`);
  } else await loud.report(report);
  return { run, namespace };
}

/** The front end of one run: inputs and objects are the selftest's own, the rest is that of `testcar-gate run`. */
function frontEndOf(scenario: Scenario, parts: SelftestParts, host: Host): FrontEndParts {
  const { given, pipelineRun, defaultReportDir, findCluster } = parts;
  const raw = inputsOfRun(given.raw, scenario, defaultReportDir, pipelineRun);
  return {
    kind: 'cli',
    defaultReportDir,
    readInputs: async () => ({ raw, problems: given.problems, locate: asSelftestFlags }),
    findCluster,
    late: async () => ({ ...(await parts.late()), readManifests: ownObjects(scenario) }),
    openHost: async () => brief(host, `selftest ${scenario.name}:`),
  };
}

function ownObjects(scenario: Scenario): Late['readManifests'] {
  return async ({ namespace, testcar }) => {
    const image = testcar?.kind === 'image' ? testcar.image : DEFAULT_IMAGE;
    return {
      manifests: { deployment: selftestDeployment(image, namespace), others: [] },
      job: selftestJob(image, namespace, scenario),
      problems: [],
    };
  };
}

/** Of the progress, only what is waited for long; all of it, and what the containers say, is in the report. */
function brief(host: Host, prefix: string): Host {
  return hostWith(host, {
    say: (line) => {
      if (line.startsWith('still waiting for ')) host.say(`${prefix} ${line}`);
    },
    relay: () => Promise.resolve(),
  });
}

/** Of what a host shows, only that files of a report could not be made or written. */
export function onlyWarnings(output: Output): Output {
  return {
    line: (text) => {
      if (text.startsWith('warning: ')) output.line(text);
    },
    block: () => undefined,
    room: () => output.room(),
    flush: () => output.flush(),
  };
}
