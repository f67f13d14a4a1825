const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** At most nine digits per unit, so that every sum is an exact integer. */
const DURATION = /^(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;

/** The same form as a pattern for JSON schemas; the empty text is excluded. */
export const DURATION_PATTERN = '^(?=.)(?:[0-9]{1,9}h)?(?:[0-9]{1,9}m)?(?:[0-9]{1,9}s)?(?:[0-9]{1,9}ms)?$';

/** `1h30m`, `90s`, `500ms` in milliseconds; undefined for anything else, a number without unit too. */
export function parseDuration(text: string): number | undefined {
  const match = text === '' ? null : DURATION.exec(text);
  if (match === null) return undefined;
  const [, hours, minutes, seconds, milliseconds] = match;
  return count(hours) * HOUR_MS + count(minutes) * MINUTE_MS + count(seconds) * SECOND_MS + count(milliseconds);
}

function count(digits: string | undefined): number {
  return digits === undefined ? 0 : Number.parseInt(digits, 10);
}

/** The shortest text that `parseDuration` reads as the same time; parts of a millisecond are dropped. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.trunc(ms));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / HOUR_MS), 'h'],
    [Math.floor((whole % HOUR_MS) / MINUTE_MS), 'm'],
    [Math.floor((whole % MINUTE_MS) / SECOND_MS), 's'],
    [whole % SECOND_MS, 'ms'],
  ];
  const text = parts.map(([amount, unit]) => (amount === 0 ? '' : `${amount}${unit}`)).join('');
  return text === '' ? '0s' : text;
}
