import { connect } from 'node:net';
import type { FuzzedCall } from './fuzzed-call.ts';

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: string;
}

export interface CallOptions {
  /** `http://host:port` */
  readonly api: string;
  readonly apiKey: string;
  /** Address that the calls come from. */
  readonly from: string;
  readonly timeoutMs: number;
}

/**
 * Sends the bytes of a call as they are, over a connection of its own; no client library would. Undefined when the
 * connection ended, or the time was over, without an answer.
 */
export function sendCall(options: CallOptions, call: FuzzedCall): Promise<Answer | undefined> {
  const { hostname, port } = new URL(options.api);
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
  const socket = connect({ host: hostname, port: Number(port), localAddress: options.from });
  const chunks: Buffer[] = [];
  socket.setTimeout(options.timeoutMs, () => socket.destroy());
  socket.on('connect', () => {
    socket.write(bytesOf(call, { host: `${hostname}:${port}`, apiKey: options.apiKey }));
    if (call.missingBytes > 0) socket.end();
  });
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    resolve(answerIn(Buffer.concat(chunks)));
  });
  return promise;
}

function bytesOf(call: FuzzedCall, to: { readonly host: string; readonly apiKey: string }): Buffer {
  const { method, target, headers, body, missingBytes, key } = call;
  const secret = key === 'own' ? to.apiKey : key === 'none' ? undefined : key.text;
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `host: ${to.host}`,
    'connection: close',
    `content-length: ${body.length + missingBytes}`,
    ...(secret === undefined ? [] : [`authorization: Bearer ${secret}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** The last answer in the bytes: an interim one (100) may come first. */
function answerIn(bytes: Buffer): Answer | undefined {
  const text = bytes.toString();
  const [, status, head, body] = /^HTTP\/1\.1 (\d{3})[^\r\n]*\r\n([^]*?)\r\n\r\n([^]*)$/.exec(text) ?? [];
  if (status === undefined || head === undefined || body === undefined) return undefined;
  if (status === '100') return answerIn(Buffer.from(body));
  const mediaType = /^content-type: *([^;\r\n]*)/im.exec(head)?.[1] ?? '';
  return { status: Number(status), mediaType, body };
}
