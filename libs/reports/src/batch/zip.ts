import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { BatchReportInput, ReportFile } from './batch-report.ts';
import { toJson } from './aggregate.ts';
import { toCsv } from './csv.ts';
import { entryName } from './entry-name.ts';

/** One entry in the folder of a file. */
export interface ArchivedEntry {
  readonly name: string;
  /** Undefined: it does not exist, and is left out. */
  open(): Promise<Readable | undefined>;
}

export type EntriesOf = (file: ReportFile) => readonly ArchivedEntry[];

/**
 * A batch as a ZIP file: `report.json`, `fields.csv`, and a folder for each file. Entries stand in the order of the batch
 * and have the time at which the batch was created, so that the same batch gives the same bytes. One entry is open at a
 * time, and no more is read than the reader of the stream takes.
 */
export function toZip(batch: BatchReportInput, entriesOf: EntriesOf): Readable {
  const zip = new ZipFile();
  const output = new PassThrough();
  zip.on('error', (error: Error) => output.destroy(error));
  zip.outputStream.on('error', (error: Error) => output.destroy(error));
  zip.outputStream.pipe(output);
  const options = { mtime: localTime(batch.createdAt), forceDosTimestamp: true };
  zip.addBuffer(Buffer.from(toJson(batch)), 'report.json', options);
  zip.addBuffer(Buffer.from([...toCsv(batch)].join('')), 'fields.csv', options);
  void addFiles(zip, batch, { entriesOf, output, options }).catch((error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return output;
}

interface Adding {
  readonly entriesOf: EntriesOf;
  readonly output: PassThrough;
  readonly options: { readonly mtime: Date; readonly forceDosTimestamp: boolean };
}

async function addFiles(zip: ZipFile, batch: BatchReportInput, adding: Adding): Promise<void> {
  const { entriesOf, output, options } = adding;
  for (const file of batch.files) {
    const folder = `files/${String(file.n).padStart(3, '0')} ${entryName(file.name)}`;
    for (const entry of entriesOf(file)) {
      const source = await entry.open();
      if (source === undefined) continue;
      if (output.destroyed) {
        source.destroy();
        return;
      }
      const read = ended(source, output);
      zip.addReadStream(source, `${folder}/${entryName(entry.name)}`, options);
      await read;
    }
  }
  zip.end();
}

/** Resolves when a source was read to its end; destroys it when the archive has no reader any more. */
function ended(source: Readable, output: PassThrough): Promise<void> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => {
      source.destroy();
      resolve();
    };
    output.once('close', abandon);
    source.once('error', reject);
    source.once('close', () => {
      output.off('close', abandon);
      resolve();
    });
    source.once('end', () => {
      output.off('close', abandon);
      resolve();
    });
  });
}

/** ZIP writes local times; this one says the same in every time zone. */
function localTime(at: number): Date {
  const time = new Date(at);
  return new Date(
    time.getUTCFullYear(),
    time.getUTCMonth(),
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  );
}
