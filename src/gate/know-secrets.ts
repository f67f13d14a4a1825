import type { JsonObject } from '../core/model/json.ts';
import { stringAt } from '../core/model/json.ts';
import type { SecretReferences } from '../core/plan/secret-references.ts';
import { secretValues } from '../core/report/secret-values.ts';
import type { AccessNeed, Ports } from '../ports.ts';
import type { RunLog } from './run-log.ts';

/** A pod with more than this is nobody's to oversee; reading all of a namespace is not what the right is for. */
export const MAX_SECRETS = 50;
/** At a time: a run must not be a burst of requests. */
const AT_ONCE = 10;
/** Over all Secrets of a run. Each text is looked for in a dozen spellings, which take memory and time to make. */
const MAX_CHARS = 256 * 1024;
const MAX_NAMES_SAID = 10;

/** Why the values of a Secret are not known, as the note says it. */
type Unknown = { name: string; why: string };

/**
 * Tells the host what the pods of a run know and must not be shown. Nothing here closes the gate: it works without the
 * right to read Secrets, and says once what it does not know.
 */
export class KnownSecrets {
  readonly #host: Ports['host'];
  readonly #references: SecretReferences;
  readonly #unknown: Unknown[] = [];
  #charsLeft = MAX_CHARS;

  /** The Secrets of the manifests are told at once: a refused dry run may quote them. */
  constructor(references: SecretReferences, host: Ports['host']) {
    this.#host = host;
    this.#references = references;
    for (const secret of references.given) this.#tell(secret);
  }

  /** Those whose values could be read, if that is allowed. */
  get names(): readonly string[] {
    return this.#references.named.slice(0, MAX_SECRETS);
  }

  /** `denied` is what the gate may not do, of all that it asked for. */
  async read(namespace: string, denied: readonly AccessNeed[], objects: Ports['objects'], log: RunLog): Promise<void> {
    const forbidden = new Set(denied.filter(({ resource }) => resource === 'secrets').map(({ name }) => name));
    for (const name of this.#references.named.slice(MAX_SECRETS)) this.#missed(name, `beyond the first ${MAX_SECRETS}`);
    for (const name of this.names) if (forbidden.has(name)) this.#missed(name, 'no right to get it');
    const readable = this.names.filter((name) => !forbidden.has(name));
    for (let from = 0; from < readable.length; from += AT_ONCE) {
      await Promise.all(
        readable.slice(from, from + AT_ONCE).map(async (name) => {
          const secret = await objects.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
          if (secret.ok) this.#tell(secret.value);
          else this.#missed(name, secret.error.kind === 'not-found' ? 'not there' : `not read: ${secret.error.kind}`);
        }),
      );
    }
    const note = this.#note();
    if (note !== undefined) log.note(note);
  }

  #tell(secret: JsonObject): void {
    let isCut = false;
    for (const value of secretValues(secret, this.#references.shown)) {
      isCut ||= value.isCut;
      for (const text of value.texts) {
        this.#charsLeft -= text.length;
        if (this.#charsLeft < 0) isCut = true;
        else this.#host.redact({ kind: 'kubernetes-secret', text, countedAs: value.of });
      }
    }
    if (isCut) this.#unknown.push({ name: stringAt(secret, 'metadata', 'name') ?? '', why: 'too large' });
  }

  /** What a manifest gives is known from there. */
  #missed(name: string, why: string): void {
    if (this.#references.given.some((secret) => stringAt(secret, 'metadata', 'name') === name)) return;
    this.#unknown.push({ name, why });
  }

  #note(): string | undefined {
    const all = [...new Set(this.#unknown.map(({ name, why }) => `${name} (${why})`))].sort();
    if (all.length === 0) return undefined;
    const more = all.length > MAX_NAMES_SAID ? ` and ${all.length - MAX_NAMES_SAID} more` : '';
    const names = all.slice(0, MAX_NAMES_SAID).join(', ') + more;
    return `not all values of these Secrets are known, so they are masked only by their shape: ${names}`;
  }
}
