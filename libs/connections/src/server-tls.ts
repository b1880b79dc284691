import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { SecureContextOptions, Server, TlsOptions } from 'node:tls';

/** Files of a server's own TLS. */
export interface ServerTlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Authorities of which every client must show a certificate; undefined: clients need none. */
  readonly clientCa: string | undefined;
}

/** TLS of a process that others connect to. */
export interface ServerTls {
  readonly options: TlsOptions;
  /** Reads the files again when one of them changes, until the returned function is called. */
  follow(server: Pick<Server, 'setSecureContext'>, onProblem: (error: unknown) => void): () => void;
}

/** Interval in which the files are looked at, in milliseconds. */
const lookMs = 5_000;

/** @throws Error when a file cannot be read */
export function serverTls(files: ServerTlsFiles, intervalMs: number = lookMs): ServerTls {
  const paths = [files.cert, files.key, ...(files.clientCa === undefined ? [] : [files.clientCa])];
  const read = (): SecureContextOptions => ({
    cert: readFileSync(files.cert),
    key: readFileSync(files.key),
    ...(files.clientCa !== undefined && { ca: readFileSync(files.clientCa) }),
    minVersion: 'TLSv1.2',
  });
  return {
    options: {
      ...read(),
      ...(files.clientCa !== undefined && { requestCert: true, rejectUnauthorized: true }),
    },
    follow: (server, onProblem) => {
      const reload = (): void => {
        try {
          server.setSecureContext(read());
        } catch (error) {
          // While the files are being exchanged they may not fit: the next change is looked at again.
          onProblem(error);
        }
      };
      for (const path of paths) watchFile(path, { interval: intervalMs, persistent: false }, reload);
      return () => {
        for (const path of paths) unwatchFile(path, reload);
      };
    },
  };
}
