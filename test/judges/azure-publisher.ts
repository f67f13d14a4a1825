/**
 * A model of what Azure's test publisher does with a results file beyond showing it: it uploads files of the agent that a
 * `[[ATTACHMENT|path]]` in the output of a case names (publish-test-results-v2, "Attachments support"). The model is
 * stricter: it looks everywhere, ignores case, and skips what is not seen.
 */
export function attachmentsIn(xml: string): readonly string[] {
  const text = xml
    // In CDATA a reference is the characters that it is written with.
    .replace(
      /<!\[CDATA\[([^]*?)\]\]>|&#(?:x([0-9a-f]+)|(\d+));/gi,
      (_, data?: string, hex?: string, decimal?: string) =>
        data ?? String.fromCodePoint(hex === undefined ? +(decimal ?? 0) : +`0x${hex}`),
    )
    .replace(/\p{Cf}|\p{Default_Ignorable_Code_Point}|\p{M}|[^\P{Cc}\t\n\r]/gu, '');
  return [...text.matchAll(/\[\[\s*ATTACHMENT\s*\|([^\]]*)/gi)].map((match) => match[1] ?? '');
}
