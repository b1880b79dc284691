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
  open(): Readable;
  remove(): Promise<void>;
}

/** A client gets its answer only after sending its body, so files up to this many times the limit are read and dropped. */
const drainFactor = 4;

/**
 * Writes a stream to a new file in `folder`, at most `maxBytes`, and computes its digest.
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
      if (sizeBytes > maxBytes * drainFactor) throw tooLarge();
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
