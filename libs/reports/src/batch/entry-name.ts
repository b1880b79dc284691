/** Names that Windows keeps for devices, whatever ending they have. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Longest part of a name that is kept, in characters: paths of archives end in folders with long names. */
const maxLength = 80;

/**
 * A name of a file as one part of a path in an archive: no separators, no characters that a file system refuses, nothing
 * that leads out of the folder, and never empty. The caller makes it unique.
 */
export function entryName(name: string): string {
  const kept = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd/\\:*?"<>|]/gu, '_')
    .slice(0, maxLength)
    .replaceAll(/^[.\s]+|[.\s\ud800-\udbff]+$/g, '');
  if (kept === '') return 'file';
  return reserved.test(kept) ? `_${kept}` : kept;
}
