import type { Box } from '@docfleet/domain';
import type { Random } from '@docfleet/samples';
import { brokenInto, letterhead, registration, withBehind, type HeaderLine } from './header.ts';
import type { LearningDocument, LearningLine } from './learning-document.ts';
import { merchantAddress, merchantName, weighted } from './merchants.ts';

/** `real`: lines as they are; `exchanged`: another name and address; `letterhead`: all above the body is generated. */
export type Variation = 'real' | 'exchanged' | 'letterhead';

const shares: readonly (readonly [Variation, number])[] = [
  ['real', 0.6],
  ['exchanged', 0.25],
  ['letterhead', 0.15],
];

/** A receipt that could be another one: other merchants, wrong readings, moved and missing lines. */
export function augmented(
  document: LearningDocument,
  random: Random,
  variation?: Variation,
): LearningDocument {
  const chosen = variation ?? weighted(random, shares);
  const named = document.lines.some(({ name }) => name) && document.lines.some(({ address }) => address);
  const kind = chosen === 'letterhead' && !named ? 'exchanged' : chosen;
  const lines =
    kind === 'real'
      ? document.lines
      : kind === 'exchanged'
        ? withOtherMerchant(document.lines, random)
        : withOtherLetterhead(document.lines, random);
  return { ...document, lines: disturbed(lines, random) };
}

function heightOf(lines: readonly LearningLine[]): number {
  const heights = lines.map(({ box }) => box[3] - box[1]).sort((a, b) => a - b);
  return Math.max(4, heights[Math.floor(heights.length / 2)] ?? 20);
}

function moved(line: LearningLine, down: number): LearningLine {
  const { box } = line;
  return { ...line, box: [box[0], box[1] + down, box[2], box[3] + down] };
}

/** Other names and addresses in the place of those that are there. */
function withOtherMerchant(lines: readonly LearningLine[], random: Random): readonly LearningLine[] {
  let changed = lines;
  for (const part of ['name', 'address'] as const) {
    const own = changed.filter((line) => line[part]);
    const [first] = own;
    if (first === undefined || random.next() < 0.1) continue;
    if (own.some((line) => line.name && line.address)) continue;
    let texts =
      part === 'name'
        ? brokenInto(merchantName(random), random.pick([1, 1, 2, 3, own.length]))
        : brokenInto(merchantAddress(random), Math.max(1, own.length + random.pick([-1, 0, 0, 0, 1])));
    if (part === 'name' && random.next() < 0.25) texts = withBehind(texts, registration(random));
    const letters = own.reduce((sum, { text }) => sum + text.length, 0);
    const perLetter = own.reduce((sum, { box }) => sum + box[2] - box[0], 0) / Math.max(1, letters);
    const centre = own.reduce((sum, { box }) => sum + (box[0] + box[2]) / 2, 0) / own.length;
    const atLeft = random.next() < 0.3;
    const step = heightOf(own) * 1.1;
    const made = texts.map((text, i): LearningLine => {
      const like = own[Math.min(i, own.length - 1)] ?? first;
      const width = perLetter * text.length;
      const left = atLeft ? like.box[0] : centre - width / 2;
      const down = Math.max(0, i - own.length + 1) * step;
      return { ...like, text, box: [left, like.box[1] + down, left + width, like.box[3] + down] };
    });
    const shift = Math.max(0, texts.length - own.length) * step;
    const bottom = Math.max(...own.map(({ box }) => box[3]));
    changed = [
      ...made,
      ...changed
        .filter((line) => !line[part])
        .map((line) => (line.box[1] > bottom - step / 2 ? moved(line, shift) : line)),
    ];
  }
  return changed;
}

/** A generated letterhead above the body of the receipt. */
function withOtherLetterhead(lines: readonly LearningLine[], random: Random): readonly LearningLine[] {
  const lastOfHead = lines.findLastIndex(({ name, address }) => name || address);
  let bodyFrom = lastOfHead + 1;
  if (random.next() < 0.6) {
    const headWords = /tel|fax|gst|reg|www|@|tax invoice|\(\d{5,}/i;
    while (
      bodyFrom - lastOfHead <= 4 &&
      headWords.test(lines[bodyFrom]?.text ?? '') &&
      lines[bodyFrom]?.needed !== true
    )
      bodyFrom += 1;
  }
  const kept = lines
    .slice(0, lastOfHead + 1)
    .filter(({ needed, name, address }) => needed && !name && !address);
  const body = lines.slice(bodyFrom);
  const height = heightOf(lines);
  const left = Math.min(...lines.map(({ box }) => box[0]));
  const right = Math.max(...lines.map(({ box }) => box[2]));
  const letters = lines.reduce((sum, { text }) => sum + text.length, 0);
  const perLetter = lines.reduce((sum, { box }) => sum + box[2] - box[0], 0) / Math.max(1, letters);
  const top = Math.min(...lines.map(({ box }) => box[1]));
  const frame = { left, right, height, perLetter, top };
  const { made, bottom } = setLines(letterhead(random), frame, random);
  let at = bottom;
  const keptBelow = kept.map((line) => {
    const placed = moved(line, at - line.box[1]);
    at += height * 1.2;
    return placed;
  });
  const bodyTop = Math.min(Infinity, ...body.map(({ box }) => box[1]));
  const shift = body.length === 0 ? 0 : at + random.next() * height - bodyTop;
  return [...made, ...keptBelow, ...body.map((line) => moved(line, shift))];
}

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  readonly perLetter: number;
  readonly top: number;
}

function setLines(
  texts: readonly HeaderLine[],
  { left, right, height, perLetter, top }: Frame,
  random: Random,
): { readonly made: readonly LearningLine[]; readonly bottom: number } {
  const atLeft = random.next() < 0.25;
  const step = height * (1.05 + 0.55 * random.next());
  const big = random.pick([1, 1, 1.3, 1.7]);
  let at = top;
  const made = texts.map(({ text, part }): LearningLine => {
    const scale = part === 'name' ? big : 1;
    const width = Math.min(
      (right - left) * 1.05,
      text.length * perLetter * scale * (0.9 + 0.2 * random.next()),
    );
    const from = atLeft
      ? left + 0.02 * random.next() * (right - left)
      : (left + right - width) / 2 + gaussian(random) * 0.01 * (right - left);
    const box: Box = [from, at, from + width, at + height * scale * (0.9 + 0.25 * random.next())];
    at += step * scale + (random.next() < 0.1 ? step * random.next() : 0);
    return { text, box, confidence: 0.99, name: part === 'name', address: part === 'address', needed: false };
  });
  return { made, bottom: at };
}

/** Normal distribution by the method of Box and Muller (1958). */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Pairs of characters that readings confuse. */
const confusions: Readonly<Record<string, string>> = {
  '0': 'O',
  O: '0',
  '1': 'I',
  I: '1',
  '5': 'S',
  S: '5',
  '8': 'B',
  B: '8',
  D: 'O',
  M: 'N',
  N: 'M',
  G: '6',
  '6': 'G',
  L: 'I',
  E: 'F',
  H: 'N',
  U: 'V',
  Z: '2',
  '.': ',',
  ',': '.',
  ':': '.',
};

function misread(text: string, share: number, random: Random): string {
  if (share === 0) return text;
  let out = '';
  for (const letter of text) {
    const at = random.next();
    if (at < share * 0.5) out += confusions[letter] ?? letter;
    else if (at < share * 0.6) continue;
    else if (at < share * 0.65) out += letter + random.pick(['A', 'E', 'N', 'S', '.', '1']);
    else if (letter === ' ' && at < share * 3) continue;
    else if ((letter === ',' || letter === '.') && at < share * 3) out += `${letter} `;
    else out += letter;
  }
  return out.trim() === '' ? text : out.trim();
}

function otherCase(text: string, mode: 'title' | 'lower'): string {
  const lower = text.toLowerCase();
  return mode === 'lower' ? lower : lower.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
}

/** Wrong readings, moved, scaled and missing lines, and pages cut off below the total. */
function disturbed(lines: readonly LearningLine[], random: Random): readonly LearningLine[] {
  const share = random.pick([0, 0, 0.004, 0.01, 0.02, 0.04]);
  const caseAt = random.next();
  const letterCase = caseAt < 0.08 ? 'title' : caseAt < 0.1 ? 'lower' : undefined;
  const doubt = random.next() < 0.3;
  const scale = 0.8 + 0.45 * random.next();
  const height = heightOf(lines);
  const jitter = 0.06 * random.next() * height;
  const changed = lines.flatMap((line): readonly LearningLine[] => {
    const inHead = line.name || line.address;
    if (!inHead && !line.needed && random.next() < 0.02) return [];
    const text = misread(line.text, line.needed ? 0 : share, random);
    const { box } = line;
    const down = gaussian(random) * jitter * 0.5;
    const tall = (box[3] - box[1]) * (0.92 + 0.16 * random.next());
    const left = box[0] * scale + gaussian(random) * jitter;
    return [
      {
        ...line,
        text: inHead && letterCase !== undefined ? otherCase(text, letterCase) : text,
        confidence:
          doubt && line.confidence >= 0.99
            ? Math.max(0.5, 1 - Math.abs(gaussian(random)) * 0.03)
            : line.confidence,
        box: [
          left,
          box[1] + down,
          Math.max(left + 1, box[2] * scale + gaussian(random) * jitter),
          box[1] + down + tall,
        ],
      },
    ];
  });
  const lastNeeded = changed.findLastIndex(({ needed }) => needed);
  const cut = random.next() < 0.1 && lastNeeded > 5;
  return cut ? changed.slice(0, random.integer(lastNeeded + 1, changed.length)) : changed;
}
