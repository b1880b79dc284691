/** One row of the table of names in `docs/metrics.md`. */
export interface DocumentedMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Besides `service`. */
  readonly labels: readonly string[];
  /** Names of services, `stages` or `all`. */
  readonly services: readonly string[];
}

/** What `docs/metrics.md` lists. */
export interface MetricTables {
  readonly metrics: readonly DocumentedMetric[];
  /** Series that recording rules make; `<window>` stands for a range such as `1h`. */
  readonly recorded: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** Series of other exporters. */
  readonly external: readonly string[];
}

/** @throws Error when a table is missing, or a row has another form */
export function parseMetricTables(markdown: string): MetricTables {
  return {
    metrics: rowsUnder(markdown, '## Names').map(([name = '', type = '', labels = '', services = '']) => ({
      name: codeIn(name)[0] ?? '',
      type: typeOf(type),
      labels: codeIn(labels),
      services: services.split(',').map((each) => each.trim()),
    })),
    recorded: rowsUnder(markdown, '## Lag and backlog').map(([name = '', labels = '']) => ({
      name: codeIn(name)[0] ?? '',
      labels: codeIn(labels),
    })),
    external: rowsUnder(markdown, '## What comes from elsewhere').flatMap(([names = '']) => codeIn(names)),
  };
}

/** Names and types of the metrics in an answer of `/metrics`, in either format; `_total` is part of a counter's name. */
export function exportedTypes(exposition: string): ReadonlyMap<string, string> {
  return new Map(
    [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [
      type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name,
      type,
    ]),
  );
}

/** Cells of the rows of the first table below a heading. */
function rowsUnder(markdown: string, heading: string): string[][] {
  const [, after] = markdown.split(`\n${heading}\n`);
  const table = /(?:^\|.*\|$\n?)+/m.exec(after ?? '')?.[0];
  if (table === undefined) throw new Error(`docs/metrics.md has no table below '${heading}'`);
  const [, , ...rows] = table.trim().split('\n');
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

function typeOf(cell: string): DocumentedMetric['type'] {
  if (cell === 'counter' || cell === 'gauge' || cell === 'histogram') return cell;
  throw new Error(`docs/metrics.md: '${cell}' is no type of a metric`);
}
