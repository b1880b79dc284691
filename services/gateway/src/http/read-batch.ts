import { FailureError } from '@docfleet/domain';
import type { FastifyRequest } from 'fastify';
import { spool } from '../adapters/spool.ts';
import { unpack } from '../adapters/zip-files.ts';
import { batchForm, type BatchHead } from '../core/batch-request.ts';
import { parseRequest } from '../core/parse-request.ts';
import type { InvalidRequest } from '../core/problem.ts';
import { tidyFileName } from '../core/submission.ts';
import type { IncomingFile } from '../batches/accept-batch.ts';
import { defaultMediaType, formError, invalid, mediaType } from './read-form.ts';
import { withKey } from './read-submission.ts';

export interface BatchLimits {
  readonly maxFiles: number;
  /** Of one file, in bytes. */
  readonly maxFileBytes: number;
  /** Of all files together, in bytes. */
  readonly maxTotalBytes: number;
  /** Of a ZIP archive as it arrives, in bytes. */
  readonly maxArchiveBytes: number;
  /** Folder for one file at a time. */
  readonly folder: string;
}

/** A batch as it arrives: its files are read one after another, while `files` is iterated. */
export interface IncomingBatch {
  readonly head: BatchHead;
  readonly files: AsyncIterable<IncomingFile>;
}

/** Largest field `batch`, in bytes. */
const maxHeadBytes = 128 * 1024;

/** Bytes of a form besides its files: headers of the parts and boundaries. */
const maxHeaderBytes = 4 * 1024;

/**
 * Reads a form: the field `batch`, then parts `files`, or one part `zip`. One file at a time is on disk (with an archive:
 * the archive and one file), removed when the next one is asked for or when the caller stops.
 *
 * @throws InvalidRequest, FailureError `DOC_TOO_LARGE`, `ARCHIVE_REFUSED`; so does the iteration of `files`
 */
export async function readBatchForm(request: FastifyRequest, limits: BatchLimits): Promise<IncomingBatch> {
  const { maxFiles, maxTotalBytes } = limits;
  const announced = Number(request.headers['content-length'] ?? 0);
  const allowed = maxTotalBytes + maxHeadBytes + (maxFiles + 1) * maxHeaderBytes;
  if (announced > allowed) {
    throw new FailureError('DOC_TOO_LARGE', { limit: maxTotalBytes, actual: announced });
  }
  const parts = readParts(request, limits);
  try {
    const first = await parts.next();
    if (first.done === true || first.value.kind !== 'head') throw missingFiles();
    return { head: parseRequest(batchForm, withKey(request, first.value.head)), files: filesOf(parts) };
  } catch (error) {
    await parts.return(undefined);
    throw error;
  }
}

/** The head comes first, also where the form has none. */
type Part =
  { readonly kind: 'head'; readonly head: unknown } | { readonly kind: 'file'; readonly file: IncomingFile };

async function* filesOf(parts: AsyncGenerator<Part>): AsyncGenerator<IncomingFile> {
  try {
    for await (const part of parts) if (part.kind === 'file') yield part.file;
  } finally {
    await parts.return(undefined);
  }
}

async function* readParts(request: FastifyRequest, limits: BatchLimits): AsyncGenerator<Part> {
  const { maxFiles, maxTotalBytes, folder } = limits;
  let head: unknown;
  let kind: 'files' | 'zip' | undefined;
  let totalBytes = 0;
  // `spool` limits each file; the parser's own limit would truncate it silently.
  const bounds = {
    fileSize: Infinity,
    files: maxFiles,
    fields: 1,
    parts: maxFiles + 1,
    fieldSize: maxHeadBytes,
  };
  const form = request.parts({ limits: bounds });
  try {
    for await (const part of form) {
      if (part.type === 'field') {
        if (part.fieldname !== 'batch')
          throw invalid(
            part.fieldname,
            'unexpected field; a batch has one field, batch, and its files are parts with a file name',
          );
        if (part.valueTruncated) throw invalid('batch', `is longer than ${String(maxHeadBytes)} bytes`, 413);
        if (kind !== undefined) throw invalid('batch', 'must come before the files');
        head = parseHead(part.value);
        continue;
      }
      if (part.fieldname !== 'files' && part.fieldname !== 'zip') {
        throw invalid(
          part.fieldname,
          'unexpected file part; documents are parts named files, or one named zip',
        );
      }
      if (kind === undefined) yield { kind: 'head', head: head ?? {} };
      else if (kind === 'zip' || part.fieldname === 'zip')
        throw invalid('zip', 'must be the only part with files');
      kind = part.fieldname;
      const maxBytes = kind === 'zip' ? limits.maxArchiveBytes : limits.maxFileBytes;
      const file = await spool(part.file, {
        folder,
        maxBytes: Math.min(maxBytes, maxTotalBytes - totalBytes),
      });
      try {
        totalBytes += file.sizeBytes;
        if (kind === 'zip') yield* unpacked(file.path, limits);
        else {
          const type = mediaType.test(part.mimetype) ? part.mimetype : defaultMediaType;
          const upload = { kind: 'upload', file, mediaType: type } as const;
          yield {
            kind: 'file',
            file: { file: upload, fileName: tidyFileName(part.filename), documentId: null },
          };
        }
      } finally {
        await file.remove();
      }
    }
  } catch (error) {
    throw tooMany(error, maxFiles) ?? formError(error);
  }
  if (kind === undefined) throw missingFiles();
}

async function* unpacked(path: string, limits: BatchLimits): AsyncGenerator<Part> {
  for await (const { file, name } of unpack({ path }, limits)) {
    const upload = { kind: 'upload', file, mediaType: defaultMediaType } as const;
    yield { kind: 'file', file: { file: upload, fileName: tidyFileName(name), documentId: null } };
  }
}

function parseHead(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw invalid('batch', 'is not valid JSON');
  }
}

function tooMany(error: unknown, maxFiles: number): InvalidRequest | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_FIELDS_LIMIT') {
    return invalid(
      'batch',
      'more than one field; a batch has one field, batch, and its files are parts with a file name',
    );
  }
  if (code !== 'FST_FILES_LIMIT' && code !== 'FST_PARTS_LIMIT') return undefined;
  return invalid('files', `more than ${String(maxFiles)}`, 413);
}

function missingFiles(): InvalidRequest {
  return invalid('files', 'the parts with the documents are missing');
}
