import { changeInWords } from '../judge/admission.ts';
import type { Report } from './report.ts';
import { MAX_VALUE_BYTES, type Section, paragraph } from './section.ts';
import { oneLine, truncate } from './text.ts';

const MAX_CHANGES = 20;

/** The proof is about what ran; whether that is what was meant, only a person can say. */
const OTHER_TESTS =
  'The results are those of what ran in the pod, which may test less than the manifest says. Find what changes it: kubectl get mutatingwebhookconfigurations, and the mutating admission policies where the cluster has them.';

/** How the pods differ from their manifests. Told in every run: it is nobody's fault, but explains many. */
export function admissionSection({ admission = [] }: Report): readonly Section[] {
  if (admission.length === 0) return [];
  const items = admission
    .slice(0, MAX_CHANGES)
    .map((change) => truncate(oneLine(changeInWords(change)), MAX_VALUE_BYTES));
  if (admission.length > MAX_CHANGES) items.push(`and ${admission.length - MAX_CHANGES} more`);
  const rewritten = admission.some((change) => !('fields' in change) && change.asked !== undefined);
  const otherTests = admission.some((change) => 'fields' in change);
  return [
    {
      id: 'admission',
      heading: 'What admission changed',
      folded: false,
      blocks: [
        { kind: 'list', ordered: false, items },
        ...(rewritten
          ? [paragraph('An image from a mirror is the same image: the revision is proved by digests, not by names.')]
          : []),
        ...(otherTests ? [paragraph(OTHER_TESTS)] : []),
      ],
    },
  ];
}
