import type { Word } from '@docfleet/domain';
import { codeCharacters, type CharacterCodes } from './character-codes.ts';
import type { PdfEditor, PlacedWord, WordPlace } from './pdf-editor.ts';
import { placeOnOriginal } from './place-on-original.ts';
import type { TextPage } from './text-page.ts';
import { visualOrder } from './visual-order.ts';

/**
 * A PDF with an invisible text layer on its pages: the words as they were read, where they stand. Pages whose own text was
 * trusted have it already and stay as they are; invisible text that was not trusted is replaced. Pages without a reading
 * stay as they are. The same document and words give the same bytes.
 *
 * @throws FailureError `PASSWORD_REQUIRED`, `DOC_CORRUPT`, `DOC_TOO_LARGE`
 */
export function addTextLayer(editor: PdfEditor, bytes: Uint8Array, pages: readonly TextPage[]): Buffer {
  const unread = pages.filter(({ textLayer }) => textLayer !== 'trusted');
  const font = codeCharacters(textsOf(unread));
  return editor.edit(bytes, font, (pdf) => {
    for (const page of unread) {
      if (page.page > pdf.pageCount) continue;
      pdf.addWords(page.page, { removeHidden: page.textLayer === 'hidden' }, (toPageUnits) => {
        const toShare = placeOnOriginal(page);
        const toUnits = (x: number, y: number) => toPageUnits(toShare(x, y));
        return page.lines.flatMap(({ words }) => placedWords(words, font, toUnits));
      });
    }
    return pdf.save();
  });
}

/** A space follows each word, so that copied words stay apart. */
function* textsOf(pages: readonly TextPage[]): Generator<string> {
  yield ' ';
  for (const { lines } of pages) for (const { words } of lines) for (const { text } of words) yield text;
}

function placedWords(
  words: readonly Word[],
  font: CharacterCodes,
  toUnits: (x: number, y: number) => readonly [number, number],
): readonly PlacedWord[] {
  const written = words.filter(({ text, box }) => text !== '' && box[2] > box[0] && box[3] > box[1]);
  return written.flatMap(({ text, box: [left, top, right, bottom] }, index): readonly PlacedWord[] => {
    const letters = font.codesOf(visualOrder(text));
    if (letters.length === 0) return [];
    const codes = index < written.length - 1 ? [...letters, ...font.codesOf(' ')] : letters;
    const [origin, end, upper] = [toUnits(left, bottom), toUnits(right, bottom), toUnits(left, top)];
    // The space is as wide as a letter of the word, and stands behind it.
    const stretch = codes.length / letters.length;
    const place: WordPlace = {
      origin,
      along: [(end[0] - origin[0]) * stretch, (end[1] - origin[1]) * stretch],
      up: [upper[0] - origin[0], upper[1] - origin[1]],
    };
    return [{ codes, place }];
  });
}
