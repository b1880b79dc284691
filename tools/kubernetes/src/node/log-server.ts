import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { CertificateFiles } from '@docfleet/testing/certificates';

export interface LogServerOptions {
  readonly certificate: CertificateFiles;
  /** Certificate of the authority that the API server's client certificate must be of. */
  readonly authority: string;
  /** File of a container's output; undefined where this node has no such pod. */
  readonly logFileOf: (namespace: string, pod: string, container: string) => string | undefined;
}

/** What `kubectl logs` reads: `GET /containerLogs/<namespace>/<pod>/<container>`, whole or its last lines. */
export async function openLogServer(
  options: LogServerOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { certificate, authority, logFileOf } = options;
  const server: Server = createServer(
    {
      cert: readFileSync(certificate.cert),
      key: readFileSync(certificate.key),
      ca: readFileSync(authority),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      const url = new URL(request.url ?? '', 'https://127.0.0.1');
      const [kind, namespace = '', pod = '', container = ''] = url.pathname.split('/').slice(1);
      const file = kind === 'containerLogs' ? logFileOf(namespace, pod, container) : undefined;
      if (file === undefined || !existsSync(file)) {
        response.writeHead(404).end(`no logs at ${url.pathname}`);
        return;
      }
      response.end(lastLines(readFileSync(file, 'utf8'), url.searchParams.get('tailLines')));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function lastLines(text: string, count: string | null): string {
  if (count === null) return text;
  const lines = text.split('\n');
  const isEnded = lines.at(-1) === '';
  return lines.slice(-(Number(count) + (isEnded ? 1 : 0))).join('\n');
}
