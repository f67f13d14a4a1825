/** How far another clock is ahead of the gate's own, negative when it is behind: somewhere between these two. */
export type ClockOffset = { leastMs: number; mostMs: number };

/** The Date header has whole seconds (RFC 9110, 5.6.7), rounded down. */
const HEADER_STEP_MS = 1_000;

/**
 * What the Date header of one answer says of the server's clock. It was written at some moment between question and
 * answer, so a slow answer says less, and never something wrong.
 */
export function offsetOf(date: string | undefined, askedMs: number, answeredMs: number): ClockOffset | undefined {
  const dateMs = date === undefined ? NaN : Date.parse(date);
  if (Number.isNaN(dateMs)) return undefined;
  return { leastMs: dateMs - answeredMs, mostMs: dateMs + HEADER_STEP_MS - askedMs };
}

/** What two answers say together; where they contradict each other (two servers, a machine that slept), the later one. */
export function narrowed(known: ClockOffset | undefined, next: ClockOffset): ClockOffset {
  if (known === undefined) return next;
  const both = {
    leastMs: Math.max(known.leastMs, next.leastMs),
    mostMs: Math.min(known.mostMs, next.mostMs),
  };
  return both.leastMs <= both.mostMs ? both : next;
}
