import { tmpdir } from 'node:os';
import type { FastifyRequest } from 'fastify';
import { parseRequest } from '../core/parse-request.ts';
import { InvalidRequest } from '../core/problem.ts';
import {
  jsonSubmission,
  submissionOptions,
  tidyFileName,
  type SubmissionOptions,
} from '../core/submission.ts';
import type { SubmittedFile } from '../intake.ts';
import type { EncodedForm } from './encode-form.ts';
import { readForm } from './read-form.ts';

/** A validated submission request; `dispose` removes its file from disk. */
export interface ReadSubmission {
  readonly options: SubmissionOptions;
  readonly file: SubmittedFile;
  readonly fileName: string | null;
  dispose(): Promise<void>;
}

/**
 * Reads a submission: multipart with a part `file`, or JSON with a `source`. The header Idempotency-Key is an alternative
 * to `requestId`. `takeElsewhere` is asked before the document is read, with the region that the submission names before it;
 * undefined when it has taken the submission.
 *
 * @throws InvalidRequest, or FailureError `DOC_TOO_LARGE`
 */
export async function readSubmission(
  request: FastifyRequest,
  limits: {
    readonly folder?: string;
    readonly maxBytes: number;
    readonly takeElsewhere?: (region: unknown, form: () => EncodedForm) => Promise<boolean>;
  },
): Promise<ReadSubmission | undefined> {
  const { takeElsewhere } = limits;
  if (!request.isMultipart()) {
    const { source, fileName, ...options } = parseRequest(jsonSubmission, withKey(request, request.body));
    if ((await takeElsewhere?.(options.region, () => encodeJson(request.body))) === true) return undefined;
    const file = { kind: 'reference', uri: source.uri, sha256: source.sha256 } as const;
    return { options, file, fileName: tidyFileName(fileName), dispose: () => Promise.resolve() };
  }
  const form = await readForm(request, {
    folder: limits.folder ?? tmpdir(),
    maxBytes: limits.maxBytes,
    ...(takeElsewhere !== undefined && {
      takeElsewhere: (fields, encode) => takeElsewhere(fields['region'], encode),
    }),
  });
  if (form === undefined) return undefined;
  try {
    const options = parseRequest(submissionOptions.strict(), withKey(request, form.fields));
    const file = { kind: 'upload', file: form.file, mediaType: form.mediaType } as const;
    return { options, file, fileName: tidyFileName(form.fileName), dispose: () => file.file.remove() };
  } catch (error) {
    await form.file.remove();
    throw error;
  }
}

function encodeJson(body: unknown): EncodedForm {
  return { contentType: 'application/json', body: JSON.stringify(body) };
}

/** The body with the requestId of the header Idempotency-Key. @throws InvalidRequest where the two differ */
export function withKey(request: FastifyRequest, body: unknown): unknown {
  const key = request.headers['idempotency-key'];
  if (key === undefined || typeof body !== 'object' || body === null) return body;
  if ('requestId' in body && body.requestId !== key) {
    throw new InvalidRequest([{ path: 'requestId', message: 'differs from the header Idempotency-Key' }]);
  }
  return { ...body, requestId: key };
}
