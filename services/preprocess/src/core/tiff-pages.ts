/** TIFF tags and the values of them (TIFF 6.0, section 8). */
const newSubfileType = 254;
const subfileType = 255;
const reducedImage = 1;
const transparencyMask = 4;
const oldReducedImage = 2;

/** Directories that are looked at: a limit against chains that never end. */
const maxDirectories = 20_000;

/**
 * The directories of a TIFF that are pages, counted from 0: not those that say they are a reduced picture of another one,
 * or a mask. All of them where none says otherwise or the chain is damaged, so that the decoder decides.
 */
export function tiffPages(bytes: Uint8Array, directoryCount: number): readonly number[] {
  const all = Array.from({ length: directoryCount }, (_, index) => index);
  const kinds = directoryKinds(bytes);
  const pages = all.filter((index) => kinds[index] !== 'part of another page');
  return pages.length === 0 ? all : pages;
}

type DirectoryKind = 'page' | 'part of another page';

function directoryKinds(bytes: Uint8Array): readonly DirectoryKind[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = bytes[0] === 0x49;
  const kinds: DirectoryKind[] = [];
  try {
    if (view.getUint16(2, isLittle) !== 42) return kinds;
    const visited = new Set<number>();
    let at = view.getUint32(4, isLittle);
    while (at !== 0 && !visited.has(at) && kinds.length < maxDirectories) {
      visited.add(at);
      const entries = view.getUint16(at, isLittle);
      kinds.push(kindOf(view, { at: at + 2, entries, isLittle }));
      at = view.getUint32(at + 2 + entries * entryBytes, isLittle);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return kinds;
}

const entryBytes = 12;

function kindOf(
  view: DataView,
  { at, entries, isLittle }: { readonly at: number; readonly entries: number; readonly isLittle: boolean },
): DirectoryKind {
  for (let entry = 0; entry < entries; entry += 1) {
    const place = at + entry * entryBytes;
    const tag = view.getUint16(place, isLittle);
    if (tag > subfileType) break;
    if (tag === newSubfileType) {
      const flags = view.getUint32(place + 8, isLittle);
      if ((flags & (reducedImage | transparencyMask)) !== 0) return 'part of another page';
    }
    if (tag === subfileType && view.getUint16(place + 8, isLittle) === oldReducedImage)
      return 'part of another page';
  }
  return 'page';
}
