import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FailureError } from '@docfleet/domain';

/** An uploaded file, buffered on disk until its object name is known, which contains the digest. */
export interface SpooledFile {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly path: string;
  open(): Readable;
  remove(): Promise<void>;
}

/**
 * Writes a stream to a new file in `folder`, at most `maxBytes`, and computes its digest. A longer one is refused at its
 * first byte too many: the rest is not read.
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
  async function* measured(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) {
        throw new FailureError('DOC_TOO_LARGE', { limit: maxBytes, actual: sizeBytes });
      }
      hash.update(chunk);
      yield chunk;
    }
  }
  const remove = () => rm(path, { force: true });
  try {
    await pipeline(source, measured, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    await remove();
    throw error;
  }
  return { sha256: hash.digest('hex'), sizeBytes, path, open: () => createReadStream(path), remove };
}
