import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { ServerTls } from '@docfleet/connections';
import type { Metrics } from './metrics.ts';

/** Result of a health check, with reasons for operators. */
export interface HealthVerdict {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

export const healthy: HealthVerdict = { ok: true, reasons: [] };

/** Not healthy when there is at least one reason; undefined ones are ignored. */
export function healthOf(reasons: readonly (string | undefined)[]): HealthVerdict {
  const given = reasons.filter((reason) => reason !== undefined);
  return { ok: given.length === 0, reasons: given };
}

export interface HealthChecks {
  /** Liveness: when it fails, the platform restarts the process. */
  live(): HealthVerdict | Promise<HealthVerdict>;
  /** Readiness: whether the process can work now; reasons name what is missing. */
  ready(): HealthVerdict | Promise<HealthVerdict>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers `GET /health`, `/ready` (200, or 503 with the reasons, as JSON) and `/metrics`. Port 0: any free
 * port.
 *
 * @throws Error when the port is in use or not permitted
 */
export async function startHealthServer(
  options: HealthChecks & {
    readonly host: string;
    readonly port: number;
    readonly metrics: Metrics;
    /** Absent: plain HTTP. */
    readonly tls?: ServerTls | undefined;
    /** Takes the error of a new certificate that cannot be used; the one before stays. */
    readonly onTlsProblem?: (error: unknown) => void;
  },
): Promise<HealthServer> {
  const { server, unfollow } = createHttpServer(options, (request, response) => {
    void answer(options, request, response);
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        unfollow();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function createHttpServer(
  options: { readonly tls?: ServerTls | undefined; readonly onTlsProblem?: (error: unknown) => void },
  listener: RequestListener,
): { readonly server: Server; readonly unfollow: () => void } {
  const { tls, onTlsProblem = () => undefined } = options;
  if (tls === undefined) return { server: createServer(listener), unfollow: () => undefined };
  const server = createTlsServer(tls.options, listener);
  return { server, unfollow: tls.follow(server, onTlsProblem) };
}

/** HTTP status and body of a verdict. */
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
      case '/metrics': {
        const { contentType, body } = await options.metrics.exposition(request.headers.accept);
        send(response, 200, contentType, body);
        return;
      }
      default:
        send(response, 404, 'application/json', '{"status":"not found"}');
    }
  } catch {
    sendVerdict(response, { ok: false, reasons: ['the health check failed'] });
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
        new Error(`Cannot listen on ${at.host}:${at.port}: ${why}. Set HTTP_HOST and HTTP_PORT.`, { cause }),
      );
    });
    server.listen(at.port, at.host, resolve);
  });
}
