import { seededRandom } from '@docfleet/samples';
import fc from 'fast-check';
import { digitalDocument, imageDocument, mappedFontDocument } from '../plan/documents.ts';

/** Texts that a font says its glyphs stand for, in hexadecimal UTF-16. */
const glyphTexts = ['0000', 'D800', 'FFFE', '00410000', '202E'] as const;

/**
 * Files of the fuzzing tenant: whole ones, ones whose text layer has characters that no store keeps, and damaged ones, always
 * in this order.
 */
export async function fuzzedFiles(seed: number): Promise<readonly Buffer[]> {
  const random = seededRandom(seed);
  const digital = digitalDocument(random, 'fuzz', 1).bytes;
  const whole = [
    digital,
    digitalDocument(random, 'fuzz', 2).bytes,
    (await imageDocument(random, 'fuzz')).bytes,
  ];
  const poisoned = glyphTexts.map((code) => mappedFontDocument(random, code).bytes);
  const damaged = fc.sample(damage(digital), { seed, numRuns: 12 });
  return [...whole, ...poisoned, ...damaged];
}

function damage(bytes: Buffer): fc.Arbitrary<Buffer> {
  const place = fc.nat({ max: bytes.length - 1 });
  const overwritten = fc.array(fc.tuple(place, fc.nat({ max: 255 })), { minLength: 1, maxLength: 30 });
  return fc.oneof(
    place.map((end) => bytes.subarray(0, end)),
    overwritten.map((changes) => {
      const copy = Buffer.from(bytes);
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    }),
    fc.uint8Array({ maxLength: 400 }).map((noise) => Buffer.concat([Buffer.from('%PDF-1.7\n'), noise])),
    fc.uint8Array({ maxLength: 400 }).map((noise) => Buffer.from(noise)),
    fc
      .constantFrom('', '\u0000', 'PK\u0003\u0004', 'GIF89a', '<svg xmlns="http://www.w3.org/2000/svg"/>')
      .map((text) => Buffer.from(text, 'latin1')),
  );
}
