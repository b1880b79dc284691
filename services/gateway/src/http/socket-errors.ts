import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf } from '../core/problem.ts';
import { lingerMs } from './linger.ts';

const statusOfError: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const messageOfStatus: Readonly<Record<number, string>> = {
  400: 'is not valid HTTP',
  405: 'this method is not supported',
  408: 'did not arrive in time',
  413: 'has too many chunk extensions',
  417: 'this expectation is not supported',
  431: 'its headers are too large',
};

/** Connections that were answered and are about to be closed. */
const closing = new WeakSet<Duplex>();

/** Answers what the HTTP parser refuses, before there is a request: a problem document, then the connection is closed. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  // What arrives after the answer is refused by the parser once more.
  if (error.code === 'ECONNRESET' || socket.destroyed || closing.has(socket)) return;
  endWithProblem(socket, statusOfError[error.code ?? ''] ?? 400);
}

/** Answers the two kinds of requests that Node hands to no route. */
export function answerUnroutedRequests(server: Server): void {
  server.on('connect', (_request, socket: Duplex) => {
    endWithProblem(socket, 405);
  });
  server.on('checkExpectation', (_request, response) => {
    const { status, headers, body } = problemResponse(417);
    response.writeHead(status, headers).end(body);
  });
}

function endWithProblem(socket: Duplex, wanted: number): void {
  const { status, headers, body } = problemResponse(wanted);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  closing.add(socket);
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  socket.resume();
  const destroy = (): void => {
    socket.destroy();
  };
  const timer = setTimeout(destroy, lingerMs);
  socket.once('end', destroy);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

function problemResponse(wanted: number) {
  const faults = [{ path: 'request', message: messageOfStatus[wanted] ?? '' }];
  const { problem } = problemOf('REQUEST_INVALID', '', { status: wanted, faults });
  const body = JSON.stringify(problem);
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...(wanted === 405 ? { allow: 'GET, HEAD, POST' } : {}),
  };
  return { status: problem.status, headers, body };
}
