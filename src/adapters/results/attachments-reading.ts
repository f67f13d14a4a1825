import { ATTACHED, FRAME_PREFIX, MAX_ATTACHMENTS } from '../../core/courier/courier-script.ts';
import { Frames } from '../../core/courier/frames.ts';
import type { Attachment, Attachments } from '../../core/model/attachments.ts';
import { cutTo } from '../../core/report/cut.ts';
import type { KeepAttachments } from '../../ports.ts';
import { ArchiveStream } from './archive-stream.ts';
import { BadArchive, eachMember } from './archive.ts';

/** Header and padding of one member: 512 bytes each, twice as much again for a long name. */
const TAR_BYTES = 2_048;
/** Of a name or a sentence of the courier. */
const MAX_TOLD_CHARS = 500;
/** Sentences about what did not come. */
const MAX_LOST = 50;
const LEFT_OUT = /^left-out (\d{1,15}) (?:\.\/)?(.+)/;
const SAID = /^(?:note|error) (.+)/;

type Read = { files: readonly Attachment[]; trouble: string | undefined };

/**
 * Keeps the attachments that follow the results in a courier's log. Nothing here is proof of anything: a file that came
 * whole is kept, also when the next one did not, and everything that did not come is told.
 */
export class AttachmentsReading {
  readonly #said: string;
  readonly #frames: Frames;
  readonly #keep: KeepAttachments;
  readonly #lost: string[] = [];
  #archive: ArchiveStream<Read> | undefined;
  #isOver = false;

  constructor(runId: string, keep: KeepAttachments) {
    this.#said = `${FRAME_PREFIX} ${runId} ${ATTACHED} `;
    this.#frames = new Frames(runId, 'attachments');
    this.#keep = keep;
  }

  /** Nothing more comes of them. */
  get isOver(): boolean {
    return this.#isOver;
  }

  async take(lines: readonly string[]): Promise<void> {
    let texts: string[] = [];
    for (const line of lines) {
      if (!line.startsWith(this.#said)) continue;
      const text = line.slice(this.#said.length);
      if (this.#hasSaid(text)) continue;
      const step = this.#frames.next(line);
      if (step.kind === 'begin') {
        this.#archive?.leave();
        this.#archive = new ArchiveStream((bytes) => this.#save(bytes));
        texts = [];
      } else if (step.kind === 'text') texts.push(step.base64);
      else if (step.kind === 'whole') this.#isOver = true;
    }
    await this.#archive?.add(texts.join(''));
  }

  async end(): Promise<Attachments> {
    const whole = this.#frames.result();
    const read = await this.#archive?.end();
    const files = read?.value.files ?? [];
    if (!whole.ok && whole.problem.kind === 'incomplete')
      this.#lose(`attachments did not all come, ${files.length} did: ${whole.problem.detail}`);
    else if (!whole.ok && whole.problem.kind === 'absent' && !this.#isOver)
      this.#lose('attachments did not come: the courier ended before it sent them');
    else if (read?.value.trouble !== undefined) this.#lose(read.value.trouble);
    else if (whole.ok && read !== undefined && read.sha256 !== whole.sha256)
      this.#lose('attachments may be damaged: their checksum is not the one that the courier announced');
    else if (whole.ok && files.length !== whole.files)
      this.#lose(`${files.length} attachments came, the courier announced ${whole.files}`);
    return { files, lost: this.#lost };
  }

  #hasSaid(text: string): boolean {
    const left = LEFT_OUT.exec(text);
    if (left) {
      this.#lose(
        `attachment ${cutTo(left[2] ?? '', MAX_TOLD_CHARS)} was left out: its ${left[1] ?? ''} bytes are more than attachmentsMaxBytes ` +
          `(${this.#keep.maxBytes} for all of a pod) has room for, or it cannot be read`,
      );
      return true;
    }
    const said = SAID.exec(text);
    if (!said) return false;
    this.#lose(`attachments: ${cutTo(said[1] ?? '', MAX_TOLD_CHARS)}`);
    if (text.startsWith('error ')) this.#isOver = true;
    return true;
  }

  async #save(bytes: AsyncIterable<Uint8Array>): Promise<Read> {
    const files: Attachment[] = [];
    const limits = {
      inflatedBytes: this.#keep.maxBytes + (MAX_ATTACHMENTS + 10) * TAR_BYTES,
      files: MAX_ATTACHMENTS,
    };
    try {
      await eachMember(bytes, 'none', limits, async (member) => {
        files.push(await this.#keep.save(member.path, member.bytes, member.content));
        return true;
      });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const which =
        error instanceof BadArchive && error.member !== undefined ? `attachment ${error.member}` : 'attachments';
      return { files, trouble: `${which} could not be kept: ${error.message}` };
    }
    return { files, trouble: undefined };
  }

  #lose(text: string): void {
    if (this.#lost.length < MAX_LOST) this.#lost.push(text);
  }
}
