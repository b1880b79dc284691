import { parseArgs } from 'node:util';

export interface DeployArguments {
  readonly help: boolean;
  readonly dryRun: boolean;
  /** Null: as the environment says. */
  readonly preset: 'local' | 'published' | null;
  /** How long servers may take to answer. */
  readonly waitSeconds: number;
}

export const help = `Brings topics, schemas and tables to what this build needs. Safe to repeat.

  node --conditions=docfleet-source tools/deploy/src/main.ts [options]

  --preset local|published  partition counts of topics; default TOPICS_PRESET, else published
  --dry-run                 say what would be done to topics and schemas, and do nothing
  --wait <seconds>          how long servers may take to answer; default 60
  --help

Environment: KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL, TOPICS_PRESET.
Partitions are added, never taken away; settings that others made on a topic are kept.
`;

/** @throws Error that says what is wrong */
export function parseArguments(argv: readonly string[]): DeployArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      preset: { type: 'string' },
      wait: { type: 'string', default: '60' },
    },
  });
  const { preset = null, wait } = values;
  if (preset !== null && preset !== 'local' && preset !== 'published') {
    throw new Error(`--preset is local or published, not ${preset}`);
  }
  if (!/^\d{1,5}$/.test(wait)) throw new Error(`--wait takes whole seconds, not ${wait}`);
  return { help: values.help, dryRun: values['dry-run'], preset, waitSeconds: Number(wait) };
}
