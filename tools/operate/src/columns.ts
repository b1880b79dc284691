/** Rows below their heading, each column as wide as its widest cell. */
export function columns(heading: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = heading.map((cell, index) =>
    Math.max(cell.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  return [heading, ...rows].map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Wraps a text at spaces, and inside of words that are longer than `width`. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap((each) => pieces(each, width))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, width: number): readonly string[] {
  const found: string[] = [];
  for (let start = 0; start === 0 || start < word.length; start += width) {
    found.push(word.slice(start, start + width));
  }
  return found;
}
