const MAX_LENGTH = 200;
const EXPECTED = 'a file, folder or pattern below the results folder, such as screenshots or *.zip';

/** They reach the courier's shell as words for `find`, which stays below the results folder whatever they say. */
export function parseAttachments(
  items: readonly string[],
  problem: (found: string, expected: string) => void,
): readonly string[] {
  const patterns = items.map((item) => item.replace(/^\.\//, '').replace(/\/+$/, ''));
  for (const pattern of patterns) {
    const isRelative = pattern !== '' && !pattern.startsWith('/') && !pattern.split('/').includes('..');
    if (!isRelative || pattern.length > MAX_LENGTH) problem(pattern, EXPECTED);
  }
  return patterns;
}
