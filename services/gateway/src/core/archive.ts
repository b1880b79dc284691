/** An entry of a ZIP archive as its central directory describes it. */
export interface ArchiveEntry {
  readonly fileName: string;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  /** Position of its local header in the archive, in bytes. */
  readonly relativeOffsetOfLocalHeader: number;
  /** The upper 16 bits are the mode of Unix, where the archive was made on it. */
  readonly externalFileAttributes: number;
  isEncrypted(): boolean;
  canDecodeFileData(): boolean;
}

export interface ArchiveLimits {
  readonly maxFiles: number;
  /** Of one file, in bytes. */
  readonly maxFileBytes: number;
  /** Of all files together, in bytes. */
  readonly maxTotalBytes: number;
}

/** How much larger than its compressed form a file may be. Scans and texts stay below 100. */
const maxRatio = 200;

/** Size up to which the ratio does not matter, in bytes. */
const ratioCountsFrom = 1024 * 1024;

/** Entries for each file that an archive may have, folders and what is left out among them. */
const entriesPerFile = 10;

/** How many entries an archive may have. */
export function maxEntries({ maxFiles }: Pick<ArchiveLimits, 'maxFiles'>): number {
  return maxFiles * entriesPerFile;
}

/** Whether an entry is a document: no folder, and not what macOS adds to every archive. */
export function isDocument({ fileName }: Pick<ArchiveEntry, 'fileName'>): boolean {
  return !/\/$|(?:^|\/)__MACOSX\/|(?:^|\/)\.DS_Store$/.test(fileName);
}

/**
 * Why an archive is refused, from its directory alone, so that nothing of it is unpacked; undefined when it is not. What
 * the directory says of sizes is checked again while an entry is unpacked.
 */
export function archiveFault(entries: readonly ArchiveEntry[], limits: ArchiveLimits): string | undefined {
  if (entries.length > maxEntries(limits)) return `has more than ${String(maxEntries(limits))} entries`;
  const documents = entries.filter(isDocument);
  if (documents.length === 0) return 'has no file';
  if (documents.length > limits.maxFiles) return `has more than ${String(limits.maxFiles)} files`;
  const total = documents.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (total > limits.maxTotalBytes) return `has more than ${String(limits.maxTotalBytes)} bytes unpacked`;
  if (overlap(entries)) return 'has entries that overlap';
  return documents.map((entry, index) => entryFault(entry, index + 1, limits)).find(Boolean);
}

function entryFault(entry: ArchiveEntry, n: number, limits: ArchiveLimits): string | undefined {
  const what = faultOf(entry, limits);
  return what === undefined ? undefined : `file ${String(n)} ${what}`;
}

function faultOf(entry: ArchiveEntry, { maxFileBytes }: ArchiveLimits): string | undefined {
  const { compressedSize, uncompressedSize, externalFileAttributes, fileName } = entry;
  if (entry.isEncrypted()) return 'is encrypted';
  if (!entry.canDecodeFileData()) return 'is compressed by another method than deflate';
  if (((externalFileAttributes >>> 16) & fileTypeMask) === symbolicLink) return 'is a symbolic link';
  if (uncompressedSize > maxFileBytes) return `has more than ${String(maxFileBytes)} bytes`;
  if (uncompressedSize > ratioCountsFrom && uncompressedSize > maxRatio * compressedSize) {
    return `is more than ${String(maxRatio)} times larger unpacked`;
  }
  return /\.zip$/i.test(fileName) ? 'is an archive itself' : undefined;
}

/** Bits of a Unix mode that tell the type of a file, and their value for a symbolic link. */
const fileTypeMask = 0o170_000;
const symbolicLink = 0o120_000;

/** Bytes of a local header without its name. */
const localHeaderBytes = 30;

/** Entries that share their bytes: a few bytes would be unpacked many times. */
function overlap(entries: readonly ArchiveEntry[]): boolean {
  const sorted = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  return sorted.some(({ relativeOffsetOfLocalHeader: from, compressedSize }, index) => {
    const next = sorted[index + 1];
    return next !== undefined && from + localHeaderBytes + compressedSize > next.relativeOffsetOfLocalHeader;
  });
}

/** Whether a file begins as a ZIP archive does. */
export function isArchive(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE(0) === 0x04034b50;
}
