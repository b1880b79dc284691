import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EvaluationError, readLabels, type LabelledFile, type LabelledSet } from './labels.ts';
import { process as runThrough, readEndpoints, type Endpoints } from './pipeline.ts';
import { score, scoreTable } from './score.ts';
import { predictionOf, summarise, summaryLines, type Processed } from './summary.ts';

const usage = `npm run evaluate -- FOLDER [options]
Sends every document of a labelled folder (labels.jsonl) through the running pipeline and scores its fields.
  --predictions FILE  write one {"id","fields"} a line, as the scoring script reads them
  --limit N           only the first N documents
  --lane LANE         urgent, high or normal (default)
  --parallel N        documents on their way at the same time (default 8)
  --json              print everything as JSON`;

interface Options {
  readonly predictions: string | undefined;
  readonly lane: string;
  readonly parallel: number;
  readonly json: boolean;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    predictions: { type: 'string' },
    limit: { type: 'string', default: 'Infinity' },
    lane: { type: 'string', default: 'normal' },
    parallel: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const [folder] = positionals;
if (values.help || folder === undefined) {
  process.stdout.write(`${usage}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  try {
    const endpoints = readEndpoints(join(import.meta.dirname, '../../..'));
    await evaluate(endpoints, readLabels(folder, Number(values.limit)), {
      predictions: values.predictions,
      lane: values.lane,
      parallel: Number(values.parallel),
      json: values.json,
    });
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function evaluate(endpoints: Endpoints, set: LabelledSet, options: Options): Promise<void> {
  const startedAt = performance.now();
  const processed = await processAll(endpoints, set.documents, options);
  const seconds = (performance.now() - startedAt) / 1000;
  const predictions = new Map(
    processed.map(({ id, job }) => [id, predictionOf(job, set.documentClass.name, set.mapping)]),
  );
  if (options.predictions !== undefined) {
    const lines = [...predictions].map(([id, fields]) => JSON.stringify({ id, fields }));
    writeFileSync(options.predictions, `${lines.join('\n')}\n`);
  }
  const result = score(set.mapping, predictions, set.documents);
  const summary = summarise(processed);
  const documentsPerHour = Math.round((processed.length / seconds) * 3600);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ score: result, summary, documentsPerHour }, null, 1)}\n`);
    return;
  }
  process.stdout.write(
    `${scoreTable(result, set.mapping)}\n\n${summaryLines(summary)}\n${String(documentsPerHour)} documents an hour\n`,
  );
}

/** Keeps `parallel` documents on their way; the order of the answers is that of the labels. */
async function processAll(
  endpoints: Endpoints,
  documents: readonly LabelledFile[],
  options: Options,
): Promise<readonly Processed[]> {
  // A fresh name each time: a repeated requestId would be answered with the earlier run.
  const evaluation = `evaluate-${randomUUID()}`;
  const results = new Map<string, Processed>();
  const waiting = [...documents];
  const worker = async (): Promise<void> => {
    for (let document = waiting.shift(); document !== undefined; document = waiting.shift()) {
      const sentAt = performance.now();
      const requestId = `${evaluation}-${String(documents.indexOf(document))}`;
      const job = await runThrough(endpoints, { path: document.path, requestId, lane: options.lane });
      results.set(document.id, { id: document.id, job, wallMs: Math.round(performance.now() - sentAt) });
      tellProgress(results.size, documents.length);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  return documents.flatMap(({ id }) => results.get(id) ?? []);
}

/** Documents between two lines where nobody watches a terminal. */
const tellEvery = 20;

/** One line that changes on a terminal, else a line now and then; on stderr, so that the output stays the result. */
function tellProgress(done: number, all: number): void {
  const text = `${String(done)} of ${String(all)} documents`;
  if (process.stderr.isTTY) process.stderr.write(`\r${text}${done === all ? '\n' : ' '}`);
  else if (done % tellEvery === 0 || done === all) process.stderr.write(`${text}\n`);
}
