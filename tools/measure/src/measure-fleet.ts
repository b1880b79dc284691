import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import type { Endpoints } from './endpoints.ts';
import {
  allProcesses,
  cpuSecondsOf,
  median,
  proportionalBytesOf,
  residentBytesOf,
  treeOf,
} from './processes.ts';

export interface MeasureOptions {
  readonly files: readonly string[];
  readonly idleSeconds: number;
  /** A line about what is measured next. */
  readonly onProgress: (line: string) => void;
}

/** Figures by name; the unit is in the name. */
export type Figures = Readonly<Record<string, number>>;

interface Cost {
  readonly all: number;
  readonly ocr: number;
  readonly wallSeconds: number;
}

/** Longest time for one file, in milliseconds. */
const fileTimeoutMs = 300_000;

/** What is written after the answer (projection, idle commits) belongs to the file as well. */
const settleMs = 1500;

/** Memory, idle processor time, and what each file costs; @throws Error when a file is refused or does not end. */
export async function measureFleet(endpoints: Endpoints, options: MeasureOptions): Promise<Figures> {
  const { files, idleSeconds, onProgress } = options;
  const { ocr } = endpoints.pids;
  const everything = Object.values(endpoints.pids);
  if (treeOf(allProcesses(), everything).length === 0)
    throw new Error(
      'None of the processes in the endpoints file runs any more. Start the fleet: npm start -- --keep',
    );
  const cpu = (roots: readonly number[]): number => cpuSecondsOf(treeOf(allProcesses(), roots));
  const ocrRoots = ocr === undefined ? [] : [ocr];

  onProgress(`Watching the idle fleet for ${String(idleSeconds)} s`);
  const before = { all: cpu(everything), ocr: cpu(ocrRoots) };
  await pause(idleSeconds * 1000);
  const idle = {
    all: (cpu(everything) - before.all) / idleSeconds,
    ocr: (cpu(ocrRoots) - before.ocr) / idleSeconds,
  };

  const costs: Cost[] = [];
  for (const path of files) {
    onProgress(`Sending ${path} (${String(costs.length + 1)} of ${String(files.length)})`);
    const startedAt = performance.now();
    const start = { all: cpu(everything), ocr: cpu(ocrRoots) };
    await sendFile(endpoints, path);
    await pause(settleMs);
    const wallSeconds = (performance.now() - startedAt) / 1000;
    costs.push({
      all: cpu(everything) - start.all - idle.all * wallSeconds,
      ocr: cpu(ocrRoots) - start.ocr - idle.ocr * wallSeconds,
      wallSeconds: wallSeconds - settleMs / 1000,
    });
  }
  const tree = treeOf(allProcesses(), everything);
  return {
    processes: tree.length,
    residentMegabytes: Math.round(residentBytesOf(tree) / 1e6),
    sharedOnceMegabytes: Math.round(proportionalBytesOf(tree) / 1e6),
    idlePercentOfOneCore: round(idle.all * 100),
    files: costs.length,
    cpuSecondsPerFile: round(median(costs.map((cost) => cost.all))),
    ocrCpuSecondsPerFile: round(median(costs.map((cost) => cost.ocr))),
    wallSecondsPerFile: round(median(costs.map((cost) => cost.wallSeconds))),
  };
}

async function sendFile({ api, apiKey }: Endpoints, path: string): Promise<void> {
  const client = createClient({ api, apiKey, signal: AbortSignal.timeout(fileTimeoutMs) });
  const options = { requestId: `measure-${randomUUID()}`, lane: 'urgent', review: 'never' } as const;
  const { runId } = await client.submitFile(await fileAt(path), options);
  await client.waitForEnd(runId);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
