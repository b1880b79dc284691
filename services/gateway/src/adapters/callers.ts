import type { KeyHolder } from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';
import {
  holderOfCertificate,
  type ClientCertificate,
  type ClientCertificateRule,
} from '../core/client-certificate.ts';
import type { KeyHolders } from './key-holders.ts';
import type { TenantStates } from './tenant-states.ts';
import { looksLikeToken, maxTokenLength, type TokenHolders } from './token-holders.ts';

/** How a call says who makes it. */
export interface Credentials {
  /** The header Authorization. */
  readonly authorization: string | undefined;
  /** Of the connection itself: no header stands for one. */
  readonly certificate: ClientCertificate | undefined;
  readonly address: string;
}

/** Finds out who makes a call: by an API key, a token, or a client certificate. */
export interface Callers {
  /**
   * @throws FailureError `UNAUTHENTICATED`, also where key and certificate are of different tenants; and what `KeyHolders`
   *   and `TokenHolders` throw
   */
  of(credentials: Credentials): Promise<KeyHolder>;
}

/** Longest API key, in characters. */
const maxKeyLength = 500;

export function findCallers(parts: {
  readonly keys: KeyHolders;
  readonly tokens: TokenHolders;
  readonly certificates: readonly ClientCertificateRule[];
  readonly tenants: TenantStates;
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics: Pick<Metrics, 'counter'>;
}): Callers {
  const { keys, tokens, tenants, clock } = parts;
  const refused = parts.metrics.counter(
    'docfleet_sign_ins_refused_total',
    'Calls whose key, token or certificate was refused.',
    ['means', 'code'],
  );
  const byCertificate = (certificate: ClientCertificate | undefined): KeyHolder | undefined => {
    if (certificate === undefined || certificate.endsAt <= clock.now()) return undefined;
    const found = holderOfCertificate(certificate, parts.certificates);
    if (found === undefined) return undefined;
    const { scope, subject, issuer } = found;
    return { ...scope, keyId: `${subject} (${issuer})`, identity: { subject, issuer } };
  };
  const byBearer = async (credential: string | undefined, address: string): Promise<KeyHolder> => {
    if (credential !== undefined && looksLikeToken(credential)) return tokens.of(credential, address);
    return keys.of(
      credential !== undefined && credential.length > maxKeyLength ? undefined : credential,
      address,
    );
  };
  const find = async (given: Credentials, credential: string | undefined): Promise<KeyHolder> => {
    const shown = byCertificate(given.certificate);
    if (shown === undefined) return byBearer(credential, given.address);
    if (shown.tenantId !== null) await tenants.requireActive(shown.tenantId);
    if (given.authorization === undefined) return shown;
    const holder = await byBearer(credential, given.address);
    if (holder.tenantId !== shown.tenantId) throw new FailureError('UNAUTHENTICATED');
    return holder;
  };
  return {
    of: async (given) => {
      const credential = bearerIn(given.authorization);
      try {
        return await find(given, credential);
      } catch (error) {
        if (error instanceof FailureError)
          refused.inc({ means: meansOf(given, credential), code: error.code });
        throw error;
      }
    },
  };
}

function bearerIn(authorization: string | undefined): string | undefined {
  const [, credential] = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '') ?? [];
  return credential !== undefined && credential.length <= maxTokenLength ? credential : undefined;
}

function meansOf({ authorization, certificate }: Credentials, credential: string | undefined): string {
  if (credential !== undefined) return looksLikeToken(credential) ? 'token' : 'key';
  if (authorization !== undefined) return 'other';
  return certificate === undefined ? 'none' : 'certificate';
}
