import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkPaths, commands, runCommand } from '@docfleet/command-line';
import { lanes } from '@docfleet/domain';
import { layoutOf, warnOfOtherSources } from '@docfleet/stack';
import { comparisonTable, differencesTable } from '@docfleet/class-training';
import { compareVersions, type ComparedVersions } from './compare-versions.ts';
import { readLabels, type LabelledSet } from './labels.ts';
import { readEndpoints } from './pipeline.ts';
import { processAll } from './process-all.ts';
import { printProgress } from './progress.ts';
import { reportOf } from './report.ts';
import { score, scoreTable } from './score.ts';
import { predictionOf, summarise, summaryLines, type Processed } from './summary.ts';

const calledFrom = process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd();
const local = layoutOf(resolve(import.meta.dirname, '../../..'), 'local');
const endpointsFile = process.env['DOCFLEET_ENDPOINTS'] ?? local.endpointsFile;

process.exitCode = await runCommand(commands.evaluate, process.argv.slice(2), async (call) => {
  const { limit, lane, parallel, json } = call.values;
  const folder = resolve(calledFrom, call.operands[0] ?? '');
  checkPaths(commands.evaluate, [folder]);
  if (call.values.compare !== undefined) {
    const { compare: after, before } = call.values;
    const files = [after, ...(before === undefined ? [] : [before])].map((file) => resolve(calledFrom, file));
    checkPaths(commands.evaluate, files);
    const [afterFile = '', beforeFile] = files;
    printComparison(
      compareVersions(folder, { afterFile, beforeFile, groupBy: call.values['group-by'] }),
      json,
    );
    return 0;
  }
  const set = readLabels(folder, limit === undefined ? Infinity : Number(limit));
  const endpoints = readEndpoints(endpointsFile);
  const warning = endpointsFile === local.endpointsFile ? warnOfOtherSources(local) : undefined;
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
  const startedAt = performance.now();
  const processed = await processAll(endpoints, set.documents, {
    lane: lanes.find((each) => each === lane) ?? 'normal',
    parallel: Number(parallel),
    onProgress: (done) => {
      printProgress(process.stderr, done, set.documents.length);
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { predictions, report } = call.values;
  printResult(set, processed, {
    seconds,
    json,
    ...(predictions !== undefined && { predictionsFile: resolve(calledFrom, predictions) }),
    ...(report !== undefined && { reportFile: resolve(calledFrom, report) }),
  });
  return 0;
});

function printComparison(comparison: ComparedVersions, json: boolean): void {
  const text = json
    ? JSON.stringify(comparison, null, 1)
    : `${comparisonTable(comparison)}\n\n${differencesTable(comparison.differences)}`;
  process.stdout.write(`${text}\n`);
}

interface ResultOptions {
  readonly seconds: number;
  readonly json: boolean;
  readonly predictionsFile?: string;
  readonly reportFile?: string;
}

function printResult(set: LabelledSet, processed: readonly Processed[], options: ResultOptions): void {
  const { seconds, json, predictionsFile, reportFile } = options;
  const predictions = new Map(
    processed.map(({ id, job }) => {
      const firstPage = set.documents.find((document) => document.id === id)?.firstPage;
      return [id, predictionOf(job, { className: set.documentClass.name, mapping: set.mapping, firstPage })];
    }),
  );
  if (predictionsFile !== undefined) {
    const lines = [...predictions].map(([id, fields]) => JSON.stringify({ id, fields }));
    writeFileSync(predictionsFile, `${lines.join('\n')}\n`);
  }
  const result = score(set.mapping, predictions, set.documents);
  if (reportFile !== undefined) {
    const report = reportOf(set, processed, { score: result, at: new Date().toISOString() });
    writeFileSync(reportFile, `${JSON.stringify(report)}\n`);
  }
  const summary = summarise(processed);
  const documentsPerHour = Math.round((processed.length / seconds) * 3600);
  if (json) {
    process.stdout.write(`${JSON.stringify({ score: result, summary, documentsPerHour }, null, 1)}\n`);
    return;
  }
  process.stdout.write(
    `${scoreTable(result, set.mapping)}\n\n${summaryLines(summary)}\n${String(documentsPerHour)} documents an hour\n`,
  );
}
