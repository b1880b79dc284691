import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { problemOf } from '../core/problem.ts';
import { lingerMs } from './linger.ts';
import type { Api } from './parts.ts';
import { sendProblem } from './problems.ts';

/** Checks of a body that arrives, within the time after which it counts as stalled. */
const checksPerTimeout = 4;

/**
 * Ends bodies that nobody needs: a request that is answered before its body has arrived (too large, no valid key) has its
 * connection closed half a second later, and a body of which nothing arrives for `stallTimeoutMs` is answered with 408.
 */
export function endUnreadBodies(api: Api, { stallTimeoutMs }: { readonly stallTimeoutMs: number }): void {
  api.addHook('onRequest', (request, reply, done) => {
    if (isArriving(request.raw)) {
      const stop = watchForStall(request, stallTimeoutMs, () => {
        if (reply.sent) return;
        const message = `no byte arrived for ${stallTimeoutMs} ms`;
        const path = request.url.split('?')[0] ?? '';
        sendProblem(
          reply,
          problemOf('REQUEST_INVALID', path, { status: 408, faults: [{ path: 'body', message }] }),
        );
      });
      reply.raw.once('close', stop);
    }
    done();
  });
  api.addHook('onSend', ({ raw }, reply, _payload, done) => {
    if (isArriving(raw)) {
      // Else a client may send its next request on a connection that is about to be closed.
      void reply.header('connection', 'close');
      // After such a response Node destroys the socket at once, which would reset the connection. `onResponse` closes it.
      raw.socket.destroySoon = () => raw.socket.end();
    }
    done();
  });
  api.addHook('onResponse', ({ raw }, _reply, done) => {
    if (isArriving(raw)) {
      raw.unpipe();
      raw.resume();
      raw.socket.end();
      // Destroys the socket too. Destroying only that would leave whoever reads the body waiting for ever, since after the
      // response Node no longer tells a request that its connection was closed.
      setTimeout(() => {
        raw.destroy();
        raw.socket.destroy();
      }, lingerMs);
    }
    done();
  });
}

/** Whether the request has a body that has not arrived completely. */
function isArriving(raw: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
  return !raw.complete && (encoding !== undefined || Number(length) > 0);
}

/** Calls `onStall` when the client sends nothing. Bytes that arrived and wait to be read are no fault of the client. */
function watchForStall({ raw }: FastifyRequest, timeoutMs: number, onStall: () => void): () => void {
  let seen = raw.socket.bytesRead;
  let quietChecks = 0;
  const timer = setInterval(() => {
    const { bytesRead } = raw.socket;
    const isQuiet = bytesRead === seen && raw.readableLength === 0;
    quietChecks = isQuiet ? quietChecks + 1 : 0;
    seen = bytesRead;
    if (!isArriving(raw)) clearInterval(timer);
    else if (quietChecks >= checksPerTimeout) {
      clearInterval(timer);
      onStall();
    }
  }, timeoutMs / checksPerTimeout);
  return () => {
    clearInterval(timer);
  };
}
