import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { FailureError } from '@docfleet/domain';

/** Reads a whole stream; throws `DOC_TOO_LARGE` when it is longer than `maxBytes`. */
export async function readBounded(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  // Leaving the loop early, also by throwing, destroys the stream and with it the connection.
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array))
      throw new TypeError('The object stream contained a chunk that is not bytes.');
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new FailureError('DOC_TOO_LARGE', { limit: maxBytes, actual: sizeBytes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

/** A pass-through stream that computes the digest and number of its bytes. */
export interface Meter {
  readonly stream: Transform;
  /** SHA-256 in lower-case hex, and the number of bytes. Call once, after the end. */
  finish(): { sha256: string; sizeBytes: number };
}

/** Opens a meter; its stream fails with `DOC_TOO_LARGE` when it is longer than `maxBytes`. */
export function openMeter(maxBytes: number): Meter {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) {
        done(new FailureError('DOC_TOO_LARGE', { limit: maxBytes, actual: sizeBytes }));
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, finish: () => ({ sha256: hash.digest('hex'), sizeBytes }) };
}
