/** One curve of a panel, in PromQL; `legend` is a template of Grafana. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly kind: 'timeseries' | 'stat' | 'table' | 'heatmap';
  /** A unit of Grafana. */
  readonly unit: 's' | 'short' | 'percentunit' | 'percent' | 'bytes' | 'ops' | 'dtdurations';
  readonly queries: readonly Query[];
  /** What a reader should know: thresholds, what is left out. */
  readonly description?: string;
  /** Whether points lead to the trace of a run. */
  readonly exemplars?: boolean;
}

/** A dashboard: rows of panels below each other. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  /** Variables by name, with the query that lists their values. */
  readonly variables: Readonly<Record<string, string>>;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

const width = 24;
const height = 8;

const source = { type: 'prometheus', uid: '${source}' };

/** The dashboard as Grafana reads it (schema 39, Grafana 11). */
export function grafanaJson(dashboard: Dashboard): object {
  const { uid, title, variables, rows } = dashboard;
  return {
    uid,
    title,
    tags: ['docfleet'],
    schemaVersion: 39,
    editable: false,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'source', label: 'Data source', type: 'datasource', query: 'prometheus' },
        ...Object.entries(variables).map(([name, query]) => ({
          name,
          type: 'query',
          datasource: source,
          query,
          includeAll: true,
          multi: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' },
          refresh: 2,
          sort: 1,
        })),
      ],
    },
    panels: panelsOf(rows),
  };
}

function panelsOf(rows: Dashboard['rows']): object[] {
  const placed: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      gridPos: { x: 0, y, w: width, h: 1 },
      panels: [],
    });
    y += 1;
    const w = Math.floor(width / panels.length);
    panels.forEach((panel, index) => {
      placed.push(panelOf(panel, { id: placed.length + 1, gridPos: { x: index * w, y, w, h: height } }));
    });
    y += height;
  }
  return placed;
}

function panelOf(panel: Panel, place: { readonly id: number; readonly gridPos: object }): object {
  const { title, kind, unit, queries, description, exemplars = false } = panel;
  const instant = kind === 'stat' || kind === 'table';
  return {
    ...place,
    type: kind,
    title,
    ...(description !== undefined && { description }),
    datasource: source,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      expr,
      legendFormat: legend,
      ...(kind === 'heatmap' ? { format: 'heatmap' } : kind === 'table' ? { format: 'table' } : {}),
      ...(instant && { instant: true, range: false }),
      ...(exemplars && { exemplar: true }),
    })),
  };
}
