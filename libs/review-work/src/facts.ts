import type { DocumentClass } from '@docfleet/contracts';
import type { PageReading, Provenance, ReviewedDocument } from '@docfleet/domain';

/** What changes are checked against. */
export interface ReviewFacts {
  readonly classes: readonly DocumentClass[];
  /** The pages that were read. */
  readonly pages: readonly Pick<PageReading, 'page' | 'widthPx' | 'heightPx'>[];
}

/** Why a change does not fit, as a sentence for the person who made it. */
export interface Refusal {
  readonly refusal: string;
}

/** Whether something was refused. */
export function isRefusal(result: object | null): result is Refusal {
  return result !== null && 'refusal' in result;
}

/** The class of a document as it is now. A document of a class that this release does not know has no fields to change. */
export function classOf(
  document: ReviewedDocument,
  { classes }: Pick<ReviewFacts, 'classes'>,
): DocumentClass | Refusal {
  const found = classes.find(
    ({ name, version }) => name === document.documentClass && version === document.classVersion,
  );
  return (
    found ?? {
      refusal: `The class ${document.documentClass} version ${String(document.classVersion)} is not known here any more; name the class anew.`,
    }
  );
}

/** Where a person says that something stands. */
export interface GivenPlace {
  readonly page?: number | undefined;
  /** Left, top, right and bottom, in pixels of the page image. */
  readonly box?: readonly number[] | undefined;
  readonly words?: string | undefined;
}

/**
 * The place of a value that a person gave: what was given, else where it stood before, else the first page of the document
 * with an empty box, which says that nobody marked a place.
 */
export function placeOf(
  given: GivenPlace,
  options: {
    readonly document: ReviewedDocument;
    readonly facts: ReviewFacts;
    readonly before: Provenance | undefined;
  },
): Provenance | Refusal {
  const { document, facts, before } = options;
  if (given.page === undefined && given.box === undefined) {
    const stays = before ?? { page: document.firstPage, box: [0, 0, 0, 0], words: '' };
    return given.words === undefined ? stays : { ...stays, words: given.words };
  }
  const page = given.page ?? before?.page ?? document.firstPage;
  if (page < document.firstPage || page > document.lastPage) {
    return {
      refusal: `Page ${String(page)} is not of document ${String(document.index)}, which has the pages ${String(document.firstPage)} to ${String(document.lastPage)}.`,
    };
  }
  const [left = 0, top = 0, right = 0, bottom = 0] = given.box ?? [];
  const box: Provenance['box'] = [left, top, right, bottom];
  const problem = boxProblem(
    box,
    facts.pages.find((each) => each.page === page),
  );
  if (problem !== undefined) return { refusal: `The box ${problem}.` };
  return { page, box, words: given.words ?? '' };
}

function boxProblem(
  [left, top, right, bottom]: Provenance['box'],
  size: ReviewFacts['pages'][number] | undefined,
): string | undefined {
  if (left > right || top > bottom) return 'has its left or top side behind its right or bottom side';
  if (left < 0 || top < 0) return 'begins outside the page';
  if (size === undefined) return right > 0 || bottom > 0 ? 'is on a page that was not read' : undefined;
  return right > size.widthPx || bottom > size.heightPx
    ? `ends outside the page, which has ${String(size.widthPx)} x ${String(size.heightPx)} pixels`
    : undefined;
}
