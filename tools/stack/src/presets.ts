/**
 * Settings of a fleet for a size of installation (O-08). A setting of the environment wins over that of a preset. What each
 * of them does, and what to turn next: docs/tuning.md.
 */
export const presets = {
  /** One machine, one process a service: what `npm start` runs. */
  local: {
    TOPICS_PRESET: 'local',
    BATCH_MIN_FREE_MEMORY_BYTES: '33554432',
    BATCH_MIN_FREE_DISK_BYTES: '67108864',
  },
  /** The published partition counts; every other setting at its default. */
  standard: { TOPICS_PRESET: 'published' },
  /** Many documents at once on processes with four or more CPUs each: more runs in each process, and room for their records. */
  high_throughput: {
    TOPICS_PRESET: 'published',
    MAX_CONCURRENT_RUNS: '8',
    MAX_BYTES_IN_FLIGHT: '134217728',
    DATABASE_POOL_SIZE: '8',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type PresetName = keyof typeof presets;

export const presetNames = ['local', 'standard', 'high_throughput'] as const satisfies readonly PresetName[];
