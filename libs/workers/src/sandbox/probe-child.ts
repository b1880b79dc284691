import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { serveWorker } from '../serve.ts';

export interface ProbeSetup {
  /** Port of 127.0.0.1 on which the parent listens. */
  readonly port: number;
  /** A file that may be read in the set-up. */
  readonly readable: string;
}

/** What a child reaches after its set-up. */
export interface ProbeAnswer {
  readonly host: string;
  readonly connected: boolean;
  readonly opened: boolean;
}

// Entry point of the child that `chooseSandbox` starts: see choose.ts.
serveWorker<null, ProbeAnswer, ProbeSetup>({
  setup: ({ port, readable }) =>
    Promise.resolve(async () => ({
      host: hostname(),
      connected: await connects(port),
      opened: opens(readable),
    })),
});

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function opens(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}
