/** The signature of a PNG file, which preprocess accepts as a document. */
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A document that consists of a signature and its name. */
export function bytesOf(name: string): Buffer {
  return Buffer.concat([pngSignature, Buffer.from(name)]);
}

export function nameIn(bytes: Uint8Array): string {
  return Buffer.from(bytes).subarray(pngSignature.length).toString();
}
