import type { ServerName } from '../names.ts';
import type { SupervisedProcess } from '../supervised-process.ts';

/** Brings the servers of one instance up and down, by whatever means. */
export interface ServerProvider {
  /** Makes everything present that starting needs; downloads happen here and only the first time. */
  provision(names: readonly ServerName[]): Promise<void>;
  /** Starts one server on its data, without waiting for it. */
  start(name: ServerName): Promise<void>;
  /** Resolves with the server's address when it answers. @throws Problem when it does not in time. */
  ready(name: ServerName): Promise<string>;
  /** Ends all that was started. */
  stop(): Promise<void>;
  /** Ends all at once, without waiting. */
  kill(): void;
  /** What runs as processes of this machine. */
  processes(): readonly SupervisedProcess[];
}
