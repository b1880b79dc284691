import type { EngineReading } from '../core/engine.ts';

/** Adds the processor time and memory of a reading, over all threads of this process, which reads one page at a time. */
export async function measured(
  read: () => Promise<Omit<EngineReading, 'cpuMs' | 'peakRssMb'>>,
): Promise<EngineReading> {
  const before = process.cpuUsage();
  const reading = await read();
  const { user, system } = process.cpuUsage(before);
  return {
    ...reading,
    cpuMs: (user + system) / 1000,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}
