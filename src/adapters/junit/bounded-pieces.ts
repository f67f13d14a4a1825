/** A start or end tag, a processing instruction or an entity that is longer was made to exhaust something. */
const MAX_TOKEN = 4 * 1024 * 1024;
/** The parser keeps a text until its end; a longer one gets a seam. */
const MAX_RUN = 64 * 1024;

type State = 'text' | 'tag' | 'single' | 'double' | 'instruction' | 'comment' | 'cdata';

const ENDS = { single: "'", double: '"', instruction: '?>', comment: '-->', cdata: ']]>' } as const;
/** What closes and opens it again without a change of meaning. */
const SEAMS = { text: '<!---->', comment: '--><!--', cdata: ']]><![CDATA[' } as const;
/** The beginning of something whose end decides what it is. */
const UNDECIDED = {
  text: /<(?:!(?:-|\[[CDAT]{0,5})?)?$|&[^;<&]{0,12}$/,
  comment: /-{1,2}$/,
  cdata: /\]{1,2}$/,
  instruction: /\?$/,
} as const;

/**
 * Between decoder and parser: sees to it that the parser holds no more than one piece of any text, because a parser
 * collects a CDATA section or a comment until it ends, and the output of a test may be 100 MB. Knows only enough of XML
 * to tell where a seam changes nothing; everything else is left to the parser's judgement.
 */
export class BoundedPieces {
  #state: State = 'text';
  #held = '';
  /** Characters since the parser could last let go of something. */
  #run = 0;

  /** The text to parse next, or undefined when one token is too long. */
  next(piece: string, last: boolean): string | undefined {
    const text = this.#held + piece;
    const end = last ? text.length : this.#walk(text);
    this.#held = text.slice(end);
    if (this.#held.length > MAX_TOKEN || (isToken(this.#state) && this.#run > MAX_TOKEN)) return undefined;
    const passed = end === text.length ? text : text.slice(0, end);
    if (last || this.#run <= MAX_RUN || isToken(this.#state)) return passed;
    this.#run = 0;
    return passed + SEAMS[this.#state];
  }

  /** Goes through `text` and returns how much of it is decided. */
  #walk(text: string): number {
    let at = 0;
    while (at < text.length) {
      const state = this.#state;
      const next = state === 'text' ? opened(text, at) : closed(state, text, at);
      if (next === undefined) {
        const open = state in UNDECIDED ? undecidedFrom(state, text, at) : text.length;
        this.#run += open - at;
        return open;
      }
      this.#state = next.state;
      this.#run = isToken(next.state) && isToken(state) ? this.#run + next.at - at : 0;
      at = next.at;
    }
    return at;
  }
}

type Step = { state: State; at: number };

function isToken(state: State): state is 'tag' | 'single' | 'double' | 'instruction' {
  return state === 'tag' || state === 'single' || state === 'double' || state === 'instruction';
}

function opened(text: string, from: number): Step | undefined {
  const at = text.indexOf('<', from);
  if (at === -1) return undefined;
  if (text.startsWith('<![CDATA[', at)) return { state: 'cdata', at: at + 9 };
  if (text.startsWith('<!--', at)) return { state: 'comment', at: at + 4 };
  if (text.startsWith('<?', at)) return { state: 'instruction', at: at + 2 };
  // Still to be seen: what this is.
  if (text.length - at < 9 && UNDECIDED.text.test(text.slice(at))) return undefined;
  return { state: 'tag', at: at + 1 };
}

const IN_TAG = /["'>]/g;

function closed(state: Exclude<State, 'text'>, text: string, from: number): Step | undefined {
  if (state !== 'tag') {
    const end = ENDS[state];
    const at = text.indexOf(end, from);
    if (at === -1) return undefined;
    return { state: state === 'single' || state === 'double' ? 'tag' : 'text', at: at + end.length };
  }
  IN_TAG.lastIndex = from;
  // Not `exec`, whose result is garbage for each quote of a file.
  if (!IN_TAG.test(text)) return undefined;
  const at = IN_TAG.lastIndex;
  const found = text.charAt(at - 1);
  return { state: found === '>' ? 'text' : found === '"' ? 'double' : 'single', at };
}

function undecidedFrom(state: State, text: string, from: number): number {
  if (state === 'tag' || state === 'single' || state === 'double') return text.length;
  const found = UNDECIDED[state].exec(text.slice(Math.max(from, text.length - 16)));
  return found ? text.length - found[0].length : text.length;
}
