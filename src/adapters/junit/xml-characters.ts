const REPLACEMENT = '\ufffd';

/** What XML 1.0 does not allow in a document, as it stands (production 2, Char). */
const RAW = /[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/gu;
/** A reference, complete or still open at the end of a piece. The longest that is meant by anybody has ten characters. */
const REFERENCE = /&#(x[0-9a-f]{1,8}|\d{1,8});/gi;
const OPEN_REFERENCE = /&(?:#(?:x[0-9a-f]{0,8}|\d{0,8})?)?$/i;

/**
 * Replaces characters that XML 1.0 forbids, piece by piece. Runners write them: behave and Jest put the colours of a
 * message into the file as they are, others as `&#x1b;`. A test that fails in colour is still a failed test, and calling
 * its file unreadable would blame testcar for it.
 */
export class XmlCharacters {
  #held = '';

  allowed(piece: string, last: boolean): string {
    const text = this.#held + piece;
    const open = last ? undefined : OPEN_REFERENCE.exec(text);
    const end = open ? open.index : text.length;
    this.#held = text.slice(end);
    return replaced(end === text.length ? text : text.slice(0, end));
  }
}

function replaced(text: string): string {
  const plain = text.search(RAW) === -1 ? text : text.replace(RAW, REPLACEMENT);
  if (!plain.includes('&#')) return plain;
  return plain.replace(REFERENCE, (whole, digits: string) => (isAllowed(digits) ? whole : REPLACEMENT));
}

function isAllowed(digits: string): boolean {
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
