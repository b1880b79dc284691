import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readingRoutes, type ReadingRoute } from '@docfleet/domain';
import { chooseSandbox } from '@docfleet/workers';
import { startOnnxEngine } from '../src/adapters/onnx-engine.ts';
import { startPageDecoder } from '../src/adapters/page-decoder.ts';
import { bagOf, f1, type Counts } from './bag-of-words.ts';

/**
 * Reads labelled receipts and prints word F1 (bag of words, upper case), CPU time and memory per page.
 * `--data` has `images/` and `words.jsonl`; `--every n` takes every nth image.
 */
const usage = 'usage: word-f1.ts --models <folder> --data <folder> [--route accurate] [--every 3] [--list]';

interface Truth {
  readonly id: string;
  readonly lines: readonly { readonly text: string }[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      models: { type: 'string' },
      data: { type: 'string' },
      route: { type: 'string', default: 'accurate' },
      alphabet: { type: 'string', default: 'latin' },
      every: { type: 'string', default: '3' },
      list: { type: 'boolean', default: false },
    },
  });
  if (values.models === undefined || values.data === undefined) throw new Error(usage);
  const route = routeOf(values.route);
  const truths = await readTruths(join(values.data, 'words.jsonl'));
  const files = (await readdir(join(values.data, 'images'))).toSorted();
  const { level: sandbox } = await chooseSandbox('best');
  const children = { size: 1, pageTimeoutMs: 120_000, sandbox };
  const decoder = startPageDecoder({ ...children, maxPixels: 120_000_000 });
  const engine = startOnnxEngine({
    ...children,
    decoder,
    modelDirectory: values.models,
    alphabet: values.alphabet === 'any' ? 'any' : 'latin',
    route,
  });
  const options = { route, signal: new AbortController().signal, priority: 0 };
  const total: Counts = { hit: 0, extra: 0, missed: 0 };
  const cpuMs: number[] = [];
  const wallMs: number[] = [];
  let peakRssMb = 0;
  try {
    process.stdout.write(`engine ${await engine.version(route, options.signal)} sandbox ${sandbox}\n`);
    for (const file of files.filter((_, index) => index % Number(values.every) === 0)) {
      const truth = truths.get(file.replace(/\.[a-z]+$/, ''));
      if (truth === undefined) continue;
      const image = await readFile(join(values.data, 'images', file));
      const started = performance.now();
      const reading = await engine.read(image, options);
      wallMs.push(performance.now() - started);
      cpuMs.push(reading.cpuMs);
      peakRssMb = Math.max(peakRssMb, reading.peakRssMb);
      const counts = bagOf(
        reading.lines.map(({ text }) => text),
        truth.lines.map(({ text }) => text),
      );
      total.hit += counts.hit;
      total.extra += counts.extra;
      total.missed += counts.missed;
      if (values.list) {
        process.stdout.write(`${file} F1 ${f1(counts).toFixed(1)} CPU ${reading.cpuMs.toFixed(0)} ms\n`);
      }
    }
  } finally {
    await Promise.all([engine.close(), decoder.close()]);
  }
  process.stdout.write(
    `pages ${String(cpuMs.length)} route ${route}\nword F1 ${f1(total).toFixed(2)}\n` +
      `CPU ms a page: median ${quantile(cpuMs, 0.5)} p95 ${quantile(cpuMs, 0.95)}\n` +
      `wall ms a page: median ${quantile(wallMs, 0.5)} p95 ${quantile(wallMs, 0.95)}\n` +
      `peak RSS of the child ${peakRssMb.toFixed(0)} MB\n`,
  );
}

async function readTruths(path: string): Promise<ReadonlyMap<string, Truth>> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const truths = lines.map((line) => JSON.parse(line) as Truth);
  return new Map(truths.map((truth) => [truth.id, truth]));
}

function routeOf(name: string): ReadingRoute {
  const route = readingRoutes.find((known) => known === name);
  if (route === undefined) throw new Error(`Unknown route ${name}.`);
  return route;
}

function quantile(values: readonly number[], fraction: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0).toFixed(0);
}

await main();
