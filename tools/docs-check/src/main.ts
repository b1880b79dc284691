import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { writeSamples } from '@docfleet/samples';
import { z } from 'zod';
import { bringKcat } from './kcat.ts';
import { environmentOfPages } from './page-environment.ts';
import { filesOf, root } from './repository-files.ts';
import { runPage } from './run-page.ts';

const endpointsFile = process.env['DOCFLEET_ENDPOINTS'] ?? join(root, '.docfleet/endpoints.json');
const endpointsSchema = z.object({
  api: z.url(),
  apiKey: z.string(),
  broker: z.string(),
  registry: z.string(),
  s3: z.object({
    endpoint: z.url(),
    region: z.string(),
    bucket: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
  }),
  services: z.object({ preprocess: z.url() }),
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
    const { s3, services } = endpoints;
    const environment = environmentOfPages({
      path: process.env['PATH'] ?? '',
      home: folder,
      api: endpoints.api,
      apiKey: endpoints.apiKey,
      brokers: endpoints.broker,
      registry: endpoints.registry,
      s3,
      kcat: await kcatOrWhyNot(),
      takesUnsigned: await takesUnsigned(services.preprocess),
    });
    let faults = 0;
    for (const page of pages) {
      const report = await runPage(page, { document, environment });
      for (const line of [...report.skipped, ...report.faults]) process.stdout.write(`${line}\n`);
      process.stdout.write(`${page}: ${report.passed} passed, ${report.faults.length} failed\n`);
      faults += report.faults.length;
    }
    return faults === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Undefined, and said, where it cannot be had: its blocks are not run then. */
async function kcatOrWhyNot(): Promise<string | undefined> {
  try {
    return await bringKcat(process.env['PATH'] ?? '');
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** Whether the fleet accepts records without a signature. */
async function takesUnsigned(preprocess: string): Promise<boolean> {
  const metrics = await (await fetch(`${preprocess}/metrics`)).text();
  return /^docfleet_tenant_proof\{[^}]*mode="off"[^}]*\} 1$/m.test(metrics);
}
