import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Longest life of a signed URL, in seconds. */
export const maxLinkSeconds = 900;

/** Longest token that is looked at, in characters: longer than any that is made. */
export const maxLinkLength = 1_000;

/** What a signed URL of the gateway gives: one artifact of one revision of a run, until a time in milliseconds. */
export interface ArtifactLink {
  readonly tenantId: string;
  readonly runId: string;
  readonly revision: number;
  readonly name: string;
  readonly expiresAt: number;
}

const content = z.tuple([z.string(), z.string(), z.int(), z.string(), z.int()]);

/** The token of a link: what it gives, and an HMAC-SHA-256 of it under a secret that the gateways share. */
export function signLink(
  { tenantId, runId, revision, name, expiresAt }: ArtifactLink,
  secret: string,
): string {
  const body = Buffer.from(JSON.stringify([tenantId, runId, revision, name, expiresAt])).toString(
    'base64url',
  );
  return `${body}.${macOf(body, secret).toString('base64url')}`;
}

/** What a token gives; undefined when it was not signed with the secret, or is past its time. */
export function readLink(token: string, secret: string, now: number): ArtifactLink | undefined {
  const [body = '', given = '', ...rest] = token.split('.');
  const mac = Buffer.from(given, 'base64url');
  const expected = macOf(body, secret);
  if (rest.length > 0 || mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined;
  const [tenantId, runId, revision, name, expiresAt] = content.parse(
    JSON.parse(Buffer.from(body, 'base64url').toString()),
  );
  return expiresAt <= now ? undefined : { tenantId, runId, revision, name, expiresAt };
}

/** The prefix keeps the secret from signing anything else. */
function macOf(body: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`docfleet.artifact-link/1.${body}`).digest();
}
