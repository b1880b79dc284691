import type { DocumentClass, FoundDocument } from '@docfleet/contracts';
import type { PageMarks } from '@docfleet/field-extraction';
import type { PageEvidence } from './page-evidence.ts';

/** Probability of each class, in the order of the classes; they sum to 1. */
export type ClassProbabilities = readonly number[];

/**
 * Temperature of the softmax. Fitted on the labelled development documents, so that the confidence is calibrated.
 */
const temperature = 1.4;

/** Words from which the evidence of a page counts in full; with fewer it counts in proportion. */
const fullEvidenceWords = 20;

/** Scores of the classes over several pages: every cue counts once, with its highest similarity. */
export function classScores(
  pages: readonly PageEvidence[],
  classes: readonly DocumentClass[],
): readonly number[] {
  const words = pages.reduce((sum, page) => sum + page.wordCount, 0);
  const trust = Math.min(1, words / fullEvidenceWords);
  return classes.map((one) => {
    const { bias, cues, layout } = one.classification;
    const spoken = cues.reduce((sum, { phrase, weight }) => {
      const clearest = Math.max(0, ...pages.map((page) => page.cues.get(one.name)?.get(phrase) ?? 0));
      return sum + weight * clearest;
    }, 0);
    const opened = pages.some((page) => page.opens.has(one.name)) ? 0.5 : 0;
    const first = pages[0];
    const shaped = Object.entries(layout).reduce(
      (sum, [feature, weight]) => sum + weight * (first === undefined ? 0 : featureOf(first, feature)),
      0,
    );
    return bias + trust * (spoken + opened + shaped);
  });
}

function featureOf(page: PageEvidence, name: string): number {
  return Object.entries(page.layout).find(([feature]) => feature === name)?.[1] ?? 0;
}

export function probabilitiesOf(scores: readonly number[]): ClassProbabilities {
  const most = Math.max(...scores);
  const parts = scores.map((score) => Math.exp((score - most) / temperature));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / sum);
}

/**
 * Finds the documents in a file and the class of each. Pages are in order; every page belongs to a document. Where the
 * submission names one of the classes, all documents are of it, and their confidence says how well they fit it.
 */
export function findDocuments(
  pages: readonly PageEvidence[],
  classes: readonly DocumentClass[],
  submitted?: DocumentClass,
): readonly FoundDocument[] {
  const starts = documentStarts(pages, submitted === undefined ? classes : [submitted]);
  return starts.map((start, i) => {
    const own = pages.slice(start, starts[i + 1] ?? pages.length);
    const chances = probabilitiesOf(classScores(own, classes));
    const best = submitted === undefined ? indexOfLargest(chances) : classes.indexOf(submitted);
    return {
      index: i + 1,
      documentClass: classes[best]?.name ?? '',
      classVersion: classes[best]?.version ?? 0,
      confidence: Math.round((chances[best] ?? 0) * 1e4) / 1e4,
      firstPage: own[0]?.page ?? 1,
      lastPage: own.at(-1)?.page ?? 1,
      classSource: submitted === undefined ? 'classified' : 'submitted',
      region: own[0]?.region ?? null,
    };
  });
}

/** Indices in `pages` at which a document begins; the first is 0. */
function documentStarts(
  pages: readonly PageEvidence[],
  classes: readonly DocumentClass[],
): readonly number[] {
  const starts: number[] = [];
  for (const [i, page] of pages.entries()) {
    const start = starts.at(-1);
    // Parts of a page are documents of their own, which no other page continues.
    const isPart = page.region !== null || (pages[i - 1]?.region ?? null) !== null;
    const around = { before: pages.slice(start, i), after: pages.slice(i + 1) };
    if (start === undefined || isPart || beginsDocument(around, page, classes)) starts.push(i);
  }
  return starts;
}

/** Whether a page begins a new document; printed page numbers decide where they are clear and no other mark differs. */
function beginsDocument(
  { before, after }: PagesAround,
  page: PageEvidence,
  classes: readonly DocumentClass[],
): boolean {
  const previous = before.at(-1);
  if (previous === undefined) return true;
  const own = probabilitiesOf(classScores([page], classes));
  const theirs = probabilitiesOf(classScores(before, classes));
  const ownBest = classes[indexOfLargest(own)];
  const theirBest = classes[indexOfLargest(theirs)];
  if (ownBest === undefined || theirBest === undefined) return false;
  const number = numberEvidence(before, page, theirBest);
  const numbered = numberingEvidence(before, page);
  if (numbered > 0) return number > 0 || !isMissingPage({ before, after }, page);
  if (numbered < 0) return number > 0;
  if (page.wordCount < fullEvidenceWords) return false;
  const hasCues = cueCount(page, ownBest.name) > 0;
  if (ownBest !== theirBest) {
    return hasCues && chanceOf(own, classes, ownBest) > 0.8 && chanceOf(own, classes, theirBest) < 0.1;
  }
  if (ownBest.classification.singlePage) return hasCues && chanceOf(own, classes, ownBest) > 0.5;
  const [first] = before;
  if (number === 0 && first !== undefined && !hasSimilarCues(first, page, ownBest.name)) return false;
  return borderScore(before, page, ownBest, number) >= newDocument;
}

function chanceOf(
  chances: ClassProbabilities,
  classes: readonly DocumentClass[],
  one: DocumentClass,
): number {
  return chances[classes.indexOf(one)] ?? 0;
}

/** From this sum of evidence on a page of the same class begins a new document. */
const newDocument = 2.5;

/**
 * Evidence that a page of the same class begins a new document, above 0: another number, date or total than the pages
 * before, a title of its own, the letterhead again. A sum carried forward speaks against it.
 */
function borderScore(
  before: readonly PageEvidence[],
  page: PageEvidence,
  documentClass: DocumentClass,
  number: number,
): number {
  const [first] = before;
  if (first === undefined) return 0;
  const known = marksOfAll(before, documentClass);
  const own = looksLikeFirst(before, page, documentClass) ? page.marksOf(documentClass) : {};
  const isOther = (mark: 'date' | 'total'): boolean =>
    known[mark] !== undefined && own[mark] !== undefined && known[mark] !== own[mark];
  const opens = page.opens.has(documentClass.name);
  return (
    2 * number +
    (isOther('date') ? 0.4 : 0) +
    (isOther('total') ? 1 : 0) +
    (opens ? 1 : 0) +
    (hasSimilarCues(first, page, documentClass.name) ? 0.5 : 0) +
    letterheadScore(headingOverlap(first, page), opens) -
    (page.continues ? 2 : 0)
  );
}

/** Pages of one document often repeat a heading; a title under another heading, or the same letterhead, begins one. */
function letterheadScore(overlap: number, opens: boolean): number {
  if (overlap < 0.5) return opens ? 1 : 0;
  return 0.5;
}

/** Pages at the start of a document that name its number, date and total, if any do. */
const markedPages = 3;

/**
 * 1: the page has another number than the pages before; -1: the same; 0: one of them shows none, or the page looks like
 * no first page.
 */
function numberEvidence(
  before: readonly PageEvidence[],
  page: PageEvidence,
  documentClass: DocumentClass,
): -1 | 0 | 1 {
  if (!looksLikeFirst(before, page, documentClass)) return 0;
  const known = marksOfAll(before, documentClass).number;
  const own = known === undefined ? undefined : page.marksOf(documentClass).number;
  if (known === undefined || own === undefined) return 0;
  return known === own ? -1 : 1;
}

function looksLikeFirst(
  before: readonly PageEvidence[],
  page: PageEvidence,
  { name }: DocumentClass,
): boolean {
  const [first] = before;
  if (page.opens.has(name)) return true;
  return first !== undefined && (hasSimilarCues(first, page, name) || headingOverlap(first, page) >= 0.5);
}

function hasSimilarCues(first: PageEvidence, page: PageEvidence, name: string): boolean {
  return cueCount(page, name) > 0 && cueCount(page, name) >= 0.6 * cueCount(first, name);
}

/** The marks of pages of one document: of each kind the first. */
function marksOfAll(pages: readonly PageEvidence[], documentClass: DocumentClass): PageMarks {
  return pages
    .slice(0, markedPages)
    .map((page) => page.marksOf(documentClass))
    .reduceRight((all, marks) => ({ ...all, ...marks }), {});
}

/** 1: a new document; -1: the same document; 0: undecided. */
function numberingEvidence(before: readonly PageEvidence[], page: PageEvidence): -1 | 0 | 1 {
  const here = page.numbering;
  const there = before.at(-1)?.numbering;
  if (here === undefined) {
    const more = there !== undefined && there.of !== null && there.number < there.of;
    return more ? -1 : 0;
  }
  if (here.number === 1) return there?.number === 1 && there.of !== here.of && here.of === null ? 0 : 1;
  if (there === undefined) return -1;
  return here.number === there.number + 1 || here.of === there.of ? -1 : 0;
}

/** The pages of the document so far, and those behind the page in question. */
interface PagesAround {
  readonly before: readonly PageEvidence[];
  readonly after: readonly PageEvidence[];
}

/**
 * Whether a page has a number that the pages before lack, of as many as they say there are: its place is among them, unless
 * one of their numbers comes again, so that it has other followers.
 */
function isMissingPage({ before, after }: PagesAround, { numbering }: PageEvidence): boolean {
  if (numbering?.of == null) return false;
  const isOfSame = (page: PageEvidence): boolean => page.numbering?.of === numbering.of;
  const numbers = new Set(before.map((page) => page.numbering?.number));
  const next = after.findIndex((page) => page.numbering?.number === 1);
  const own = after.slice(0, next < 0 ? after.length : next);
  const comesAgain = own.some((page) => isOfSame(page) && numbers.has(page.numbering?.number));
  return before.every(isOfSame) && !numbers.has(numbering.number) && !comesAgain;
}

function cueCount(page: PageEvidence, className: string): number {
  return page.cues.get(className)?.size ?? 0;
}

/** Share of this page's heading words that the previous page's heading has too. */
function headingOverlap(previous: PageEvidence, page: PageEvidence): number {
  const known = new Set(previous.heading);
  const shared = page.heading.filter((word) => known.has(word)).length;
  return page.heading.length === 0 ? 1 : shared / page.heading.length;
}

/** @returns -1 for no values */
export function indexOfLargest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
