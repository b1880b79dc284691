import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { submitFile, waitForEnd } from '@docfleet/client';
import { z } from 'zod';
import {
  allProcesses,
  cpuSecondsOf,
  median,
  proportionalBytesOf,
  residentBytesOf,
  treeOf,
} from './processes.ts';

const usage = `npm run measure -- [files ...]
Figures of the fleet that runs here (npm start -- --keep): memory, idle processor time, and what each file costs.
Files are sent one after another; the idle rate is taken off. Medians.
  --idle SECONDS  how long to watch the idle fleet (30)
  --json          print as JSON`;

const endpointsSchema = z.object({
  api: z.string(),
  apiKey: z.string(),
  pids: z.record(z.string(), z.number()),
});

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    idle: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(`${usage}\n`);
else await measure();

interface Cost {
  readonly all: number;
  readonly ocr: number;
  readonly wallSeconds: number;
}

async function measure(): Promise<void> {
  const file = join(import.meta.dirname, '../../../.docfleet/endpoints.json');
  const endpoints = endpointsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { ocr } = endpoints.pids;
  const everything = Object.values(endpoints.pids);
  const cpu = (roots: readonly number[]): number => cpuSecondsOf(treeOf(allProcesses(), roots));
  const ocrRoots = ocr === undefined ? [] : [ocr];

  const idleSeconds = Number(values.idle);
  const before = { all: cpu(everything), ocr: cpu(ocrRoots) };
  await pause(idleSeconds * 1000);
  const idle = {
    all: (cpu(everything) - before.all) / idleSeconds,
    ocr: (cpu(ocrRoots) - before.ocr) / idleSeconds,
  };

  const costs: Cost[] = [];
  for (const path of files) {
    const startedAt = performance.now();
    const start = { all: cpu(everything), ocr: cpu(ocrRoots) };
    await processed(endpoints, path);
    // What is written after the answer (projection, idle commits) belongs to the document as well.
    await pause(1500);
    const wallSeconds = (performance.now() - startedAt) / 1000;
    costs.push({
      all: cpu(everything) - start.all - idle.all * wallSeconds,
      ocr: cpu(ocrRoots) - start.ocr - idle.ocr * wallSeconds,
      wallSeconds: wallSeconds - 1.5,
    });
  }
  const tree = treeOf(allProcesses(), everything);
  report({
    processes: tree.length,
    residentMegabytes: Math.round(residentBytesOf(tree) / 1e6),
    sharedOnceMegabytes: Math.round(proportionalBytesOf(tree) / 1e6),
    idlePercentOfOneCore: round(idle.all * 100),
    files: costs.length,
    cpuSecondsPerFile: round(median(costs.map((cost) => cost.all))),
    ocrCpuSecondsPerFile: round(median(costs.map((cost) => cost.ocr))),
    wallSecondsPerFile: round(median(costs.map((cost) => cost.wallSeconds))),
  });
}

async function processed(endpoints: { api: string; apiKey: string }, path: string): Promise<void> {
  const client = { api: endpoints.api, apiKey: endpoints.apiKey, signal: AbortSignal.timeout(300_000) };
  const answer = await submitFile(client, { path, requestId: `measure-${randomUUID()}`, lane: 'urgent' });
  if (!('runId' in answer)) throw new Error(`${path} was refused: ${answer.message}`);
  await waitForEnd(client, answer.runId);
}

function report(figures: Readonly<Record<string, number>>): void {
  const lines = Object.entries(figures).map(([name, value]) => `${name.padEnd(24)} ${String(value)}`);
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : `${lines.join('\n')}\n`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
