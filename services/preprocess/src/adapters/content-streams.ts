import { inflateRawSync } from 'node:zlib';

/** Bytes of a dictionary that are looked at; those of pages and streams have a few hundred. */
const maxDictionaryBytes = 65_536;

/** Content that is longer, in bytes, is not judged: a limit on the time of a page. */
const maxContentBytes = 32_000_000;

/** A deflate stream is preceded by two bytes (RFC 1950, 2.2); its checksum is not looked at, as readers do not. */
const zlibHeaderBytes = 2;

/**
 * Whether deflated content of a page is cut off or damaged: a reader draws what comes before the damage and nothing of the
 * rest. `page`: number of the page's object. Content that is not found (in a compressed object) or filtered otherwise is
 * not judged.
 */
export function hasDamagedContent(file: Buffer, page: number): boolean {
  const entries = dictionaryOf(file, page);
  if (entries === undefined) return false;
  const [, list, single] = /\/Contents\s*(?:\[([^\]]*)\]|(\d+\s+\d+\s+R))/.exec(entries) ?? [];
  return referencesIn(list ?? single ?? '').some((stream) => isDamagedStream(file, stream));
}

function referencesIn(text: string): readonly number[] {
  return [...text.matchAll(/(\d+)\s+\d+\s+R/g)].map(([, number]) => Number(number));
}

/** Where an object begins: its newest version is the last one in the file. */
function placeOf(file: Buffer, object: number): number | undefined {
  const head = `${String(object)} 0 obj`;
  for (let at = file.lastIndexOf(head); at >= 0; at = at === 0 ? -1 : file.lastIndexOf(head, at - 1)) {
    const before = at === 0 ? undefined : file[at - 1];
    // Otherwise it is the end of a longer number.
    if (before === undefined || before < 0x30 || before > 0x39) return at + head.length;
  }
  return undefined;
}

function dictionaryOf(file: Buffer, object: number): string | undefined {
  const from = placeOf(file, object);
  if (from === undefined) return undefined;
  const text = file.toString('latin1', from, from + maxDictionaryBytes);
  const [end] = /\bendobj\b|\bstream\r?\n/.exec(text) ?? [];
  return end === undefined ? undefined : text.slice(0, text.indexOf(end));
}

function isDamagedStream(file: Buffer, object: number): boolean {
  const from = placeOf(file, object);
  const dictionary = dictionaryOf(file, object);
  if (from === undefined || dictionary === undefined) return false;
  const isPlainDeflate = /\/Filter\s*(?:\[\s*)?\/FlateDecode\b(?!\s*\/)/.test(dictionary);
  if (!isPlainDeflate || /\/DecodeParms\b/.test(dictionary)) return false;
  const start = file.indexOf('stream', from + dictionary.length);
  const end = file.indexOf('endstream', start);
  if (start < 0 || end < 0) return false;
  const lineEnd = file[start + 6] === 0x0d ? 2 : 1;
  return !isWholeDeflate(file.subarray(start + 6 + lineEnd + zlibHeaderBytes, end));
}

function isWholeDeflate(deflated: Buffer): boolean {
  try {
    inflateRawSync(deflated, { maxOutputLength: maxContentBytes });
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code !== 'Z_BUF_ERROR' && code !== 'Z_DATA_ERROR';
  }
}
