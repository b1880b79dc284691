import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FailureError } from '@docfleet/domain';

/** A received file, resting on disk until its name in the store is known (the name has the digest in it). */
export interface SpooledFile {
  readonly sha256: string;
  readonly sizeBytes: number;
  open(): Readable;
  remove(): Promise<void>;
}

/** Times the limit that is read and thrown away, so that a caller whose file is a little too large gets the answer. */
const patience = 4;

/**
 * Writes a stream to a file in `folder`, never more than `maxBytes`, and digests it on the way.
 *
 * @throws FailureError `DOC_TOO_LARGE`
 */
export async function spool(
  source: Readable,
  options: { readonly folder: string; readonly maxBytes: number },
): Promise<SpooledFile> {
  const { folder, maxBytes } = options;
  const path = join(folder, `docfleet-upload-${randomUUID()}`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const tooLarge = () => new FailureError('DOC_TOO_LARGE', { limit: maxBytes, actual: sizeBytes });
  async function* measured(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes * patience) throw tooLarge();
      if (sizeBytes > maxBytes) continue;
      hash.update(chunk);
      yield chunk;
    }
  }
  const remove = () => rm(path, { force: true });
  try {
    await pipeline(source, measured, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    if (sizeBytes > maxBytes) throw tooLarge();
  } catch (error) {
    await remove();
    throw error;
  }
  return { sha256: hash.digest('hex'), sizeBytes, open: () => createReadStream(path), remove };
}
