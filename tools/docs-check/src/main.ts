import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { writeSamples } from '@docfleet/samples';
import { z } from 'zod';
import { filesOf, root } from './repository-files.ts';
import { runPage } from './run-page.ts';

const endpointsFile = process.env['DOCFLEET_ENDPOINTS'] ?? join(root, '.docfleet/endpoints.json');
const endpointsSchema = z.object({
  api: z.url(),
  apiKey: z.string(),
  broker: z.string(),
  registry: z.string(),
});

process.exitCode = await runCommand(commands.docs, process.argv.slice(2), async ({ operands }) => {
  if (!existsSync(endpointsFile)) {
    throw new Error('No fleet runs here, and the pages are run against one. Start it: npm start -- --keep');
  }
  const endpoints = endpointsSchema.parse(JSON.parse(readFileSync(endpointsFile, 'utf8')));
  const pages = filesOf('docs/integrate/*.md').filter((path) =>
    operands.every((part) => path.includes(part)),
  );
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-docs-samples-'));
  try {
    const samples = await writeSamples(folder);
    const document = samples.find(({ path }) => path.endsWith('invoice-digital.pdf'))?.path ?? '';
    let faults = 0;
    for (const page of pages) {
      const report = await runPage(page, {
        document,
        environment: {
          PATH: process.env['PATH'] ?? '',
          HOME: folder,
          DOCFLEET_API: endpoints.api,
          DOCFLEET_API_KEY: endpoints.apiKey,
          KAFKA_BROKERS: endpoints.broker,
          SCHEMA_REGISTRY_URL: endpoints.registry,
        },
      });
      for (const line of [...report.skipped, ...report.faults]) process.stdout.write(`${line}\n`);
      process.stdout.write(`${page}: ${report.passed} passed, ${report.faults.length} failed\n`);
      faults += report.faults.length;
    }
    return faults === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
});
