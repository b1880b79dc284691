/** The first bytes of a PNG file: enough to be taken for a document. */
const pngHead = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A document that is nothing but its name behind a header. */
export function bytesOf(name: string): Buffer {
  return Buffer.concat([pngHead, Buffer.from(name)]);
}

export function nameIn(bytes: Uint8Array): string {
  return Buffer.from(bytes).subarray(pngHead.length).toString();
}
