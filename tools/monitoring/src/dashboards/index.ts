import { accuracyDashboard } from './accuracy.ts';
import { fleetDashboard } from './fleet.ts';
import { grafanaJson, type Dashboard } from './panel.ts';
import { stageDashboard } from './stage.ts';
import { tenantsDashboard } from './tenants.ts';

/** Every dashboard, by the name of its file. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  fleet: fleetDashboard,
  stage: stageDashboard,
  tenants: tenantsDashboard,
  'accuracy-and-review': accuracyDashboard,
};

/** The files of `charts/docfleet/dashboards`, by path in the repository. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(dashboards).map(([name, dashboard]) => [
      `charts/docfleet/dashboards/${name}.json`,
      JSON.stringify(grafanaJson(dashboard)),
    ]),
  );
}
