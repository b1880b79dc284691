import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import type { TlsMaterial } from '@docfleet/config';

/** Options of `tls.connect` for one server. */
export type ClientTls = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'servername' | 'minVersion' | 'checkServerIdentity'
>;

/** The server's certificate is valid, and none of those that are pinned. */
export class CertificatePinError extends Error {
  readonly code = 'CERTIFICATE_NOT_PINNED';

  constructor() {
    super('the certificate is not one of the pinned certificates');
    this.name = 'CertificatePinError';
  }
}

/**
 * TLS to a server: its certificate must come from an authority (those given, or Node's), carry the name that is
 * connected to, or `serverName`, and be one of the pinned ones where there are any. Nothing switches these checks off.
 */
export function clientTls(material: TlsMaterial | undefined): ClientTls {
  const { ca, cert, key, pins, serverName } = material ?? {};
  return {
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    checkServerIdentity: (host, certificate) =>
      checkServerIdentity(serverName ?? host, certificate) ?? checkPins(pins, certificate),
  };
}

function checkPins(pins: readonly string[] | undefined, certificate: PeerCertificate): Error | undefined {
  if (pins === undefined) return undefined;
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  return pins.includes(fingerprint) ? undefined : new CertificatePinError();
}
