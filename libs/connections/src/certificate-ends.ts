import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** When the certificates of one setting stop being valid. */
export interface CertificateEnd {
  /** Name of the setting, such as `KAFKA_TLS_CERT_FILE`. */
  readonly setting: string;
  /** The earliest end of its certificates, in milliseconds since the epoch. */
  readonly endsAtMs: number;
}

const certificateSetting = /^[A-Z]+_TLS_(CLIENT_)?(CA|CERT)_FILE$/;

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The ends of all certificates that parsed settings name: own certificates and authorities. A setting holds the
 * certificates themselves, or the path of a file that is read again when it changes. What cannot be read is left out: the
 * connection that needs it reports it.
 */
export function certificateEnds(settings: object): readonly CertificateEnd[] {
  return Object.entries(settings).flatMap(([setting, value]: [string, unknown]) => {
    if (!certificateSetting.test(setting) || typeof value !== 'string') return [];
    const ends = (pemOf(value)?.match(certificate) ?? []).map(endOf);
    return ends.length === 0 ? [] : [{ setting, endsAtMs: Math.min(...ends) }];
  });
}

function pemOf(value: string): string | undefined {
  if (value.includes('-----BEGIN ')) return value;
  try {
    return readFileSync(value, 'utf8');
  } catch {
    return undefined;
  }
}

function endOf(pem: string): number {
  return Date.parse(new X509Certificate(pem).validTo);
}
