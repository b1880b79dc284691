/** Text of a document for a terminal or a cell: on one line, without control characters, which a terminal would obey. */
export function plainText(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
}

/** Number of characters (code points), each of which takes a column of a terminal where it is not a wide one. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** At most so many characters, the last one an ellipsis where something is missing. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join('')}…`;
}
