/** A result with what it took of this process, over all threads. */
export interface Measured<T> {
  readonly value: T;
  readonly cpuMs: number;
  readonly peakRssMb: number;
}

/** Adds the processor time and memory of an action to its result; this process does nothing else meanwhile. */
export async function measured<T>(action: () => Promise<T>): Promise<Measured<T>> {
  const before = process.cpuUsage();
  const value = await action();
  const { user, system } = process.cpuUsage(before);
  return {
    value,
    cpuMs: (user + system) / 1000,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}
