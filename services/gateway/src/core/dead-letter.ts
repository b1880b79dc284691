import type { DeadLetter, DeadLetterCursor } from '@docfleet/contracts';
import { failures, isFailureCode, isoOf } from '@docfleet/domain';
import { z } from 'zod';

const instant = z.iso.datetime();

export const deadLetterSchema = z
  .object({
    id: z.string().describe('`<stage>-<partition>-<offset>`: the position of the record.'),
    stage: z.string(),
    tenantId: z.string().nullable().describe('Null where the record cannot be decoded.'),
    runId: z.string().nullable(),
    requestId: z.string().nullable(),
    revision: z.int().nullable().describe('The revision that failed with it.'),
    lane: z.string().nullable(),
    failure: z.object({ code: z.string(), message: z.string() }),
    attempt: z.int(),
    at: instant,
    redriven: z
      .object({ revision: z.int(), at: instant, by: z.string().describe('keyId of an API key.') })
      .nullable(),
    links: z.object({ self: z.string(), job: z.string().nullable(), redrive: z.string().nullable() }),
  })
  .meta({ id: 'DeadLetter' });

export const deadLetterDetailSchema = deadLetterSchema
  .extend({
    origin: z
      .object({ topic: z.string(), partition: z.int(), offset: z.string(), at: instant })
      .describe('Where the record was first written.'),
    key: z.string().nullable(),
    headers: z.record(z.string(), z.string()),
    value: z
      .unknown()
      .describe(
        'The decoded record; null where it cannot be decoded. Fleet roles see ids, codes, numbers and times only; the rest is hidden.',
      ),
  })
  .meta({ id: 'DeadLetterDetail' });

export const deadLetterPageSchema = z
  .object({
    deadLetters: z.array(deadLetterSchema),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  })
  .meta({ id: 'DeadLetterPage' });

export const redriveSchema = z
  .object({
    id: z.string(),
    runId: z.string(),
    revision: z.int().describe('The revision that was started.'),
    repeated: z.boolean().describe('True when it had been redriven before; nothing was published now.'),
  })
  .meta({ id: 'Redrive' });

export type DeadLetterJson = z.infer<typeof deadLetterSchema>;

export function deadLetterOf(deadLetter: DeadLetter): DeadLetterJson {
  const { id, stage, tenantId, runId, requestId, revision, lane, code, attempt } = deadLetter;
  const { redrivenAs, redrivenAt, redrivenBy } = deadLetter;
  const self = `/v1/dead-letters/${id}`;
  return {
    id,
    stage,
    tenantId,
    runId,
    requestId,
    revision,
    lane,
    failure: { code, message: isFailureCode(code) ? failures[code].message : '' },
    attempt,
    at: isoOf(deadLetter.at),
    redriven:
      redrivenAs === null ? null : { revision: redrivenAs, at: isoOf(redrivenAt ?? 0), by: redrivenBy ?? '' },
    links: {
      self,
      job: runId === null ? null : `/v1/jobs/${runId}`,
      redrive: runId === null || redrivenAs !== null ? null : `${self}/redrive`,
    },
  };
}

/** Encodes a cursor for clients: opaque and safe in a URL. */
export function writeDeadLetterCursor({ at, id }: DeadLetterCursor): string {
  return Buffer.from(`${at}/${id}`).toString('base64url');
}

/** Decodes a cursor; undefined for any other text. */
export function readDeadLetterCursor(text: string): DeadLetterCursor | undefined {
  const [, at, id] =
    /^(\d{1,15})\/([a-z]+-\d{1,6}-\d{1,19})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
}
