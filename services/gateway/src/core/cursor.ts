import type { RunCursor } from '@docfleet/contracts';

/** Encodes a cursor for clients: opaque and safe in a URL. */
export function writeCursor(cursor: RunCursor): string {
  return Buffer.from(`${cursor.createdAt}/${cursor.runId}`).toString('base64url');
}

/** Decodes a cursor; undefined for any other text. */
export function readCursor(text: string): RunCursor | undefined {
  const [, createdAt, runId] =
    /^(\d{1,15})\/([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  return createdAt === undefined || runId === undefined ? undefined : { createdAt: Number(createdAt), runId };
}
