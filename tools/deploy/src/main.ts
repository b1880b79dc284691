import { commands, runCommand } from '@docfleet/command-line';
import { databaseSettings, kafkaSettings, processSettings, readConfig } from '@docfleet/config';
import { z } from 'zod';
import { deploy } from './deploy.ts';

const settings = z.object({
  ...kafkaSettings,
  DATABASE_URL: databaseSettings.DATABASE_URL,
  TOPICS_PRESET: processSettings.TOPICS_PRESET,
});

process.exitCode = await runCommand(commands.deploy, process.argv.slice(2), async ({ values }) => {
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL, TOPICS_PRESET } = readConfig(settings, {
    ...process.env,
    ...(values.preset !== undefined && { TOPICS_PRESET: values.preset }),
  });
  await deploy({
    brokers: KAFKA_BROKERS,
    registryUrl: SCHEMA_REGISTRY_URL,
    databaseUrl: DATABASE_URL,
    preset: TOPICS_PRESET,
    dryRun: values['dry-run'],
    waitMs: Number(values.wait) * 1000,
    print: (line) => process.stdout.write(`${line}\n`),
  });
  return 0;
});
