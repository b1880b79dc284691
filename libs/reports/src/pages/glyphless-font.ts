/** Advance of the one glyph, and height of the em, in units of the font: letters are half as wide as they are high. */
export const glyphAdvance = 500;
export const unitsPerEm = 1_000;

/** Glyph that every character is shown as; glyph 0 stands for characters that are missing. */
export const emptyGlyph = 1;

/**
 * A TrueType font with one empty glyph (OpenType 1.9, required tables). Text in it is invisible in every reader, and a
 * reader finds the font in the document, so that it never replaces it by one of its own.
 */
export function glyphlessFont(): Buffer {
  const tables: readonly (readonly [tag: string, content: Buffer])[] = [
    ['OS/2', Buffer.alloc(78)],
    ['cmap', words(0, 1, 3, 1, 0, 12, 4, 24, 0, 2, 2, 0, 0, 0xffff, 0, 0xffff, 1, 0)],
    ['glyf', Buffer.alloc(4)],
    [
      'head',
      Buffer.concat([
        words(1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, unitsPerEm),
        Buffer.alloc(16),
        words(0, 0, glyphAdvance, unitsPerEm, 0, 8, 2, 0, 0),
      ]),
    ],
    ['hhea', words(1, 0, unitsPerEm, 0, 0, glyphAdvance, 0, 0, glyphAdvance, 1, 0, 0, 0, 0, 0, 0, 0, 1)],
    ['hmtx', words(glyphAdvance, 0, 0)],
    ['loca', words(0, 0, 0)],
    ['maxp', words(1, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['name', words(0, 0, 6)],
    ['post', Buffer.concat([words(3, 0), Buffer.alloc(28)])],
  ];
  const header = 12 + 16 * tables.length;
  const directory = [words(1, 0, tables.length, 128, 3, 16 * tables.length - 128)];
  const contents: Buffer[] = [];
  let offset = header;
  for (const [tag, content] of tables) {
    const padded = Buffer.concat([content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
    const entry = Buffer.alloc(16);
    entry.write(tag, 0, 'latin1');
    entry.writeUInt32BE(checksum(padded), 4);
    entry.writeUInt32BE(offset, 8);
    entry.writeUInt32BE(content.length, 12);
    directory.push(entry);
    contents.push(padded);
    offset += padded.length;
  }
  return Buffer.concat([...directory, ...contents]);
}

/** 16-bit numbers, most significant byte first. */
function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function checksum(content: Buffer): number {
  let sum = 0;
  for (let at = 0; at < content.length; at += 4) sum = (sum + content.readUInt32BE(at)) >>> 0;
  return sum;
}
