import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toFailure } from '@docfleet/domain';
import { jsonLines } from './labelled-documents.ts';
import type { PageReader } from './read-pages.ts';
import { TrainingError } from './training-error.ts';

export interface ReadingsOptions {
  /** Folder with `labels.jsonl`: one object a line, with `id` and `file`. */
  readonly folder: string;
  /** Written anew: one `{"id","pages"}` a line, as training reads them. */
  readonly out: string;
  readonly reader: PageReader;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/**
 * Reads every labelled document of a folder. One that cannot be read is reported with its failure code and left out.
 * @throws TrainingError when the labels or the file to write are not usable
 */
export async function writeReadings(options: ReadingsOptions): Promise<{ read: number; failed: number }> {
  const { folder, out, reader, signal, report } = options;
  const documents = documentsIn(folder);
  start(out);
  let failed = 0;
  for (const [index, { id, file }] of documents.entries()) {
    signal.throwIfAborted();
    try {
      const pages = await reader.read(readFileSync(join(folder, file)), signal);
      appendFileSync(out, `${JSON.stringify({ id, pages })}\n`);
      report(`${index + 1} of ${documents.length}: ${file}, ${pages.length} pages`);
    } catch (error) {
      signal.throwIfAborted();
      failed += 1;
      report(`${index + 1} of ${documents.length}: ${file} was left out: ${reasonOf(error)}`);
    }
  }
  return { read: documents.length - failed, failed };
}

function documentsIn(folder: string): readonly { readonly id: string; readonly file: string }[] {
  const labels = join(folder, 'labels.jsonl');
  return jsonLines(labels).map((row, index) => {
    const { id, file } = row;
    if ((typeof id !== 'string' && typeof id !== 'number') || typeof file !== 'string') {
      throw new TrainingError(`${labels}, line ${index + 1}: needs id and file`);
    }
    return { id: String(id), file };
  });
}

function start(out: string): void {
  try {
    writeFileSync(out, '');
  } catch (error) {
    throw new TrainingError(`${out} cannot be written: name another file with --out`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'there is no such file';
  return toFailure(error).code;
}
