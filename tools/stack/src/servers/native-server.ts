import type { Command } from '../command.ts';
import type { Layout } from '../layout.ts';
import type { PortName, ServerName } from '../names.ts';
import type { Ports } from '../ports.ts';
import type { Ending } from '../processes.ts';
import type { Machine } from '../provision/machine.ts';
import type { PrerequisiteName } from '../provision/prerequisites.ts';
import type { Secrets } from '../state.ts';

/** One instance's place on the machine. */
export interface Site {
  readonly layout: Layout;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly machine: Machine;
  /** Port of 127.0.0.1 that the broker sends its clients to, when something stands between; default: its own. */
  readonly advertisedKafkaPort?: number;
}

export type ServerCommand = Required<Pick<Command, 'file' | 'arguments' | 'folder'>> &
  Pick<Command, 'environment' | 'user'>;

/** A server run as a process of this machine. */
export interface NativeServer {
  readonly name: ServerName;
  /** For a person: `Kafka 4.3.1`. */
  readonly title: string;
  readonly ports: readonly PortName[];
  readonly needs: readonly PrerequisiteName[];
  readonly ending: Ending;
  /** Brings the server's files onto the machine; does nothing when they are there. */
  provision(machine: Machine): Promise<void>;
  /** Makes data folder and configuration ready, and gives the command that runs the server. */
  prepare(site: Site): Promise<ServerCommand>;
  /** Whether it answers. */
  isReady(site: Site, logFile: string): Promise<boolean>;
}
