import type { SetAsideCursor, SetAsideRecord } from '@docfleet/contracts';
import { isoOf } from '@docfleet/domain';
import { z } from 'zod';

const instant = z.iso.datetime();

export const setAsideSchema = z
  .object({
    id: z
      .string()
      .describe(
        '`<topic>-<partition>-<offset>`: the position of the record; `webhooks.` before it where webhooks read it.',
      ),
    reader: z.string().describe('The service that could not store it: `ledger` or `webhooks`.'),
    topic: z.string(),
    partition: z.int(),
    offset: z.string(),
    tenantId: z
      .string()
      .nullable()
      .describe('Null where the record does not tell; escaped where it is no identifier.'),
    runId: z.string().nullable(),
    cause: z
      .string()
      .describe('Why it was refused the last time: SQLSTATE, failure code, or name of an error.'),
    message: z.string(),
    at: instant,
    tries: z.int(),
    triedAt: instant,
    state: z
      .enum(['set-aside', 'redrive-asked', 'redriven'])
      .describe('`redrive-asked`: its reader reads it again within seconds. `redriven`: it is stored.'),
    askedBy: z.string().nullable().describe('keyId of the API key that asked for the last redrive.'),
    redrivenAt: instant.nullable(),
    links: z.object({ job: z.string().nullable(), redrive: z.string().nullable() }),
  })
  .meta({ id: 'SetAsideRecord' });

export const setAsidePageSchema = z
  .object({
    records: z.array(setAsideSchema),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  })
  .meta({ id: 'SetAsidePage' });

export type SetAsideJson = z.infer<typeof setAsideSchema>;

/** The shape of a record's id. */
export const setAsideIdPattern = /^[a-z.-]{1,100}-\d{1,6}-\d{1,19}$/;

export function setAsideOf(record: SetAsideRecord): SetAsideJson {
  const { id, reader, topic, partition, offset, tenantId, runId, cause, message, tries, redrivenAt } = record;
  return {
    id,
    reader,
    topic,
    partition,
    offset: offset.toString(),
    tenantId,
    runId,
    cause,
    message,
    at: isoOf(record.at),
    tries,
    triedAt: isoOf(record.triedAt),
    state: stateOf(record),
    askedBy: record.redriveAskedBy,
    redrivenAt: redrivenAt === null ? null : isoOf(redrivenAt),
    links: {
      job: runId === null ? null : `/v1/jobs/${encodeURIComponent(runId)}`,
      redrive: redrivenAt === null ? `/v1/read-model/set-aside/${id}/redrive` : null,
    },
  };
}

function stateOf({ redriveAskedAt, redrivenAt }: SetAsideRecord): SetAsideJson['state'] {
  if (redrivenAt !== null) return 'redriven';
  return redriveAskedAt === null ? 'set-aside' : 'redrive-asked';
}

/** Encodes a cursor for clients: opaque and safe in a URL. */
export function writeSetAsideCursor({ at, id }: SetAsideCursor): string {
  return Buffer.from(`${at}/${id}`).toString('base64url');
}

/** Decodes a cursor; undefined for any other text. */
export function readSetAsideCursor(text: string): SetAsideCursor | undefined {
  const [, at, id] =
    /^(\d{1,15})\/([a-z.-]{1,100}-\d{1,6}-\d{1,19})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
}
