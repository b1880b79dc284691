import type { Word } from '@docfleet/domain';
import { wordsIn } from '../../layout.ts';
import { featureRow, type ScoredCandidate } from './candidate-rows.ts';
import { headingOf, type Line, type LineDocument } from './lines.ts';
import { either, has, noMask, plainText, type Mask } from './patterns.ts';

export const partyNumbers = [
  'page',
  'left',
  'right',
  'top',
  'height',
  'indexInBlock',
  'blockLength',
  'rowLength',
  'kind',
  'length',
  'wordCount',
  'digits',
  'capitalShare',
  'allCapitals',
  'startsCapital',
  'endsMark',
  'hasColon',
  'sameCandidates',
  'occurrences',
  'nearestId',
  'domain',
  'inSenderLine',
  'inFoot',
  'order',
  'gapAbove',
  'gapBelow',
  'person',
  'hasDigit',
  'onLeft',
  'onRight',
  'endsAmount',
  'roleSeller',
  'roleBuyer',
  'roleShip',
  'rolePayee',
  'roleRepresentative',
  'roleDistance',
  'followsName',
  'aboveHasColon',
  'heightOverAbove',
  'onlyForm',
] as const;
export const partyTexts = [
  'own',
  'label',
  'left',
  'above',
  'block-1',
  'block-2',
  'block+1',
  'block+2',
  'block+3',
  'head',
  'overHead',
  'block',
] as const;

/** How a candidate came to be. */
const kinds = { line: 0, afterColon: 1, firstPiece: 2, twoLines: 3, threeLines: 4 } as const;

interface Piece {
  readonly value: string;
  readonly line: Line;
  readonly kind: keyof typeof kinds;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly words: readonly Word[];
}

const pieceMark = /\s+[-–|•●·,/*]\s+|\s*[|•●·]\s*|,\s+|\s{2,}/;
const labelled = /^([^:]{2,40}?)\s*:+\s*(.+)$/;
const endMarks = /^[\s:,.–-]+|[\s:,–-]+$/g;

const letterCount = (text: string): number => text.replace(/[^\p{L}]/gu, '').length;
const comparableText = (text: string): string =>
  plainText(text)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** Candidates of names of parties: lines, parts of lines, and two or three lines of a block. */
export function partyCandidates(document: LineDocument): readonly ScoredCandidate[] {
  const pieces = document.lines.flatMap(piecesOf);
  const facts = documentFacts(document, pieces);
  return pieces.map((piece) => ({
    value: piece.value,
    normalised: piece.value,
    line: piece.line,
    start: piece.start,
    end: piece.end,
    words: piece.words,
    features: featureRow(numbersOf(document, facts, piece), textsOf(document, piece)),
  }));
}

function piecesOf(line: Line): readonly Piece[] {
  const text = line.text.trim();
  if (letterCount(text) < 2 || text.length > 120) return [];
  const found: Piece[] = [];
  const add = (kind: Piece['kind'], raw: string, from: number, label = ''): void => {
    const value = raw.replace(endMarks, '');
    if (letterCount(value) < 2 || value.length > 70) return;
    const start = line.text.indexOf(value, from);
    if (start < 0) return;
    const end = start + value.length;
    found.push({ value, line, kind, label, start, end, words: wordsIn(line.segment, start, end) });
  };
  add('line', text, 0);
  const match = labelled.exec(text);
  if (match !== null) add('afterColon', match[2] ?? '', (match[1] ?? '').length, match[1]);
  const [firstPiece = '', ...others] = text.split(pieceMark);
  if (others.length > 0) add('firstPiece', firstPiece, 0);
  let joined = text;
  let words = [...line.segment.words];
  let last = line;
  for (const kind of ['twoLines', 'threeLines'] as const) {
    const below = last.block[last.indexInBlock + 1];
    if (
      below === undefined ||
      joined.length > 60 ||
      below.text.length > 60 ||
      !mayContinue(below) ||
      joined.includes(':')
    )
      break;
    joined = `${joined} ${below.text.trim()}`;
    words = [...words, ...below.segment.words];
    found.push({
      value: joined.replace(endMarks, ''),
      line,
      kind,
      label: '',
      start: 0,
      end: line.text.length,
      words,
    });
    last = below;
  }
  return found;
}

function mayContinue({ mask, text }: Line): boolean {
  const other = (['street', 'startsPostcode', 'contact', 'taxId', 'gln'] as const).some((name) =>
    has(mask, name),
  );
  return !other && letterCount(text) > 1 && !text.includes(':');
}

interface DocumentFacts {
  readonly sameValue: ReadonlyMap<string, number>;
  readonly firstOf: ReadonlyMap<string, number>;
  readonly allText: string;
  readonly senderLines: string;
  readonly foot: string;
  /** Places of lines with tax numbers or bank accounts. */
  readonly ids: readonly Line[];
  /** Letter triples of each internet domain. */
  readonly domains: readonly ReadonlySet<string>[];
}

function documentFacts({ lines }: LineDocument, pieces: readonly Piece[]): DocumentFacts {
  const sameValue = new Map<string, number>();
  const firstOf = new Map<string, number>();
  for (const { value } of pieces) {
    const key = comparableText(value);
    sameValue.set(key, (sameValue.get(key) ?? 0) + 1);
    if (!firstOf.has(key)) firstOf.set(key, firstOf.size);
  }
  const domains = new Set(
    lines.flatMap(({ text }) =>
      [...plainText(text).matchAll(/(?:@|www\.|https?:\/\/(?:www\.)?) ?([a-z0-9-]+)\./g)].map(
        (match) => match[1] ?? '',
      ),
    ),
  );
  const joined = (some: readonly Line[]): string => some.map(({ text }) => comparableText(text)).join('|');
  return {
    sameValue,
    firstOf,
    allText: joined(lines),
    senderLines: joined(
      lines.filter(
        ({ text, mask }) =>
          text.split(pieceMark).length >= 3 && (has(mask, 'postcode') || has(mask, 'street')),
      ),
    ),
    foot: joined(lines.filter(({ top }) => top > 1.2)),
    ids: lines.filter(({ mask }) => has(mask, 'taxId') || has(mask, 'bank') || has(mask, 'vatNumber')),
    domains: [...domains].map(triples),
  };
}

function triples(text: string): ReadonlySet<string> {
  const marked = `#${text.replace(/[^a-z0-9]/g, '')}#`;
  return new Set(Array.from({ length: Math.max(0, marked.length - 2) }, (_, i) => marked.slice(i, i + 3)));
}

function numbersOf(
  { height }: LineDocument,
  facts: DocumentFacts,
  piece: Piece,
): readonly (number | boolean)[] {
  const { value, line, kind } = piece;
  const key = comparableText(value);
  const own = triples(plainText(value));
  const middle = (line.top + line.bottom) / 2;
  const nearestId = facts.ids.reduce(
    (least, other) =>
      Math.min(
        least,
        Math.abs((other.top + other.bottom) / 2 - middle) +
          (other.pageIndex === line.pageIndex ? 0 : 2) +
          0.3 * Math.abs(other.left - line.left),
      ),
    9,
  );
  const domain = facts.domains.reduce((most, other) => {
    const shared = [...own].filter((triple) => other.has(triple)).length;
    return Math.max(most, shared / Math.max(1, Math.min(own.size, other.size)));
  }, 0);
  const letters = letterCount(value);
  const role = roleAbove(line);
  const before = line.block[line.indexInBlock - 1];
  return [
    line.pageIndex,
    line.left,
    line.right,
    line.top,
    line.height / height,
    line.indexInBlock,
    line.block.length,
    line.row.length,
    kinds[kind],
    value.length,
    value.split(' ').length,
    value.replace(/\D/g, '').length,
    value.replace(/[^\p{Lu}]/gu, '').length / Math.max(1, letters),
    value === value.toUpperCase(),
    /^\p{Lu}/u.test(value),
    /[:.]$/.test(value),
    value.includes(':'),
    facts.sameValue.get(key) ?? 0,
    key.length > 3 ? Math.min(9, facts.allText.split(key).length - 1) : 0,
    nearestId,
    domain,
    key !== '' && facts.senderLines.includes(key),
    key !== '' && facts.foot.includes(key),
    facts.firstOf.get(key) ?? 0,
    line.above === undefined ? 30 : (line.top - line.above.bottom) / height,
    line.below === undefined ? 30 : (line.below.top - line.bottom) / height,
    /^\p{Lu}[\p{L}'.-]+(?: \p{Lu}\.)?(?: \p{Lu}[\p{L}'-]+){1,2}$/u.test(value),
    /\d/.test(value),
    line.left < 0.2,
    line.left > 0.5,
    /\d[.,]\d\d$/.test(value),
    ...role,
    before !== undefined && mayContinue(before) && !isHeading(before),
    before !== undefined && isHeading(before),
    line.height / (before ?? line).height,
    onlyForm.test(value),
  ];
}

/** A legal form without a name. */
const onlyForm =
  /^(?:GmbH(?: & Co\. KG)?|AG|KG|OHG|SE|e\.K\.|e\.V\.|SARL|SAS|SA|Ltd\.?|Inc\.?|LLC|plc|Corp\.?|S\.?L\.?|S\.A\.|S\.r\.l\.|S\.p\.A\.|B\.?V\.?|N\.V\.)$/i;

/** Whether a line names what stands below it. */
const isHeading = ({ text, mask }: Line): boolean =>
  text.trimEnd().endsWith(':') || (text.length < 30 && roles.some((role) => has(mask, role)));

const roles = ['seller', 'buyer', 'ship', 'payee', 'representative'] as const;

/** Which roles the nearest heading upwards in the column names, and how far it is. */
function roleAbove(line: Line): readonly number[] {
  let other = line.above;
  for (let distance = 1; distance < 15 && other !== undefined; distance += 1) {
    const { mask, text } = other;
    const named = roles.map((role) => Number(has(mask, role)));
    const isHeading = text.length < 45 && (distance < 3 || !text.replace(/[\s:]+$/, '').includes(':'));
    if (isHeading && named.includes(1)) return [...named, distance];
    other = other.above;
  }
  return [...roles.map(() => 0), 0];
}

function textsOf({ maskOf }: LineDocument, { value, line, kind, label }: Piece): readonly Mask[] {
  const inBlock = (offset: number): Mask => line.block[line.indexInBlock + offset]?.mask ?? noMask;
  const next = kind === 'twoLines' ? 2 : kind === 'threeLines' ? 3 : 1;
  return [
    maskOf(value),
    maskOf(label),
    line.leftOf?.mask ?? noMask,
    line.above?.mask ?? noMask,
    inBlock(-1),
    inBlock(-2),
    inBlock(next),
    inBlock(next + 1),
    inBlock(next + 2),
    ...headingOf(line),
    either(line.block.map(({ mask }) => mask)),
  ];
}
