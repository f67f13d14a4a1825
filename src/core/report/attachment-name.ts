/** A relative path that is safe to create on any agent: made here, of letters that no shell, host or file system reads as anything else. */
export type AttachmentPath = string & { readonly safe: 'attachment path' };

/** Below the folder of the report. */
export const ATTACHMENTS_DIR = 'attachments';

/** Below what any file system takes (255 bytes), with room for a number. */
const MAX_PART = 80;
/** Windows takes 260 characters for the whole path. */
const MAX_PARTS = 4;

/** Names that Windows opens as a device, with any ending (learn.microsoft.com: "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\.|$)/i;

/**
 * Names for the files of one run, no two of them alike on a file system that ignores case. Everything but ASCII letters,
 * digits and `._-` becomes `_`; no part is hidden, empty, `..` or the name of a device. No secret is in them: a file is
 * archived and listed by those who never see the report.
 */
export class AttachmentNames {
  readonly #redacted: (text: string) => string;
  readonly #taken = new Set<string>();

  /** `redacted` is what the report is read with. */
  constructor(redacted: (text: string) => string) {
    this.#redacted = redacted;
  }

  /** `from` is the path that testcar gave it, with `/` between its parts. */
  next(from: string, shard: number | undefined): AttachmentPath {
    const path = [...(shard === undefined ? [] : [`shard-${shard + 1}`]), this.#plain(from)].join('/');
    for (let number = 1; ; number++) {
      const name = number === 1 ? path : numbered(path, number);
      if (this.#taken.has(name.toLowerCase())) continue;
      this.#taken.add(name.toLowerCase());
      return name as AttachmentPath;
    }
  }

  /**
   * Redacted before it is made plain, while a secret still has its own characters, and until nothing is found any more: the
   * report shows the path redacted, and only one in which nothing is replaced leads to the file. Each round but the last
   * makes it shorter, as a mask is shorter than what it hides.
   */
  #plain(from: string): string {
    const path = plainPath(this.#redacted(from));
    return this.#redacted(path) === path ? path : this.#plain(path);
  }
}

function plainPath(from: string): string {
  const parts = from.split('/').map(part);
  const deep = parts.length - MAX_PARTS;
  const short = deep > 0 ? [...parts.slice(0, MAX_PARTS - 1), parts.at(-1) ?? '_'] : parts;
  return short.join('/');
}

function part(text: string): string {
  const plain = text
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^[.-]/, '_')
    .replace(/\.$/, '_');
  const dot = plain.lastIndexOf('.');
  const ending = dot > 0 && plain.length - dot <= 16 ? plain.slice(dot) : '';
  const cut = plain.length <= MAX_PART ? plain : plain.slice(0, MAX_PART - ending.length) + ending;
  const name = cut === '' ? '_' : cut;
  return DEVICE.test(name) ? `_${name}` : name;
}

/** `a/b.png` → `a/b-2.png`. */
function numbered(path: string, number: number): string {
  const slash = path.lastIndexOf('/');
  const dot = path.lastIndexOf('.');
  const at = dot > slash + 1 ? dot : path.length;
  return `${path.slice(0, at)}-${number}${path.slice(at)}`;
}
