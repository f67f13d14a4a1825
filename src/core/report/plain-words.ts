/**
 * Shorter values are not replaced: they would blank innocent text. The Azure agent caps its own minimum at the same
 * length (HostContext, MinSecretLength).
 */
export const MIN_SECRET_CHARS = 6;

/**
 * What stands in Secrets beside the credentials, or instead of them, and in every log: to replace it would make the log
 * unreadable and protect nothing that could not be guessed at once.
 */
const WORDS: ReadonlySet<string> = new Set(
  (
    'true false null none undefined enabled disabled enable disable default allow deny require required optional prefer ' +
    'verify-full verify-ca public private internal external local localhost remote primary secondary master replica ' +
    'reader writer readonly read-only readwrite read-write admin administrator operator system service server client ' +
    'production prod staging stage development develop testing preview sandbox debug warning warn error info trace ' +
    'verbose password passwd passphrase secret secrets token username user login basic bearer oauth2 apikey api-key ' +
    'changeme change-me example sample dummy placeholder database postgres postgresql mysql mariadb mongodb redis ' +
    'rabbitmq kafka elasticsearch opensearch sqlserver oracle sqlite memcached cassandra nginx docker kubernetes ' +
    'http:// https:// unknown normal simple plain standard strict insecure secure'
  ).split(' '),
);

/** A port, a size, a version, a time, a day: short, without a letter. */
const NUMBER = /^(?:[\d\s.,:+\-/_%]{0,7}|\d{4}-\d\d-\d\d)$/;
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5}|\/\d{1,2})?$/;
const REPEATED = /^(.)\1*$/;

/** Too short, too common or too plain to be hidden. The words of a sentence are no plain word: they are kept secret. */
export function isPlainWord(text: string): boolean {
  const word = text.trim().toLowerCase();
  return (
    word.length < MIN_SECRET_CHARS || WORDS.has(word) || NUMBER.test(word) || IPV4.test(word) || REPEATED.test(word)
  );
}
