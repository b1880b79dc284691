import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toAlto } from './alto.ts';
import { toHocr } from './hocr.ts';
import type { TextPage } from './text-page.ts';

const blank: TextPage = {
  page: 2,
  widthPx: 100,
  heightPx: 200,
  dpi: 300,
  rotation: 0,
  deskewDegrees: 0,
  textLayer: 'none',
  lines: [],
};

function pageWith(text: string): TextPage {
  const box = [10.4, 20.6, 50, 40] as const;
  const words = [
    { text, box, confidence: 0.876 },
    { text: 'next', box: [60, 20, 90, 40] as const, confidence: 1 },
  ];
  return { ...blank, lines: [{ text: `${text} next`, box: [10, 20, 90, 40], confidence: 0.9, words }] };
}

test('A-03: hOCR has pages, lines and words with boxes and confidences', () => {
  const text = toHocr([pageWith('a<b')]);
  expect(text).toContain(
    '<div class="ocr_page" id="page_2" title="bbox 0 0 100 200; ppageno 1; scan_res 300 300">',
  );
  expect(text).toContain('<span class="ocr_line" id="line_2_1" title="bbox 10 20 90 40">');
  expect(text).toContain(
    '<span class="ocrx_word" id="word_2_1_1" title="bbox 10 21 50 40; x_wconf 88">a&lt;b</span> ',
  );
});

test('A-03: ALTO has pages, lines and strings with places and confidences', () => {
  const text = toAlto([pageWith('"a"')]);
  expect(text).toContain('<Page ID="PAGE_2" PHYSICAL_IMG_NR="2" WIDTH="100" HEIGHT="200">');
  expect(text).toContain('<TextLine ID="LINE_2_1" HPOS="10" VPOS="20" WIDTH="80" HEIGHT="20">');
  expect(text).toContain(
    '<String ID="WORD_2_1_1" CONTENT="&quot;a&quot;" HPOS="10" VPOS="21" WIDTH="40" HEIGHT="19" WC="0.876"/><SP/>',
  );
});

test('A-03: a page without lines has no block, which would have to have one', () => {
  expect(toAlto([blank])).not.toContain('TextBlock');
});

test('A-03: whatever the words are, the markup is well-formed and says them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (word) => {
      for (const text of [toHocr([pageWith(word)]), toAlto([pageWith(word)])]) {
        expect(openElements(text)).toEqual([]);
        // eslint-disable-next-line no-control-regex -- what XML 1.0 cannot have is what is looked for
        expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
        expect(text.isWellFormed()).toBe(true);
      }
    }),
  );
});

/** Names of elements that are not closed, or closed by another name; throws at a character that has to be escaped. */
function openElements(text: string): readonly string[] {
  const open: string[] = [];
  const between = text.replaceAll(
    /<(?:\?[^<>]*\?|![^<>]*|(\/?)([a-zA-Z]+)((?: [a-zA-Z:_]+="[^"<>]*")*)(\/?))>/g,
    (_, closing: string, name: string | undefined, _attributes: string, empty: string) => {
      if (name === undefined || empty === '/') return '';
      if (closing === '') open.push(name);
      else if (open.pop() !== name) open.push(`wrong ${name}`);
      return '';
    },
  );
  if (/[<>]|&(?!(?:amp|lt|gt|quot|#\d+);)/.test(between)) throw new Error(`not escaped: ${between}`);
  return open;
}
