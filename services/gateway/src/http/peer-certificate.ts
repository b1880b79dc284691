import type { FastifyRequest } from 'fastify';
import { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../core/client-certificate.ts';

/**
 * The verified certificate of the client at the other end of the connection; undefined for a client without one. Behind a
 * proxy that ends TLS this is none, or that of the proxy: no header is believed in its place.
 */
export function peerCertificate(request: FastifyRequest): ClientCertificate | undefined {
  const { socket } = request.raw;
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const found = socket.getPeerCertificate();
  if (Object.keys(found).length === 0) return undefined;
  return {
    subject: { ...found.subject },
    issuer: { ...found.issuer },
    alternativeNames: found.subjectaltname ?? '',
    endsAt: Date.parse(found.valid_to),
  };
}
