import { emptyGlyph } from './glyphless-font.ts';

/** Codes of two bytes: 0 is kept for what is missing. */
const maxCodes = 0xffff;

/** Mappings of one block of a CMap at most (Adobe Technical Note 5014, section 5.2). */
const mappingsPerBlock = 100;

/** Characters of a document's text layer, each with a code of its own in the order of first use. */
export interface CharacterCodes {
  /** Codes of a text's characters; characters beyond the 65,535th are left out. */
  codesOf(text: string): readonly number[];
}

export interface CodedFont extends CharacterCodes {
  /** CMap by which readers turn codes into text (ISO 32000-2, 9.10.3). */
  readonly toUnicode: string;
  /** Glyph of each code, two bytes each: the empty one. */
  readonly glyphs: Buffer;
}

export function codeCharacters(texts: Iterable<string>): CodedFont {
  const codes = new Map<string, number>();
  for (const text of texts) {
    for (const character of text) {
      if (!codes.has(character) && codes.size < maxCodes) codes.set(character, codes.size + 1);
    }
  }
  const glyphs = Buffer.alloc((codes.size + 1) * 2);
  for (const code of codes.values()) glyphs.writeUInt16BE(emptyGlyph, code * 2);
  return {
    codesOf: (text) => Array.from(text).flatMap((character) => codes.get(character) ?? []),
    toUnicode: toUnicodeMap(codes),
    glyphs,
  };
}

function toUnicodeMap(codes: ReadonlyMap<string, number>): string {
  const mappings = Array.from(codes, ([character, code]) => `<${hexOf(code)}> <${utf16Of(character)}>`);
  const blocks: string[] = [];
  for (let start = 0; start < mappings.length; start += mappingsPerBlock) {
    const block = mappings.slice(start, start + mappingsPerBlock);
    blocks.push(`${String(block.length)} beginbfchar`, ...block, 'endbfchar');
  }
  return [
    '/CIDInit /ProcSet findresource begin',
    '12 dict begin',
    'begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def',
    '/CMapType 2 def',
    '1 begincodespacerange',
    '<0000> <ffff>',
    'endcodespacerange',
    ...blocks,
    'endcmap',
    'CMapName currentdict /CMap defineresource pop',
    'end',
    'end',
    '',
  ].join('\n');
}

function hexOf(code: number): string {
  return code.toString(16).padStart(4, '0');
}

function utf16Of(character: string): string {
  return Buffer.from(character, 'utf16le').swap16().toString('hex');
}
