import type { DeadLetter, DeadLetterCursor } from '@docfleet/database';
import { failures, isFailureCode } from '@docfleet/domain';
import { z } from 'zod';

const instant = z.iso.datetime();

export const deadLetterSchema = z
  .object({
    id: z.string().describe('`<stage>-<partition>-<offset>`: where the record stands.'),
    stage: z.string(),
    tenantId: z.string().nullable().describe('Null where no schema reads the record.'),
    runId: z.string().nullable(),
    requestId: z.string().nullable(),
    revision: z.int().nullable().describe('The revision that ended with it.'),
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
      .describe('Where the record stood first.'),
    key: z.string().nullable(),
    headers: z.record(z.string(), z.string()),
    value: z.unknown().describe('Decoded; null where no schema reads it. What callers wrote is hidden.'),
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
    revision: z.int().describe('The revision that works it anew.'),
    repeated: z.boolean().describe('True when it had been sent again before; nothing was sent now.'),
  })
  .meta({ id: 'Redrive' });

export type DeadLetterJson = z.infer<typeof deadLetterSchema>;

export function deadLetterOf(letter: DeadLetter): DeadLetterJson {
  const { id, stage, tenantId, runId, requestId, revision, lane, code, attempt } = letter;
  const { redrivenAs, redrivenAt, redrivenBy } = letter;
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
    at: new Date(letter.at).toISOString(),
    redriven:
      redrivenAs === null
        ? null
        : { revision: redrivenAs, at: new Date(redrivenAt ?? 0).toISOString(), by: redrivenBy ?? '' },
    links: {
      self,
      job: runId === null ? null : `/v1/jobs/${runId}`,
      redrive: runId === null || redrivenAs !== null ? null : `${self}/redrive`,
    },
  };
}

const hidden = '(hidden)';

/**
 * A decoded record without what its caller wrote into it: names, expected values and addresses are about persons, and
 * operators see none of that.
 */
export function withoutPrivate(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPrivate);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => {
      if (name === 'expectations' && typeof inner === 'object' && inner !== null) {
        return [name, Object.fromEntries(Object.keys(inner).map((each) => [each, hidden]))];
      }
      const isPrivate = (name === 'fileName' || name === 'callbackUrl') && inner !== null;
      return [name, isPrivate ? hidden : withoutPrivate(inner)];
    }),
  );
}

/** A cursor as a caller holds it: opaque, safe in a URL. */
export function writeLetterCursor({ at, id }: DeadLetterCursor): string {
  return Buffer.from(`${at}/${id}`).toString('base64url');
}

/** Undefined for text that is no cursor of ours. */
export function readLetterCursor(text: string): DeadLetterCursor | undefined {
  const [, at, id] =
    /^(\d{1,15})\/([a-z]+-\d{1,6}-\d{1,19})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
}
