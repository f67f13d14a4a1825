import { describe, expect, it } from 'vitest';
import { admissionChanges, changeInWords } from '../../../src/core/judge/admission.ts';
import { type JsonObject, stringAt } from '../../../src/core/model/json.ts';
import { parsePod } from '../../../src/core/observation/pod.ts';
import { admissionSection } from '../../../src/core/report/admission-section.ts';
import { anObservation } from '../../fakes/builders.ts';
import { passedReport } from '../report/fixtures/reports.ts';
import { JOB_UID, aPlan, healthySut } from './world.ts';

const fieldRef = { fieldPath: 'metadata.name' };
const TESTCAR: JsonObject = {
  name: 'testcar',
  image: 'registry.example/testcar:7',
  command: ['sh', '-c'],
  args: ['run-all-tests'],
  workingDir: '/tests',
  env: [
    { name: 'MODE', value: 's3cr3t-full' },
    { name: 'EMPTY' },
    { name: 'POD', valueFrom: { fieldRef } },
    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'shop', key: 'token' } } },
  ],
};
const COURIER: JsonObject = { name: 'courier', image: 'registry.example/testcar:7', command: ['sh'] };

function told(inPod: JsonObject, courier = COURIER, asked = TESTCAR): readonly string[] {
  const template = { spec: { containers: [asked], initContainers: [COURIER] } };
  const pod = parsePod({
    metadata: { name: 'testcar-1-x1', uid: 'u', ownerReferences: [{ uid: JOB_UID, controller: true }] },
    spec: { containers: [inPod], initContainers: [courier] },
  });
  const seen = anObservation({ ...healthySut(), testcarPods: pod ? [pod] : [] });
  return admissionChanges(aPlan({}, { job: { spec: { template } } }), seen, JOB_UID).map(changeInWords);
}

const without = (...names: readonly string[]): JsonObject => ({
  ...TESTCAR,
  env: listed().filter((variable) => !names.includes(stringAt(variable, 'name') ?? '')),
});
const listed = (): readonly JsonObject[] => [
  { name: 'MODE', value: 's3cr3t-full' },
  { name: 'EMPTY', value: '' },
  { name: 'POD', valueFrom: { fieldRef: { apiVersion: 'v1', ...fieldRef } } },
  { name: 'TOKEN', valueFrom: { secretKeyRef: { key: 'token', name: 'shop', optional: false } } },
];
const DIFFERS = 'container testcar of testcar does not run what its Job asks for: it has ';

describe('what a container of testcar runs', () => {
  it.each<[string, JsonObject]>([
    ['as it was asked for', TESTCAR],
    ['with what the API server fills in', without()],
    [
      'with further variables, which agents are configured by',
      { ...TESTCAR, env: [...listed(), { name: 'AGENT', value: '1' }] },
    ],
    ['with variables in another order', { ...TESTCAR, env: [...listed()].reverse() }],
    ['with more beside it', { ...TESTCAR, volumeMounts: [{ name: 'ca', mountPath: '/ca' }], envFrom: [{}] }],
  ])('is not told: %s', (_, inPod) => {
    expect(told(inPod)).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ['another command', { ...TESTCAR, command: ['true'] }, 'another command'],
    ['a command in front of it', { ...TESTCAR, command: ['/agent', 'sh', '-c'] }, 'another command'],
    ['no command', { ...TESTCAR, command: [] }, 'another command'],
    ['other arguments', { ...TESTCAR, args: ['run-no-tests'] }, 'another args'],
    ['another folder', { ...TESTCAR, workingDir: '/' }, 'another workingDir'],
    [
      'another value',
      { ...TESTCAR, env: [{ name: 'MODE', value: 'leak' }, ...listed().slice(1)] },
      'another value of MODE',
    ],
    [
      'another value behind it',
      { ...TESTCAR, env: [...listed(), { name: 'MODE', value: 'leak' }] },
      'another value of MODE',
    ],
    [
      'a value where there was none',
      { ...TESTCAR, env: [...listed(), { name: 'EMPTY', value: 'leak' }] },
      'another value of EMPTY',
    ],
    [
      'a literal for a secret',
      { ...TESTCAR, env: [...listed(), { name: 'TOKEN', value: 'leak' }] },
      'another value of TOKEN',
    ],
    [
      'another key of the secret',
      {
        ...TESTCAR,
        env: [...listed(), { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'shop', key: 'other' } } }],
      },
      'another value of TOKEN',
    ],
    ['no variable any more', without('MODE', 'POD'), 'no MODE, POD in its environment'],
    [
      'all of it',
      { ...without('POD'), command: ['true'], args: [], env: [{ name: 'MODE', value: 'leak' }] },
      'another command; another args; another value of MODE; no EMPTY, POD, TOKEN in its environment',
    ],
  ])('is told: %s', (_, inPod, words) => {
    expect(told(inPod)).toEqual([`${DIFFERS}${words}`]);
  });

  it('is told of each container of the Job, so of the courier too', () => {
    expect(told(TESTCAR, { ...COURIER, command: ['true'] })).toEqual([
      'container courier of testcar does not run what its Job asks for: it has another command',
    ]);
  });

  it('is told in few names', () => {
    const env = Array.from({ length: 12 }, (_, index) => ({ name: `V${index}`, value: 'leak' }));
    expect(told({ ...TESTCAR, env: [] }, COURIER, { ...TESTCAR, env })).toEqual([
      `${DIFFERS}no V0, V1, V2, V3, V4, V5, V6, V7, V8, V9 and 2 more in its environment`,
    ]);
  });

  it('is in the report with what it means, and an image from a mirror without', () => {
    const text = (admission: Parameters<typeof admissionSection>[0]['admission']): string =>
      JSON.stringify(admissionSection({ ...passedReport(), ...(admission && { admission }) }));
    const program = {
      party: 'testcar',
      container: 'testcar',
      fields: ['command'],
      envChanged: [],
      envRemoved: [],
    } as const;
    expect(text([program])).toContain('which may test less than the manifest says');
    expect(text([program])).not.toContain('mirror');
    expect(text([{ party: 'testcar', container: 'testcar', image: 'a', asked: 'b' }])).not.toContain('may test less');
  });
});
