import { tmpdir } from 'node:os';
import type { FastifyRequest } from 'fastify';
import { spool, type SpooledFile } from '../adapters/spool.ts';
import { parseRequest } from '../core/parse-request.ts';
import { InvalidRequest } from '../core/problem.ts';
import {
  jsonSubmission,
  submissionOptions,
  tidyFileName,
  type SubmissionOptions,
} from '../core/submission.ts';
import type { SubmittedFile } from '../intake.ts';

/** A validated submission request; `dispose` removes its file from disk. */
export interface ReadSubmission {
  readonly options: SubmissionOptions;
  readonly file: SubmittedFile;
  readonly fileName: string | null;
  dispose(): Promise<void>;
}

/** Largest form field, in bytes; expectations are the longest. */
const maxFieldBytes = 64 * 1024;

const mediaType = /^[a-z0-9.+-]{1,100}\/[a-z0-9.+-]{1,100}$/i;

/**
 * Reads a submission: multipart with a part `file`, or JSON with a `source`. The header Idempotency-Key is an alternative
 * to `requestId`.
 *
 * @throws InvalidRequest, or FailureError `DOC_TOO_LARGE`
 */
export async function readSubmission(
  request: FastifyRequest,
  limits: { readonly folder?: string; readonly maxBytes: number },
): Promise<ReadSubmission> {
  if (!request.isMultipart()) {
    const { source, fileName, ...options } = parseRequest(jsonSubmission, withKey(request, request.body));
    const file = { kind: 'reference', uri: source.uri, sha256: source.sha256 } as const;
    return { options, file, fileName: tidyFileName(fileName), dispose: () => Promise.resolve() };
  }
  const form = await readForm(request, { folder: limits.folder ?? tmpdir(), maxBytes: limits.maxBytes });
  try {
    const options = parseRequest(submissionOptions.strict(), withKey(request, form.fields));
    if (form.file === undefined) throw invalid('file', 'the part with the document is missing');
    if (form.file.sizeBytes === 0) throw invalid('file', 'the document is empty');
    const file = { kind: 'upload', file: form.file, mediaType: form.mediaType } as const;
    return { options, file, fileName: tidyFileName(form.fileName), dispose: () => file.file.remove() };
  } catch (error) {
    await form.file?.remove();
    throw error;
  }
}

interface Form {
  readonly fields: Record<string, unknown>;
  file: SpooledFile | undefined;
  fileName: string | undefined;
  mediaType: string;
}

async function readForm(
  request: FastifyRequest,
  limits: { readonly folder: string; readonly maxBytes: number },
): Promise<Form> {
  const form: Form = {
    fields: {},
    file: undefined,
    fileName: undefined,
    mediaType: 'application/octet-stream',
  };
  // `spool` limits the file; the parser's own limit would truncate it silently.
  const bounds = { fileSize: Infinity, files: 1, fields: 20, parts: 21, fieldSize: maxFieldBytes };
  try {
    for await (const part of request.parts({ limits: bounds })) {
      if (part.type === 'field') {
        form.fields[part.fieldname] = part.fieldname === 'expectations' ? fromJson(part.value) : part.value;
        continue;
      }
      if (part.fieldname !== 'file')
        throw invalid(part.fieldname, 'unexpected file part; the document must be in the part named file');
      form.file = await spool(part.file, limits);
      form.fileName = part.filename;
      if (mediaType.test(part.mimetype)) form.mediaType = part.mimetype;
    }
    return form;
  } catch (error) {
    await form.file?.remove();
    throw error;
  }
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw invalid('expectations', 'is not valid JSON');
  }
}

function withKey(request: FastifyRequest, body: unknown): unknown {
  const key = request.headers['idempotency-key'];
  if (key === undefined || typeof body !== 'object' || body === null) return body;
  if ('requestId' in body && body.requestId !== key) {
    throw invalid('requestId', 'differs from the header Idempotency-Key');
  }
  return { ...body, requestId: key };
}

function invalid(path: string, message: string): InvalidRequest {
  return new InvalidRequest([{ path, message }]);
}
