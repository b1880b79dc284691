import { databaseSettings, kafkaSettings, processSettings, readConfig } from '@docfleet/config';
import { z } from 'zod';
import { help, parseArguments } from './arguments.ts';
import { deploy } from './deploy.ts';

const settings = z.object({
  ...kafkaSettings,
  DATABASE_URL: databaseSettings.DATABASE_URL,
  TOPICS_PRESET: processSettings.TOPICS_PRESET,
});

async function main(): Promise<void> {
  const given = parseArguments(process.argv.slice(2));
  if (given.help) {
    process.stdout.write(help);
    return;
  }
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL, TOPICS_PRESET } = readConfig(
    settings,
    process.env,
  );
  await deploy({
    brokers: KAFKA_BROKERS,
    registryUrl: SCHEMA_REGISTRY_URL,
    databaseUrl: DATABASE_URL,
    preset: given.preset ?? TOPICS_PRESET,
    dryRun: given.dryRun,
    waitMs: given.waitSeconds * 1000,
    say: (line) => process.stdout.write(`${line}\n`),
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`deploy failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
