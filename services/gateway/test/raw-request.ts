import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: { readonly code?: unknown; readonly status?: unknown; readonly errors?: unknown };
  /** Time from the first byte of the answer to the end of the connection, in milliseconds. */
  readonly closedAfterMs: number;
}

/**
 * Sends bytes as they are and reads the answer until the server closes the connection. `keepSending` is sent again and
 * again until then, whatever the server answers; with `readAfterMs` the answer is read that long after the connection began.
 */
export function rawRequest(
  url: string,
  bytes: string | Uint8Array,
  options: { readonly keepSending?: Uint8Array; readonly readAfterMs?: number } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect({
      port: Number(port),
      host: hostname,
      allowHalfOpen: options.keepSending !== undefined,
    });
    const received: Buffer[] = [];
    let answeredAt: number | undefined;
    const sendMore = (more: Uint8Array): void => {
      if (socket.writable) socket.write(more, () => setTimeout(sendMore, 1, more));
    };
    socket.on('connect', () => {
      socket.write(bytes);
      if (options.keepSending !== undefined) sendMore(options.keepSending);
      if (options.readAfterMs === undefined) return;
      socket.pause();
      setTimeout(() => socket.resume(), options.readAfterMs);
    });
    socket.on('data', (chunk: Buffer) => {
      answeredAt ??= performance.now();
      received.push(chunk);
    });
    // A server that closes while it is sent to resets the connection.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      try {
        const closedAfterMs = performance.now() - (answeredAt ?? performance.now());
        resolve({ ...parseAnswer(Buffer.concat(received).toString()), closedAfterMs });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

function parseAnswer(text: string): Omit<RawAnswer, 'closedAfterMs'> {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const json = /\{.*\}/s.exec(rest.join('\r\n\r\n'))?.[0];
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    problem: JSON.parse(json ?? '{}') as RawAnswer['problem'],
  };
}
