import type { DocumentClass, FoundDocument } from '@docfleet/contracts';
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
    if (start === undefined || isPart || beginsDocument(pages.slice(start, i), page, classes)) starts.push(i);
  }
  return starts;
}

/** Whether a page begins a new document; page numbers decide where they are clear. */
function beginsDocument(
  before: readonly PageEvidence[],
  page: PageEvidence,
  classes: readonly DocumentClass[],
): boolean {
  const previous = before.at(-1);
  if (previous === undefined) return true;
  const numbered = numberingEvidence(previous, page);
  if (numbered !== 0) return numbered > 0;
  if (page.wordCount < fullEvidenceWords) return false;
  const own = probabilitiesOf(classScores([page], classes));
  const theirs = probabilitiesOf(classScores(before, classes));
  const ownBest = indexOfLargest(own);
  const theirBest = indexOfLargest(theirs);
  const named = classes[ownBest]?.classification;
  if (named === undefined) return false;
  const hasCues = cueCount(page, classes[ownBest]?.name ?? '') > 0;
  if (ownBest !== theirBest) return hasCues && (own[ownBest] ?? 0) > 0.8 && (own[theirBest] ?? 0) < 0.1;
  if (named.singlePage) return hasCues && (own[ownBest] ?? 0) > 0.5;
  const name = classes[ownBest]?.name ?? '';
  const first = before[0] ?? previous;
  const hasSimilarCues = cueCount(page, name) >= 0.6 * cueCount(first, name);
  return page.opens.has(name) && hasSimilarCues && headingOverlap(previous, page) < 0.5;
}

/** 1: a new document; -1: the same document; 0: undecided. */
function numberingEvidence(previous: PageEvidence, page: PageEvidence): -1 | 0 | 1 {
  const here = page.numbering;
  const there = previous.numbering;
  if (here === undefined) {
    const more = there !== undefined && there.of !== null && there.number < there.of;
    return more ? -1 : 0;
  }
  if (here.number === 1) return there?.number === 1 && there.of !== here.of && here.of === null ? 0 : 1;
  if (there === undefined) return -1;
  return here.number === there.number + 1 || here.of === there.of ? -1 : 0;
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
