import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const timeoutMs = 1000;

/** Whether a GET is answered with success. */
export async function answersHttp(url: string): Promise<boolean> {
  return (await httpStatus(url))?.startsWith('2') === true;
}

/** Status of a GET as text, undefined without an answer. */
async function httpStatus(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' });
    await response.arrayBuffer();
    return String(response.status);
  } catch {
    return undefined;
  }
}

/** Whether something listens there. */
export function acceptsTcp(host: string, port: number): Promise<boolean> {
  return tcpExchange({ host, port });
}

/** Sends `send` when connected and waits for an answer containing `expect`; without them, for the connection. */
export function tcpExchange(options: {
  readonly host: string;
  readonly port: number;
  readonly send?: string;
  readonly expect?: string;
}): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: options.host, port: options.port, timeout: timeoutMs });
    const settle = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    let received = '';
    socket.on('connect', () => {
      if (options.send === undefined) settle(true);
      else socket.write(options.send);
    });
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      if (options.expect !== undefined && received.includes(options.expect)) settle(true);
    });
    for (const event of ['error', 'timeout', 'close']) {
      socket.on(event, () => {
        settle(false);
      });
    }
  });
}

/** Whether the log says so; false while there is no log. */
export function logContains(logFile: string, text: string): boolean {
  try {
    return readFileSync(logFile, 'utf8').includes(text);
  } catch {
    return false;
  }
}
