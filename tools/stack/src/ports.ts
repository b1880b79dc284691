import { createServer } from 'node:net';
import { isPaired, portNames, portVariable, type PortName } from './names.ts';
import { Problem } from './problem.ts';

export type Ports = Readonly<Record<PortName, number>>;

/** Second port of a paired one (see `pairedPorts`). */
const pairDistance = 10_000;

/** Chosen ports lie below the range that systems give to outgoing connections, from 32,768 on Linux. */
const lowest = 12_000;
const highest = 32_000;

export interface PortChoice {
  /** Ports of an earlier start, reused where they are still free. */
  readonly remembered: Partial<Record<PortName, number>>;
  /** The environment: `DOCFLEET_PORT_<NAME>` fixes a port. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isFree: (port: number) => Promise<boolean>;
  /** 0 to 1, for the place to look for a new port. */
  readonly random: () => number;
}

/** A port for every name; no two are the same. @throws Problem when a fixed port is in use or no number. */
export async function choosePorts(choice: PortChoice): Promise<Ports> {
  const taken = new Set<number>();
  const chosen: Partial<Record<PortName, number>> = {};
  const fixed = portNames.filter((name) => isSet(choice.environment[portVariable(name)]));
  for (const name of [...fixed, ...portNames.filter((other) => !fixed.includes(other))]) {
    const port = await choosePort(name, choice, taken);
    for (const each of portsOf(name, port)) taken.add(each);
    chosen[name] = port;
  }
  return chosen as Ports;
}

async function choosePort(name: PortName, choice: PortChoice, taken: Set<number>): Promise<number> {
  const usable = async (port: number): Promise<boolean> => {
    for (const each of portsOf(name, port)) {
      if (taken.has(each) || !(await choice.isFree(each))) return false;
    }
    return true;
  };

  const variable = portVariable(name);
  const text = choice.environment[variable];
  if (isSet(text)) {
    const port = parsePort(name, variable, text);
    if (!(await usable(port)))
      throw new Problem(
        `${variable}=${text}: port ${text} is in use. Choose another one, or end what listens on it.`,
      );
    return port;
  }
  const before = choice.remembered[name];
  if (before !== undefined && (await usable(before))) return before;
  const span = (isPaired(name) ? highest - pairDistance : highest) - lowest;
  for (let tries = 0; tries < 1000; tries += 1) {
    const port = lowest + Math.floor(choice.random() * span);
    if (await usable(port)) return port;
  }
  throw new Problem(`No free port was found between ${lowest} and ${highest}.`);
}

function parsePort(name: PortName, variable: string, text: string): number {
  const port = Number(text);
  const limit = isPaired(name) ? 65_535 - pairDistance : 65_535;
  if (Number.isInteger(port) && port > 0 && port <= limit) return port;
  throw new Problem(`${variable}=${text}: expected a port from 1 to ${limit}.`);
}

function portsOf(name: PortName, port: number): number[] {
  return isPaired(name) ? [port, port + pairDistance] : [port];
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Ports that are free now, for a short time, and are not among those `taken` for later. */
export async function anyFreePorts(count: number, taken: readonly number[] = []): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (![...found, ...taken].includes(port) && (await isPortFree(port))) found.push(port);
  }
  return found;
}
