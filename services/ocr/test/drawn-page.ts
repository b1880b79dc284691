import sharp from 'sharp';

/** Glyphs of five by seven dots, row by row, for the characters of the tests. */
const glyphs: Readonly<Record<string, readonly string[]>> = {
  A: ['.###.', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  C: ['.####', '#....', '#....', '#....', '#....', '#....', '.####'],
  D: ['####.', '#...#', '#...#', '#...#', '#...#', '#...#', '####.'],
  E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
  H: ['#...#', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  M: ['#...#', '##.##', '#.#.#', '#.#.#', '#...#', '#...#', '#...#'],
  N: ['#...#', '##..#', '#.#.#', '#.#.#', '#..##', '#...#', '#...#'],
  R: ['####.', '#...#', '#...#', '####.', '#.#..', '#..#.', '#...#'],
  S: ['.####', '#....', '#....', '.###.', '....#', '....#', '####.'],
  T: ['#####', '..#..', '..#..', '..#..', '..#..', '..#..', '..#..'],
  U: ['#...#', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  '2': ['.###.', '#...#', '....#', '..##.', '.#...', '#....', '#####'],
  '4': ['...#.', '..##.', '.#.#.', '#..#.', '#####', '...#.', '...#.'],
  '5': ['#####', '#....', '####.', '....#', '....#', '#...#', '.###.'],
  '7': ['#####', '....#', '...#.', '..#..', '..#..', '.#...', '.#...'],
};

const dotPx = 4;
const advance = 6 * dotPx;
const lineHeight = 16 * dotPx;
const marginPx = 60;

/** A white page with lines of dot-matrix text, slightly blurred as scans are; PNG. */
export async function drawPage(
  lines: readonly string[],
  { width = 800, height = 0 }: { readonly width?: number; readonly height?: number } = {},
): Promise<Buffer> {
  const rows = Math.max(height, 2 * marginPx + lines.length * lineHeight);
  const pixels = Buffer.alloc(width * rows, 255);
  for (const [line, text] of lines.entries()) {
    for (const [column, character] of text.split('').entries()) {
      drawGlyph(pixels, width, character, {
        x: marginPx + column * advance,
        y: marginPx + line * lineHeight,
      });
    }
  }
  return sharp(pixels, { raw: { width, height: rows, channels: 1 } })
    .blur(1)
    .png()
    .toBuffer();
}

function drawGlyph(pixels: Buffer, width: number, character: string, at: { x: number; y: number }): void {
  for (const [row, dots] of (glyphs[character] ?? []).entries()) {
    for (const [column, dot] of dots.split('').entries()) {
      if (dot !== '#') continue;
      for (let y = 0; y < dotPx; y += 1) {
        const from = (at.y + row * dotPx + y) * width + at.x + column * dotPx;
        pixels.fill(20, from, from + dotPx);
      }
    }
  }
}
