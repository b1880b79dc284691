import { readdirSync, readFileSync } from 'node:fs';

/** Processes with the mark in their environment, as `pid command`, without zombies and this process (Linux only). */
export function leftoversOf(mark: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command === '' ? [] : [`${pid} ${command.slice(0, 160)}`];
      } catch {
        return [];
      }
    });
}
