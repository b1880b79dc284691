import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

const chart = resolve(import.meta.dirname, '../../../../charts/docfleet');

/** The least that an installation says: addresses of servers. */
export const connections = 'ci/connections.yaml';

/** Files of values that are installed, below the chart: every preset, and every file of `ci`. */
export const valueFiles: readonly string[] = ['presets', 'ci'].flatMap((folder) =>
  readdirSync(resolve(chart, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => `${folder}/${name}`),
);
