import { readdirSync, readFileSync } from 'node:fs';

/** What one process has used so far. */
export interface ProcessUse {
  readonly pid: number;
  readonly parent: number;
  /** User and system time since its start, in seconds: its own, and that of children that have ended. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** The kernel counts time in ticks of this many to the second on every Linux we run on (USER_HZ). */
const ticksPerSecond = 100;

const pageBytes = 4096;

/** Reads `/proc/<pid>/stat`; the name in brackets may hold spaces and brackets itself, so fields count from the last one. */
export function parseStat(text: string): ProcessUse {
  const pid = Number(text.slice(0, text.indexOf(' ')));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid,
    parent: field(4),
    cpuSeconds: (field(14) + field(15) + field(16) + field(17)) / ticksPerSecond,
    residentBytes: field(24) * pageBytes,
  };
}

/** Every process of this machine. */
export function allProcesses(): readonly ProcessUse[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
      } catch {
        return [];
      }
    });
}

/** The processes below and including `roots`. */
export function treeOf(processes: readonly ProcessUse[], roots: readonly number[]): readonly ProcessUse[] {
  const wanted = new Set(roots);
  for (let before = -1; before !== wanted.size;) {
    before = wanted.size;
    for (const process of processes) if (wanted.has(process.parent)) wanted.add(process.pid);
  }
  return processes.filter((process) => wanted.has(process.pid));
}

export function cpuSecondsOf(processes: readonly ProcessUse[]): number {
  return processes.reduce((sum, process) => sum + process.cpuSeconds, 0);
}

export function residentBytesOf(processes: readonly ProcessUse[]): number {
  return processes.reduce((sum, process) => sum + process.residentBytes, 0);
}

/**
 * Memory of processes together, pages that several of them share counted once (PSS of `/proc/<pid>/smaps_rollup`);
 * the sum of resident sets counts the code of Node anew for each process.
 */
export function proportionalBytesOf(processes: readonly ProcessUse[]): number {
  return processes.reduce((sum, { pid }) => {
    try {
      return sum + parsePss(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    } catch {
      return sum;
    }
  }, 0);
}

/** Proportional share of a `smaps_rollup`, in bytes; 0 where it says none. */
export function parsePss(text: string): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

/** Middle value; the mean of the two middle ones where there are two; 0 of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}

/** Seconds that the processors of this machine were busy since its start, from `/proc/stat`: all but idle and waiting for disks. */
export function machineBusySeconds(): number {
  return parseBusy(readFileSync('/proc/stat', 'utf8'));
}

/** Busy time of the first line of a `/proc/stat`, in seconds; time of guests is in that of users. */
export function parseBusy(text: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = (/^cpu +(.*)$/m.exec(text)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softIrq) / ticksPerSecond;
}
