import type { BatchSubmission, Submission } from './generated/types.ts';
import { streamedForm } from './multipart-stream.ts';
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

/** The call that submits a file. Without a `requestId`, `idempotencyKey` makes its repetition harmless. */
export function uploadCall(
  path: string,
  file: UploadFile,
  options: SubmitOptions,
  ids: { readonly idempotencyKey: string; readonly boundary: string },
): OutgoingCall {
  // The fields come first, so that a server can judge them before it reads the file.
  const fields = Object.entries(options).flatMap(([name, value]): (readonly [string, string])[] =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  const headers = options.requestId === undefined ? { 'idempotency-key': ids.idempotencyKey } : {};
  const { content, name } = file;
  if (content instanceof ReadableStream) {
    const mediaType = file.mediaType ?? 'application/octet-stream';
    const form = streamedForm(fields, { name, mediaType, content }, ids.boundary);
    return {
      method: 'POST',
      path,
      headers: { ...headers, 'content-type': form.contentType },
      body: () => form.body,
      isRepeatable: false,
    };
  }
  const body = (): FormData => {
    const form = new FormData();
    for (const [field, value] of fields) form.set(field, value);
    addFile(form, 'file', { ...file, content });
    return form;
  };
  return { method: 'POST', path, headers, body, isRepeatable: true };
}

/** A file that can be sent again when a try fails: no stream. */
export type RepeatableFile = UploadFile & { readonly content: Blob | Uint8Array<ArrayBuffer> };

/** Options of a batch whose files are sent with it. */
export type BatchOptions = Omit<BatchSubmission, 'sources' | 'draft'>;

/** The call that submits a batch: documents, or one ZIP archive of them. */
export function batchCall(
  files: readonly RepeatableFile[] | { readonly zip: RepeatableFile },
  options: BatchOptions,
  idempotencyKey: string,
): OutgoingCall {
  const body = (): FormData => {
    const form = new FormData();
    // Before the files, so that the gateway can judge it first.
    form.set('batch', JSON.stringify(options));
    if ('zip' in files) addFile(form, 'zip', files.zip);
    else for (const file of files) addFile(form, 'files', file);
    return form;
  };
  const headers = options.requestId === undefined ? { 'idempotency-key': idempotencyKey } : {};
  return { method: 'POST', path: '/v1/batches', headers, body, isRepeatable: true };
}

/** The call that puts a file into a draft. */
export function draftFileCall(batchId: string, n: number, file: RepeatableFile): OutgoingCall {
  const body = (): FormData => {
    const form = new FormData();
    addFile(form, 'file', file);
    return form;
  };
  const path = `/v1/batches/${encodeURIComponent(batchId)}/files/${String(n)}`;
  return { method: 'PUT', path, body, isRepeatable: true };
}

function addFile(form: FormData, field: string, { content, name, mediaType }: RepeatableFile): void {
  const type = mediaType ?? (content instanceof Blob ? content.type : '');
  // A slice only renames the type; a Blob of another would be read into memory.
  const blob = content instanceof Blob ? content.slice(0, content.size, type) : new Blob([content], { type });
  form.append(field, blob, name);
}
