import type { BatchSubmission, Submission } from './generated/types.ts';
import { formMediaType, formOf, streamedForm, type FormFile } from './multipart-form.ts';
import type { OutgoingCall } from './transport.ts';

/** A file to submit. */
export interface UploadFile {
  /**
   * A Blob (in Node also one of `openAsBlob`, which is read from disk as it is sent) or bytes can be sent again when a
   * try fails; a stream is sent once.
   */
  readonly content: Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Name of the file, for people. */
  readonly name: string;
  /** Default: the Blob's, else `application/octet-stream`; the fleet looks at the bytes as well. */
  readonly mediaType?: string;
}

/** Options of a submission, as of `submitDocument`. */
export type SubmitOptions = Omit<Submission, 'source' | 'fileName'>;

/** Ids that a call needs. */
export interface CallIds {
  readonly idempotencyKey: string;
  /** Between the parts of its form: text that no file holds. */
  readonly boundary: string;
}

/** The call that submits a file. Without a `requestId`, `idempotencyKey` makes its repetition harmless. */
export function uploadCall(
  path: string,
  file: UploadFile,
  options: SubmitOptions,
  { idempotencyKey, boundary }: CallIds,
): OutgoingCall {
  // The fields come first, so that a server can judge them before it reads the file.
  const fields = Object.entries(options).flatMap(([name, value]): (readonly [string, string])[] =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  const call = {
    method: 'POST',
    path,
    headers: {
      ...(options.requestId === undefined ? { 'idempotency-key': idempotencyKey } : {}),
      'content-type': formMediaType(boundary),
    },
  };
  const { content } = file;
  if (content instanceof ReadableStream) {
    const body = streamedForm(fields, { ...formFile('file', file), content }, boundary);
    return { ...call, body: () => body, isRepeatable: false };
  }
  const body = formOf(fields, [{ ...formFile('file', file), content }], boundary);
  return { ...call, body: () => body, isRepeatable: true };
}

/** A file that can be sent again when a try fails: no stream. */
export type RepeatableFile = UploadFile & { readonly content: Blob | Uint8Array<ArrayBuffer> };

/** Options of a batch whose files are sent with it. */
export type BatchOptions = Omit<BatchSubmission, 'sources' | 'draft'>;

/** The call that submits a batch: documents, or one ZIP archive of them. */
export function batchCall(
  files: readonly RepeatableFile[] | { readonly zip: RepeatableFile },
  options: BatchOptions,
  { idempotencyKey, boundary }: CallIds,
): OutgoingCall {
  const parts = 'zip' in files ? [formFile('zip', files.zip)] : files.map((file) => formFile('files', file));
  // The options come before the files, so that the gateway can judge them first.
  const body = formOf([['batch', JSON.stringify(options)]], parts, boundary);
  const headers = {
    ...(options.requestId === undefined ? { 'idempotency-key': idempotencyKey } : {}),
    'content-type': formMediaType(boundary),
  };
  return { method: 'POST', path: '/v1/batches', headers, body: () => body, isRepeatable: true };
}

/** The call that puts a file into a draft. */
export function draftFileCall(
  batchId: string,
  n: number,
  file: RepeatableFile,
  { boundary }: Pick<CallIds, 'boundary'>,
): OutgoingCall {
  const body = formOf([], [formFile('file', file)], boundary);
  const path = `/v1/batches/${encodeURIComponent(batchId)}/files/${String(n)}`;
  const headers = { 'content-type': formMediaType(boundary) };
  return { method: 'PUT', path, headers, body: () => body, isRepeatable: true };
}

function formFile<F extends UploadFile>(
  field: string,
  { content, name, mediaType }: F,
): FormFile<F['content']> {
  const ofBlob = content instanceof Blob ? content.type : '';
  return {
    field,
    name,
    content,
    mediaType: mediaType ?? (ofBlob === '' ? 'application/octet-stream' : ofBlob),
  };
}
