import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { FailureError } from '@docfleet/domain';

/** Reads a stream whole; throws `DOC_TOO_LARGE` as soon as it is longer than `maxBytes`. */
export async function readBounded(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  // Leaving the loop early, also by throwing, destroys the stream and with it the connection.
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array))
      throw new TypeError('An object stream gave something else than bytes.');
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new FailureError('DOC_TOO_LARGE', { limit: maxBytes, actual: sizeBytes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

/** A stream that passes bytes on, and knows their digest and number when it has ended. */
export interface Meter {
  readonly stream: Transform;
  /** Lower-case hex and bytes; asked once, after the end. */
  finish(): { sha256: string; sizeBytes: number };
}

/** Measures what flows through; the stream fails with `DOC_TOO_LARGE` when it is longer than `maxBytes`. */
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
