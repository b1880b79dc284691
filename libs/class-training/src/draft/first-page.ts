import type { DocumentClass } from '@docfleet/contracts';
import { foldPhrase } from '@docfleet/domain';
import type { PageLayout } from '@docfleet/field-extraction';

/** What tells documents of the class from others, as far as examples show it. */
export type ProposedClassification = Pick<DocumentClass['classification'], 'startsWith' | 'cues'>;

const maxTitles = 3;
const maxCues = 12;

/**
 * Phrases that most first pages have: those of the upper part that are printed large are titles, all are cues. Words that
 * were marked as values are left out, and so are names of those who sent the examples as far as they differ.
 */
export function proposeClassification(
  firstPages: readonly PageLayout[],
  marked: readonly string[],
  others: readonly DocumentClass[],
): ProposedClassification {
  const values = marked.map(foldPhrase).filter((text) => text !== '');
  const usual = new Set(
    others.flatMap(({ classification }) => classification.cues.map(({ phrase }) => foldPhrase(phrase))),
  );
  const seen = new Map<string, { phrase: string; pages: number; titles: number }>();
  for (const layout of firstPages) {
    const onPage = new Map<string, { phrase: string; isTitle: boolean }>();
    for (const segment of layout.segments) {
      const phrase = plainPhrase(segment.text);
      const folded = foldPhrase(phrase);
      if (phrase === '' || values.some((value) => folded.includes(value) || value.includes(folded))) continue;
      const [, top, , bottom] = layout.extent;
      const isHigh = segment.box[1] - top < 0.35 * (bottom - top);
      const isTitle = isHigh && segment.heightPx > 1.25 * layout.lineHeightPx;
      onPage.set(folded, { phrase, isTitle: isTitle || onPage.get(folded)?.isTitle === true });
    }
    for (const [folded, { phrase, isTitle }] of onPage) {
      const known = seen.get(folded) ?? { phrase, pages: 0, titles: 0 };
      seen.set(folded, { ...known, pages: known.pages + 1, titles: known.titles + Number(isTitle) });
    }
  }
  const half = firstPages.length / 2;
  const common = [...seen].filter(([, { pages }]) => pages > half).sort(([, a], [, b]) => b.pages - a.pages);
  const titles = common.filter(([, { titles }]) => titles > half).slice(0, maxTitles);
  return {
    startsWith: titles.map(([, { phrase }]) => phrase),
    cues: common.slice(0, maxCues).map(([folded, { phrase, pages }]) => ({
      phrase,
      weight: usual.has(folded)
        ? 0.3
        : titles.some(([title]) => title === folded)
          ? 2
          : pages > 1.6 * half
            ? 1
            : 0.5,
    })),
  };
}

/** A segment as a phrase: up to four words of letters; empty where it is something else. */
function plainPhrase(text: string): string {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\d]+|[^\p{L}\d]+$/gu, ''))
    .filter((word) => word !== '');
  const phrase = words.join(' ');
  return words.length <= 4 && !/\d/.test(phrase) && /\p{L}{4}/u.test(phrase) ? phrase : '';
}
