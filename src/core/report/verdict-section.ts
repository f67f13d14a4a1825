import { CAUSES } from '../causes/index.ts';
import type { Failed } from '../judge/verdict.ts';
import type { ResultsSource } from '../model/results.ts';
import { firstStep, headlineOf, testsInWords, whatHappened } from './headline.ts';
import type { Report } from './report.ts';
import { type KnownFact, type Section, knownFacts } from './section.ts';
import { clockTime, duration } from './time.ts';
import { phasesInWords } from './timeline-section.ts';

/** First section of a failure: class, cause, what happened, what to do now. */
export function failedVerdict(failed: Failed, report: Report): Section {
  const { cause } = failed.finding;
  const step = firstStep(failed);
  return {
    id: 'verdict',
    heading: `${failed.class} ${cause}: ${CAUSES[cause].title}`,
    folded: false,
    blocks: [
      {
        kind: 'facts',
        facts: knownFacts([
          ['What happened', whatHappened(failed)],
          ['What to do now', step],
          ['Tests', report.results && testsInWords(report.results)],
          ...runFacts(report),
        ]),
      },
    ],
  };
}

/** What option `results` gave up; nothing for the courier. */
const WEAKER: Readonly<Record<ResultsSource, string | undefined>> = {
  courier: undefined,
  log: 'results: log, so whatever testcar runs could have printed these results',
  'exit-code': 'results: exit-code, so a runner that found no tests looks the same',
};

/** First section of a pass: the proof in short. */
export function passedVerdict(report: Report): Section {
  const { revision, results } = report;
  const jobUid = report.verdict.kind === 'passed' ? report.verdict.proof.jobUid : undefined;
  const images = Object.entries(revision?.imageIDs ?? {}).map(([name, id]): KnownFact => [
    `Image of ${name}`,
    id,
    true,
  ]);
  return {
    id: 'verdict',
    heading: headlineOf(report).replace(/^TESTCAR GATE: /, ''),
    folded: false,
    blocks: [
      {
        kind: 'facts',
        facts: knownFacts([
          [
            'Proof',
            results?.source === 'exit-code'
              ? 'the Job is complete, its test container ended with exit code 0, and the revision held to the end'
              : 'the Job is complete, its results are complete and without failure, and the revision held to the end',
          ],
          ['Tests', results && testsInWords(results)],
          ['Weaker proof', results && WEAKER[results.source]],
          ['Revision', revision && `${revision.deploymentName}, ReplicaSet ${revision.replicaSetName}`, true],
          [
            'New revision',
            report.unchanged === true
              ? 'no: the manifests changed nothing, and the pods run what they ran before; a tag that was pushed again was not pulled'
              : undefined,
          ],
          ...images,
          ['Phases', phasesInWords(report)],
          ['Job UID', jobUid, true],
          ['SHA-256 of the results', results?.sha256 || undefined, true],
          ...runFacts(report),
        ]),
      },
    ],
  };
}

/** Of a run that never began, some of it may be unknown. */
function sutInWords({ sut, namespace, mode }: Report): string {
  return [sut, namespace && `namespace ${namespace}`, mode && `mode ${mode}`].filter((part) => part !== '').join(', ');
}

function runFacts(report: Report): readonly KnownFact[] {
  return [
    ['SUT', sutInWords(report)],
    ['Run', report.runId, true],
    [
      'Time',
      `${clockTime(report.startedAtMs)} to ${clockTime(report.endedAtMs)}, ${duration(report.endedAtMs - report.startedAtMs)}`,
    ],
  ];
}
