import type { Box } from '@docfleet/domain';
import type { Glyph, GlyphBreak } from '../core/glyph.ts';
import {
  memoryOf,
  numberAt,
  objectTypes,
  textBytes,
  writtenText,
  type PageObject,
  type Session,
} from './pdfium-session.ts';

/** Text rendering modes without a visible glyph: 3 invisible, 7 clip only (ISO 32000-1, table 106). */
const invisibleModes: readonly number[] = [3, 7];

/** Characters read per page: a limit on the time of a page. */
const maxChars = 100_000;

/** Groups of text that are examined one by one; further ones are examined together. */
const maxGroups = 6;

/** A character as the page's content has it, with its box in page coordinates. */
export interface ContentGlyph extends Omit<Glyph, 'shown'> {
  /** The text object that it is in; 0 for none. */
  readonly object: number;
  /** Drawn in a mode that leaves nothing on the page. */
  readonly invisible: boolean;
}

/** The page's characters in the order of its content, with the breaks between them. */
export function readContent(session: Session, pageHandle: number): readonly (ContentGlyph | GlyphBreak)[] {
  const { module } = session;
  const textPage = module.FPDFText_LoadPage(pageHandle);
  if (textPage === 0) return [];
  try {
    const count = Math.min(module.FPDFText_CountChars(textPage), maxChars);
    const run: (ContentGlyph | GlyphBreak)[] = [];
    const invisibleObjects = new Map<number, boolean>();
    for (let index = 0; index < count; index += 1) {
      const code = module.FPDFText_GetUnicode(textPage, index);
      if (code === 0x0a || code === 0x0d) run.push({ text: '\n' });
      else if (isSpace(code)) run.push({ text: ' ' });
      else run.push(readGlyph({ session, textPage, index, code, invisibleObjects }));
    }
    return run;
  } finally {
    module.FPDFText_ClosePage(textPage);
  }
}

function readGlyph(at: {
  session: Session;
  textPage: number;
  index: number;
  code: number;
  invisibleObjects: Map<number, boolean>;
}): ContentGlyph {
  const { session, textPage, index, code, invisibleObjects } = at;
  const { module, scratch } = session;
  module.FPDFText_GetCharBox(textPage, index, scratch, scratch + 8, scratch + 16, scratch + 24);
  const [left = 0, right = 0, bottom = 0, top = 0] = new Float64Array(memoryOf(module).buffer, scratch, 4);
  const object = module.FPDFText_GetTextObject(textPage, index);
  let invisible = invisibleObjects.get(object);
  if (invisible === undefined) {
    invisible = object !== 0 && invisibleModes.includes(module.FPDFTextObj_GetTextRenderMode(object));
    invisibleObjects.set(object, invisible);
  }
  const box: Box = [left, top, right, bottom];
  return {
    // PDFium reports a hyphen at the end of a line as U+0002; a soft hyphen that is drawn is one.
    text: code === 0x02 || code === 0xad ? '-' : String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd),
    box,
    object,
    invisible,
    unmapped: module.FPDFText_HasUnicodeMapError(textPage, index) === 1,
  };
}

function isSpace(code: number): boolean {
  return (
    code === 0x20 || code === 0x09 || code === 0xa0 || (code >= 0x2000 && code <= 0x200b) || code === 0x3000
  );
}

/**
 * The text objects of a page in groups that are shown or hidden as one: those of each form, and those of each optional
 * content group (ISO 32000-1, 8.11), which a layer that is switched off is one of.
 */
export function textGroups(session: Session, objects: readonly PageObject[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const { object, type, form } of objects) {
    if (type !== objectTypes.text) continue;
    const key = `${String(form)} ${optionalContentOf(session, object)}`;
    const group = groups.get(key);
    if (group !== undefined) group.push(object);
    else groups.set(key, [object]);
  }
  const bySize = [...groups.values()].toSorted((a, b) => b.length - a.length);
  const rest = bySize.slice(maxGroups - 1).flat();
  return rest.length === 0 ? bySize : [...bySize.slice(0, maxGroups - 1), rest];
}

/** Name of the optional content group that marks an object; empty for none. */
function optionalContentOf(session: Session, object: number): string {
  const { module, text, scratch } = session;
  const count = module.FPDFPageObj_CountMarks(object);
  for (let index = 0; index < count; index += 1) {
    const mark = module.FPDFPageObj_GetMark(object, index);
    const written = (isWritten: boolean): number => (isWritten ? numberAt(session, scratch) : 0);
    const name = writtenText(session, () =>
      written(module.FPDFPageObjMark_GetName(mark, text, textBytes, scratch)),
    );
    if (name !== 'OC') continue;
    const group = writtenText(session, () =>
      written(module.FPDFPageObjMark_GetParamStringValue(mark, 'Name', text, textBytes, scratch)),
    );
    return `OC ${group}`;
  }
  return '';
}
