import type { AttachmentStore } from '../../src/ports.ts';

/** Keeps what is saved in memory. */
export class FakeAttachments implements AttachmentStore {
  readonly files = new Map<string, string>();

  async save(dir: string, path: string, content: AsyncIterable<Uint8Array>): Promise<'saved' | 'taken'> {
    const file = `${dir}/${path}`;
    if (this.files.has(file)) return 'taken';
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    this.files.set(file, Buffer.concat(chunks).toString('latin1'));
    return 'saved';
  }
}
