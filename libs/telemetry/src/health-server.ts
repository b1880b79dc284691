import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

/** Whether something is well and, if not, why, in words for an operator. */
export interface HealthVerdict {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

export const healthy: HealthVerdict = { ok: true, reasons: [] };

/** Not well when at least one reason is given; absent reasons are left out. */
export function healthOf(reasons: readonly (string | undefined)[]): HealthVerdict {
  const given = reasons.filter((reason) => reason !== undefined);
  return { ok: given.length === 0, reasons: given };
}

export interface HealthChecks {
  /** Whether the process should live on; false makes the platform restart it. */
  live(): HealthVerdict | Promise<HealthVerdict>;
  /** Whether it can do its work now; what is missing stands in the reasons. */
  ready(): HealthVerdict | Promise<HealthVerdict>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers `GET /health`, `/ready` (200, or 503 with the reasons, as JSON) and `/metrics`. Port 0 takes a free one.
 *
 * @throws Error in words when the port is in use or may not be used
 */
export async function startHealthServer(
  options: HealthChecks & { readonly host: string; readonly port: number; readonly metrics: Metrics },
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(options, request, response);
  });
  await listen(server, options);
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

/** Status and body of a verdict, the same on every service. */
export function healthAnswer(verdict: HealthVerdict): {
  status: 200 | 503;
  body: { status: 'ok' | 'unavailable'; reasons: readonly string[] };
} {
  return verdict.ok
    ? { status: 200, body: { status: 'ok', reasons: verdict.reasons } }
    : { status: 503, body: { status: 'unavailable', reasons: verdict.reasons } };
}

async function answer(
  options: HealthChecks & { readonly metrics: Metrics },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    switch (URL.parse(request.url ?? '', 'http://localhost')?.pathname ?? '') {
      case '/health':
        sendVerdict(response, await options.live());
        return;
      case '/ready':
        sendVerdict(response, await options.ready());
        return;
      case '/metrics':
        send(response, 200, options.metrics.contentType, await options.metrics.text());
        return;
      default:
        send(response, 404, 'application/json', '{"status":"not found"}');
    }
  } catch {
    sendVerdict(response, { ok: false, reasons: ['the check itself failed'] });
  }
}

function sendVerdict(response: ServerResponse, verdict: HealthVerdict): void {
  const { status, body } = healthAnswer(verdict);
  send(response, status, 'application/json', JSON.stringify(body));
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}

function listen(server: Server, at: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : (cause.code ?? cause.message);
      reject(
        new Error(`cannot listen on ${at.host}:${at.port}: ${why}; set HTTP_HOST and HTTP_PORT`, { cause }),
      );
    });
    server.listen(at.port, at.host, resolve);
  });
}
