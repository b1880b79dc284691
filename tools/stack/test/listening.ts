import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The state LISTEN in /proc/net/tcp. */
const listening = '0A';

/** 127.0.0.0/8, ::1 and 127.0.0.0/8 as IPv6, as /proc/net/tcp writes them: words in the order of the processor. */
const loopback = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

export interface Listener {
  /** Hexadecimal, as the kernel writes it. */
  readonly address: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

/** What processes listen on, by TCP over IPv4 and IPv6. */
export function listenersOf(pids: readonly number[]): readonly Listener[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listening && sockets.has(fields[9] ?? ''))
      .map(([, local = '']) => {
        const [address = '', port = ''] = local.split(':');
        return { address, port: Number.parseInt(port, 16), isLoopback: loopback.test(address) };
      }),
  );
}

/** Inodes of the sockets that a process has open. */
function socketsOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}
