/** Label selectors as the API takes them: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`. */
export function selectorMatches(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return requirements(selector).every((requirement) => {
    const set = /^([^\s!=]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(requirement);
    if (set !== null) {
      const [, key = '', operator = '', list = ''] = set;
      const value = labels[key];
      const included = value !== undefined && list.split(',').some((item) => item.trim() === value);
      return operator === 'in' ? included : !included;
    }
    const equality = /^([^\s!=]+)\s*(==|=|!=)\s*(\S*)$/.exec(requirement);
    if (equality !== null) {
      const [, key = '', operator = '', value = ''] = equality;
      return operator === '!=' ? labels[key] !== value : labels[key] === value;
    }
    return requirement.startsWith('!') ? labels[requirement.slice(1)] === undefined : labels[requirement] !== undefined;
  });
}

/** Splits at commas outside parentheses. */
function requirements(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
