import { FailureError } from '@docfleet/domain';
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { spool, type SpooledFile } from '../adapters/spool.ts';
import { InvalidRequest } from '../core/problem.ts';
import { encodeForm, type EncodedForm, type FormField } from './encode-form.ts';

/** A form as it arrived; its file is on disk, and whoever reads the form removes it. */
export interface Form {
  readonly fields: Record<string, unknown>;
  readonly file: SpooledFile;
  readonly fileName: string | undefined;
  readonly mediaType: string;
}

/** Largest form field, in bytes; expectations are the longest. */
const maxFieldBytes = 64 * 1024;

const maxFields = 20;

/** Bytes of a form besides its file, at most: fields with their headers, and boundaries. */
const maxFormBytes = maxFields * (maxFieldBytes + 1024) + 64 * 1024;

/** Media types that are taken over from a part. */
export const mediaType = /^[a-z0-9.+-]{1,100}\/[a-z0-9.+-]{1,100}$/i;

/** What a form may be, and who decides about its file. */
export interface FormLimits {
  readonly folder: string;
  readonly maxBytes: number;
  /**
   * Called before the first byte of the file is read, with the fields before it. True: it has taken the form, of which
   * `encode` gives the rest as it arrives.
   */
  readonly takeElsewhere?: (fields: Form['fields'], encode: () => EncodedForm) => Promise<boolean>;
}

/**
 * Reads a multipart form with one document; undefined when it was taken elsewhere. A form that is refused leaves nothing on disk.
 *
 * @throws InvalidRequest for a form that is malformed, incomplete or has no document, FailureError `DOC_TOO_LARGE`
 */
export async function readForm(request: FastifyRequest, limits: FormLimits): Promise<Form | undefined> {
  // Known before the first byte of the body: nothing has to be read to refuse it.
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.maxBytes + maxFormBytes) {
    throw new FailureError('DOC_TOO_LARGE', { limit: limits.maxBytes, actual: announced });
  }
  const parts: FormParts = { fields: {}, file: undefined, fileName: undefined, mediaType: defaultMediaType };
  try {
    if (!(await readParts(request, parts, limits))) return undefined;
    if (parts.file === undefined) throw invalid('file', 'the part with the document is missing');
    if (parts.file.sizeBytes === 0) throw invalid('file', 'the document is empty');
    return { ...parts, file: parts.file };
  } catch (error) {
    await parts.file?.remove();
    throw formError(error);
  }
}

interface FormParts {
  readonly fields: Record<string, unknown>;
  file: SpooledFile | undefined;
  fileName: string | undefined;
  mediaType: string;
}

const jsonFields: ReadonlySet<string> = new Set(['expectations', 'checks']);

export const defaultMediaType = 'application/octet-stream';

async function readParts(request: FastifyRequest, form: FormParts, limits: FormLimits): Promise<boolean> {
  // `spool` limits the file; the parser's own limit would truncate it silently.
  const bounds = {
    fileSize: Infinity,
    files: 1,
    fields: maxFields,
    parts: maxFields + 1,
    fieldSize: maxFieldBytes,
  };
  const texts: FormField[] = [];
  const arriving = request.parts({ limits: bounds });
  for await (const part of arriving) {
    if (part.type === 'field') {
      if (Object.hasOwn(form.fields, part.fieldname)) throw invalid(part.fieldname, 'is given twice');
      if (part.valueTruncated || part.fieldnameTruncated) {
        throw invalid(part.fieldname, `is longer than ${maxFieldBytes} bytes`, 413);
      }
      texts.push([part.fieldname, textOf(part.value)]);
      form.fields[part.fieldname] = valueOf(part.fieldname, part.value);
      continue;
    }
    if (part.fieldname !== 'file') {
      throw invalid(part.fieldname, 'unexpected file part; the document must be in the part named file');
    }
    const isTaken = await limits.takeElsewhere?.(form.fields, () =>
      encodeForm(texts, part, () => fieldsOf(arriving)),
    );
    if (isTaken === true) return false;
    form.file = await spool(part.file, limits);
    form.fileName = part.filename;
    if (mediaType.test(part.mimetype)) form.mediaType = part.mimetype;
  }
  return true;
}

/** The fields behind the file of a form. @throws InvalidRequest for a second file */
async function* fieldsOf(parts: AsyncIterable<Multipart>): AsyncIterable<FormField> {
  for await (const part of parts) {
    if (part.type === 'file') throw invalid('file', 'more than one document');
    yield [part.fieldname, textOf(part.value)];
  }
}

/** What to throw for an error while a form was read. Of this process's own errors, that error. */
export function formError(error: unknown): unknown {
  return isOurs(error) ? error : faultOf(error);
}

/** Whether an error is one of this process, which has a code or comes from the file system. */
function isOurs(error: unknown): boolean {
  return error instanceof FailureError || (error instanceof Error && 'syscall' in error);
}

/** Everything else is thrown by the parser, at what it cannot parse. */
function faultOf(error: unknown): InvalidRequest {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_FILES_LIMIT') return invalid('file', 'more than one document');
  if (code === 'FST_FIELDS_LIMIT' || code === 'FST_PARTS_LIMIT') {
    return invalid('body', `the form has more than ${maxFields} fields`);
  }
  if (code === 'FST_INVALID_JSON_FIELD_ERROR') return invalid('body', 'a field is not valid JSON');
  return invalid('body', 'is not a complete form of the type multipart/form-data');
}

/** A part with the type of JSON arrives parsed. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value of a field; those that are no text are JSON. */
function valueOf(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !jsonFields.has(name)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw invalid(name, 'is not valid JSON');
  }
}

/** A fault of a form. */
export function invalid(path: string, message: string, status?: number): InvalidRequest {
  return new InvalidRequest([{ path, message }], status);
}
