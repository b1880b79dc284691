import { dashboards } from './dashboards/index.ts';

/** A query of a panel, as Prometheus gets it when every variable stands for all values. */
export interface DashboardQuery {
  /** Dashboard and panel, for a person. */
  readonly place: string;
  readonly expr: string;
}

/** Every query of every dashboard, those of variables included. */
export function dashboardQueries(): readonly DashboardQuery[] {
  return Object.values(dashboards).flatMap(({ title, variables, rows }) => [
    ...Object.entries(variables).map(([name, query]) => ({
      place: `${title}: $${name}`,
      expr: /^label_values\((.+), \w+\)$/.exec(query)?.[1] ?? query,
    })),
    ...rows.flatMap(({ panels }) =>
      panels.flatMap((panel) =>
        panel.queries.map(({ expr }) => ({
          place: `${title}: ${panel.title}`,
          expr: expr.replaceAll(/\$\w+/g, '.*'),
        })),
      ),
    ),
  ]);
}
