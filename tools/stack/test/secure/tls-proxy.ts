import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { CertificateFiles } from '@docfleet/testing';

export interface TlsProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** A port of 127.0.0.1 that ends TLS in front of a server that has none. */
export async function openTlsProxy(upstreamPort: number, files: CertificateFiles): Promise<TlsProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ cert: readFileSync(files.cert), key: readFileSync(files.key) }, (secure) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const socket of [secure, upstream]) {
      sockets.add(socket);
      // An end of one side ends the other; the clients judge it.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        secure.destroy();
        upstream.destroy();
      });
    }
    secure.pipe(upstream).pipe(secure);
  });
  // A client that refuses the certificate is what some tests are about.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
