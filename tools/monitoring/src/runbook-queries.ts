import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A query that a runbook tells its reader to ask. */
export interface RunbookQuery {
  /** Name of the file. */
  readonly runbook: string;
  readonly expr: string;
}

/** Code that is a query: a function of PromQL, or a series with labels. */
const query =
  /`((?:sum|max|min|avg|count|topk|increase|histogram_quantile)\b[^`]*\([^`]+|[a-z_:]+\{[^`]+\})`/g;

/** The queries in the runbooks of a folder; what a reader fills in, such as `<stage>`, has a value. */
export function runbookQueries(folder: string): readonly RunbookQuery[] {
  return readdirSync(folder).flatMap((runbook) =>
    [...readFileSync(join(folder, runbook), 'utf8').matchAll(query)].map(([, code = '']) => ({
      runbook,
      expr: code.replaceAll('<stage>', 'ocr'),
    })),
  );
}
