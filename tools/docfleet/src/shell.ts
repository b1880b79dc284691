import type { Readable } from 'node:stream';
import type { Environment } from '@docfleet/config';

/** Where text goes; `isTTY` and `columns` are those of a terminal. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string | Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** What a program of this command is given of its process. */
export interface Shell {
  readonly environment: Environment;
  /** The folder in which the person typed the command. */
  readonly folder: string;
  /** Where models are when MODELS_DIR does not say so; they are fetched into it. */
  readonly modelsFolder: string;
  /** The home folder of the person. */
  readonly homeFolder: string;
  /** Where the local stack writes its addresses. */
  readonly endpointsFile: string;
  /** Makes a folder that is removed when the process ends. */
  readonly temporaryFolder: () => string;
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since the process began. */
  readonly elapsedMs: () => number;
  /** Aborts when the person, or the system, asks the process to end. */
  readonly signal: AbortSignal;
}
