import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { lanes, type Lane } from '@docfleet/domain';
import { writeNumberedSample } from '@docfleet/samples';
import { askEstimates } from './ask-estimates.ts';
import { followEnds, type Ends } from './ends.ts';
import { figuresOf, memoryDocuments, type EndedDocument, type Figures, type Usage } from './figures.ts';
import { sendAll, type Load } from './load.ts';
import { readUsage } from './usage.ts';

/** `stub`: digital pages, which no engine reads, so the figures are the fleet's own. `real`: three of eight are scans. */
export const documentKinds = ['stub', 'real'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** The fleet under test, as in an endpoints file. */
export interface Target {
  readonly api: string;
  readonly apiKey: string;
  readonly broker: string;
  readonly registry: string;
  readonly pids: Readonly<Record<string, number>>;
}

export interface BenchOptions {
  /** Number of documents of each run, one after the other. */
  readonly documents: readonly number[];
  readonly kind: DocumentKind;
  readonly load: Load;
  /** Documents before the first run, which are not counted. */
  readonly warmUp: number;
  readonly signal: AbortSignal;
  /** A line about what is done. */
  readonly onProgress: (line: string) => void;
}

/** One document in so many is asked about while it is on its way: asking costs the gateway time. */
const askedAbout = 3;

/** What is written after a document's end (read model, idle commits) belongs to it as well. */
const settleMs = 3_000;

/** Warms up, then sends each number of documents. @throws Error when a document is refused */
export async function runBench(target: Target, options: BenchOptions): Promise<readonly Figures[]> {
  const { documents, warmUp, onProgress } = options;
  const folder = await mkdtemp(join(tmpdir(), 'docfleet-bench-'));
  const ends = await followEnds({
    kafka: { brokers: target.broker.split(',') },
    registry: { url: target.registry },
  });
  // Every document of all runs is another one: nothing is found in a cache.
  let first = Date.now() % 1_000_000_000;
  const send = async (count: number, load: Load): Promise<Figures> => {
    const sender = new Sender({ target, options, ends, folder, first });
    first += count;
    return sender.run(count, load);
  };
  try {
    if (warmUp > 0) {
      onProgress(`Warming up with ${warmUp} documents`);
      await send(warmUp, 'atOnce' in options.load ? options.load : { atOnce: 10 });
    }
    const figures: Figures[] = [];
    for (const count of documents) {
      onProgress(`Sending ${count} documents (${options.kind})`);
      figures.push(await send(count, options.load));
    }
    return figures;
  } finally {
    await ends.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface SenderParts {
  readonly target: Target;
  readonly options: BenchOptions;
  readonly ends: Ends;
  readonly folder: string;
  /** Number of the first document. */
  readonly first: number;
}

class Sender {
  readonly #parts: SenderParts;
  readonly #ended: EndedDocument[] = [];
  #afterFirst: Usage | null = null;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  async run(count: number, load: Load): Promise<Figures> {
    const { target, options } = this.#parts;
    const before = readUsage(target.pids);
    await sendAll(count, load, (index) => this.#send(index), options.signal);
    await pause(settleMs, undefined, { signal: options.signal });
    const usage = { before, afterFirst: this.#afterFirst, after: readUsage(target.pids) };
    return figuresOf(this.#ended, usage);
  }

  async #send(index: number): Promise<void> {
    const { target, options, ends, folder, first } = this.#parts;
    const { path } = await writeNumberedSample(folder, first + index, { scans: options.kind === 'real' });
    const client = createClient({ api: target.api, apiKey: target.apiKey, signal: options.signal });
    const lane = laneOf(index);
    const submittedAtMs = Date.now();
    const { runId } = await client.submitFile(await fileAt(path), {
      requestId: `bench-${randomUUID()}`,
      lane,
      review: 'never',
    });
    await rm(path);
    const over = new AbortController();
    const asked =
      index % askedAbout === 0
        ? askEstimates(target, runId, AbortSignal.any([options.signal, over.signal]))
        : Promise.resolve([]);
    const end = await ends.of(runId, options.signal);
    over.abort();
    this.#ended.push({
      lane,
      status: end.status,
      submittedAtMs,
      endedAtMs: end.endedAt,
      timings: end.timings,
      estimates: await asked,
    });
    if (this.#ended.length === memoryDocuments) this.#afterFirst = readUsage(target.pids);
    if (this.#ended.length % 100 === 0) options.onProgress(`${this.#ended.length} have ended`);
  }
}

/** One document in ten is urgent, three are high. */
function laneOf(index: number): Lane {
  const [urgent, high, normal] = lanes;
  const turn = index % 10;
  if (turn === 0) return urgent;
  return turn < 4 ? high : normal;
}
