import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { FailureError } from '@docfleet/domain';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { archiveFault, isArchive, isDocument, maxEntries, type ArchiveLimits } from '../core/archive.ts';
import { RefusedRequest } from '../core/problem.ts';
import { spool, type SpooledFile } from './spool.ts';

/** A file of an archive, unpacked to disk; whoever reads the next one has removed it. */
export interface UnpackedFile {
  readonly file: SpooledFile;
  readonly name: string;
}

/**
 * Unpacks the files of a ZIP archive on disk, one after another in the order of its directory. The directory is judged
 * first. Each file is removed from disk when the next one is asked for, or when the caller stops.
 *
 * @throws RefusedRequest `ARCHIVE_REFUSED`
 */
export async function* unpack(
  archive: Pick<SpooledFile, 'path'>,
  options: ArchiveLimits & { readonly folder: string },
): AsyncGenerator<UnpackedFile> {
  const zip = await openPromise(archive.path, {
    lazyEntries: true,
    autoClose: false,
    strictFileNames: true,
  }).catch(damaged);
  try {
    const entries = await readDirectory(zip, { ...options, path: archive.path });
    const fault = archiveFault(entries, options);
    if (fault !== undefined) throw refused(fault);
    for (const [index, entry] of entries.filter(isDocument).entries()) {
      const file = await unpackEntry(zip, entry, { ...options, n: index + 1 });
      try {
        yield { file, name: entry.fileName };
      } finally {
        await file.remove();
      }
    }
  } finally {
    zip.close();
  }
}

async function readDirectory(
  zip: ZipFile,
  limits: ArchiveLimits & Pick<SpooledFile, 'path'>,
): Promise<readonly Entry[]> {
  const allowed = maxEntries(limits);
  if (zip.entryCount > allowed) throw refused(`has more than ${String(allowed)} entries`);
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    return damaged(error);
  }
  // The types say that it is a boolean; it is where the next entry would begin.
  const end = Number(zip.readEntryCursor);
  if ((await readWord(limits, end)).equals(directoryEntry)) throw refused('has more entries than it says');
  return entries;
}

/** Where an entry of the directory begins (APPNOTE 6.3.10, section 4.3.12). */
const directoryEntry = Buffer.from('PK\x01\x02', 'latin1');

async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  { folder, maxFileBytes, n }: ArchiveLimits & { readonly folder: string; readonly n: number },
): Promise<SpooledFile> {
  const check = checksum();
  const stream = await zip.openReadStreamPromise(entry).catch(damaged);
  const passed = pipeline(stream, check.stream);
  let file: SpooledFile;
  try {
    [file] = await Promise.all([spool(check.stream, { folder, maxBytes: maxFileBytes }), passed]);
  } catch (error) {
    stream.destroy();
    await passed.catch(() => undefined);
    // What this process cannot do is no fault of the archive.
    if (error instanceof FailureError || (error instanceof Error && 'syscall' in error)) throw error;
    throw refused(`file ${String(n)} is damaged`, error);
  }
  try {
    if (check.value() !== entry.crc32) throw refused(`file ${String(n)} is damaged`);
    if (await startsAsArchive(file)) throw refused(`file ${String(n)} is an archive itself`);
    return file;
  } catch (error) {
    await file.remove();
    throw error;
  }
}

/** Bytes pass through; `value` is their CRC-32. */
function checksum(): { readonly stream: Transform; value(): number } {
  let value = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      value = crc32(chunk, value);
      done(null, chunk);
    },
  });
  return { stream, value: () => value };
}

async function startsAsArchive(file: SpooledFile): Promise<boolean> {
  return isArchive(await readWord(file, 0));
}

/** Four bytes of a file, or fewer at its end. */
async function readWord({ path }: Pick<SpooledFile, 'path'>, position: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4), position });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Names of the archive may be anything, so what the library says about it is for the log only. */
function damaged(error: unknown): never {
  const message = error instanceof Error ? error.message : '';
  const path = /absolute path|invalid relative path|invalid characters in fileName/.test(message);
  throw refused(path ? 'has a name that leads out of it' : 'is damaged, or not a ZIP archive', error);
}

function refused(message: string, cause?: unknown): RefusedRequest {
  return new RefusedRequest('ARCHIVE_REFUSED', [{ path: 'zip', message }], { cause });
}
