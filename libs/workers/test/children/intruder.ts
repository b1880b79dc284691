import koffi from 'koffi';
import { serveWorker } from '../../src/index.ts';

/** What an intruder in a child tries, by calls of the C library: Node's own permissions do not see them. */
export const attempts = [
  'tcp',
  'udp',
  'unix',
  'users',
  'parentEnvironment',
  'home',
  'create',
  'fork',
  'program',
  'signalParent',
  'manyFiles',
] as const;
export type Attempt = (typeof attempts)[number];

export interface IntruderSetup {
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly socketPath: string;
  readonly home: string;
  readonly parent: number;
}

export type IntruderJob =
  { readonly do: 'attempt' | 'environment' | 'inSetup' } | { readonly do: 'write' | 'grow' | 'spin' };

type Outcomes = Record<Attempt, 'done' | 'refused'>;

const c = koffi.load(null);
const open = c.func('int open(const char *, int, ...)');
const close = c.func('int close(int)');
const write = c.func('long write(int, const void *, size_t)');
const socket = c.func('int socket(int, int, int)');
const connect = c.func('int connect(int, const void *, unsigned int)');
const send = c.func('long send(int, const void *, size_t, int)');
const fork = c.func('int fork()');
const leave = c.func('void _exit(int)');
const system = c.func('int system(const char *)');
const kill = c.func('int kill(int, int)');

/** From the headers of Linux. */
const flags = { readOnly: 0, createToWrite: 0o101 } as const;
const families = { unix: 1, inet: 2 } as const;
const kinds = { stream: 1, datagram: 2 } as const;

serveWorker<IntruderJob, unknown, IntruderSetup>({
  setup(setup) {
    const inSetup = intrude(setup);
    return Promise.resolve((job) => Promise.resolve(execute(job, setup, inSetup)));
  },
});

function execute(job: IntruderJob, setup: IntruderSetup, inSetup: Outcomes): unknown {
  switch (job.do) {
    case 'attempt':
      return intrude(setup);
    case 'inSetup':
      return inSetup;
    case 'environment':
      // eslint-disable-next-line no-restricted-properties -- the test checks what a child inherits
      return Object.keys(process.env).toSorted();
    case 'write': {
      const file = Number(open(`${setup.home}/written`, flags.createToWrite, 'int', 0o600));
      return file >= 0 && Number(write(file, Buffer.from('x'), 1)) === 1 ? 'done' : 'refused';
    }
    case 'grow':
      return Array.from({ length: 64 }, () => Buffer.alloc(32 * 1024 * 1024, 1)).length;
    case 'spin':
      for (;;);
  }
}

function intrude({ tcpPort, udpPort, socketPath, home, parent }: IntruderSetup): Outcomes {
  const outcome = (isDone: boolean): 'done' | 'refused' => (isDone ? 'done' : 'refused');
  return {
    tcp: outcome(reaches(kinds.stream, loopback(tcpPort))),
    udp: outcome(reaches(kinds.datagram, loopback(udpPort))),
    unix: outcome(reaches(kinds.stream, unixAddress(socketPath))),
    users: outcome(opens('/etc/passwd')),
    parentEnvironment: outcome(opens(`/proc/${String(parent)}/environ`)),
    home: outcome(opens(`${home}/secret`)),
    create: outcome(opens(`${home}/created`, flags.createToWrite)),
    fork: outcome(forks()),
    program: outcome(system('true') === 0),
    signalParent: outcome(kill(parent, 0) === 0),
    manyFiles: outcome(opensMany()),
  };
}

function opens(path: string, how: number = flags.readOnly): boolean {
  const file = Number(open(path, how, 'int', 0o600));
  return file >= 0 && close(file) === 0;
}

function reaches(kind: number, address: Buffer): boolean {
  const end = Number(socket(address.readUInt16LE(0), kind, 0));
  if (end < 0) return false;
  const isConnected = connect(end, address, address.length) === 0;
  const isSent = isConnected && Number(send(end, Buffer.from('x'), 1, 0)) === 1;
  close(end);
  return isSent;
}

/** `struct sockaddr_in` of 127.0.0.1. */
function loopback(port: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(families.inet, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
}

/** `struct sockaddr_un`. */
function unixAddress(path: string): Buffer {
  const address = Buffer.alloc(110);
  address.writeUInt16LE(families.unix, 0);
  address.write(path, 2);
  return address;
}

function forks(): boolean {
  const pid = Number(fork());
  if (pid === 0) leave(0);
  return pid > 0;
}

function opensMany(): boolean {
  const files = Array.from({ length: 300 }, () => Number(open('/dev/null', flags.readOnly)));
  const opened = files.filter((file) => file >= 0);
  for (const file of opened) close(file);
  return opened.length === files.length;
}
