import {
  failureCategory,
  FailureError,
  failures,
  type FailureCategory,
  type FailureCode,
} from '@docfleet/domain';
import { quotaNames, type QuotaName } from '@docfleet/contracts';
import { z } from 'zod';
import { conflictingTaskSchema, type ConflictingTask } from './review-conflict.ts';

/** One fault of a request. */
export interface RequestFault {
  /** Path of the field, such as `source.uri`. */
  readonly path: string;
  readonly message: string;
}

/** `REQUEST_INVALID` with all faults of the request. `status`: a more specific HTTP status than 400. */
export class InvalidRequest extends FailureError {
  readonly faults: readonly RequestFault[];
  readonly status: number;

  constructor(faults: readonly RequestFault[], status = 400) {
    super('REQUEST_INVALID');
    this.name = 'InvalidRequest';
    this.faults = faults;
    this.status = status;
  }
}

/** A refusal with a code of its own that gives its reasons. */
export class RefusedRequest extends FailureError {
  readonly faults: readonly RequestFault[];

  constructor(
    code: FailureCode,
    faults: readonly RequestFault[],
    options: { readonly cause?: unknown } = {},
  ) {
    super(code, {}, options);
    this.name = 'RefusedRequest';
    this.faults = faults;
  }
}

/** An error response (RFC 9457) with a stable code. */
export const problemSchema = z
  .object({
    type: z.string().describe('urn:docfleet:problem:<code>'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable; see docs/failures.md.'),
    instance: z.string().describe('Path of the request.'),
    quota: z.enum(quotaNames).optional().describe('Of `QUOTA_EXCEEDED`: which one.'),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    review: conflictingTaskSchema
      .optional()
      .describe(
        'The review task as it is; of `VERSION_CONFLICT`, `LEASE_LOST`, `TASK_CLOSED`, `CHANGE_CONFLICT`, `DECISION_CONFLICT`.',
      ),
  })
  .meta({
    id: 'Problem',
    examples: [
      {
        type: 'urn:docfleet:problem:REQUEST_INVALID',
        title: failures.REQUEST_INVALID.message,
        status: 400,
        code: 'REQUEST_INVALID',
        instance: '/v1/jobs',
        errors: [{ path: 'lane', message: 'Invalid option: expected one of "urgent"|"high"|"normal"' }],
      },
    ],
  });

export type Problem = z.infer<typeof problemSchema>;

const statusOfCategory: Readonly<Record<FailureCategory, number>> = {
  document: 422,
  timeout: 504,
  infrastructure: 503,
  order: 409,
  request: 400,
};

const statusOfCode: Partial<Readonly<Record<FailureCode, number>>> = {
  DOC_TOO_LARGE: 413,
  STORE_FULL: 507,
  INTERNAL_ERROR: 500,
  REQUEST_CONFLICT: 409,
  REGION_MISMATCH: 421,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  TENANT_SUSPENDED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  LIMIT_REACHED: 409,
  ALREADY_ENDED: 409,
  VERSION_CONFLICT: 409,
  LEASE_LOST: 409,
  TASK_CLOSED: 409,
  CHANGE_REFUSED: 422,
  CHANGE_CONFLICT: 409,
  DECISION_CONFLICT: 409,
  ARCHIVE_REFUSED: 422,
  BATCH_STARTED: 409,
  DRAFT_EXPIRED: 410,
  FLEET_NOT_READY: 503,
  REVISION_UNFINISHED: 409,
  NOT_REDRIVABLE: 409,
  RECORD_UNDECODABLE: 409,
  ERASED: 410,
  DATA_EXPIRED: 410,
  RATE_LIMITED: 429,
  AUDIT_UNAVAILABLE: 503,
  IDENTITY_UNAVAILABLE: 503,
  QUOTA_EXCEEDED: 429,
  SERVICE_UNAVAILABLE: 503,
};

/** Value of Retry-After for 503, in seconds. */
const retryAfterSeconds = 5;

export interface ProblemAnswer {
  readonly problem: Problem;
  readonly retryAfterSeconds?: number;
}

export function problemOf(
  code: FailureCode,
  instance: string,
  more: {
    readonly faults?: readonly RequestFault[];
    readonly status?: number;
    readonly quota?: QuotaName;
    readonly review?: ConflictingTask;
  } = {},
): ProblemAnswer {
  const status = more.status ?? statusOfCode[code] ?? statusOfCategory[failureCategory(code)];
  const problem: Problem = {
    type: `urn:docfleet:problem:${code}`,
    title: failures[code].message,
    status,
    code,
    instance,
    ...(more.quota !== undefined && { quota: more.quota }),
    ...(more.review !== undefined && { review: more.review }),
    ...(more.faults === undefined || more.faults.length === 0 ? {} : { errors: [...more.faults] }),
  };
  return status === 503 ? { problem, retryAfterSeconds } : { problem };
}
