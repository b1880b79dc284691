import { join } from 'node:path';
import { bringDebianPackage } from '@docfleet/testing/debian-packages';

/** Paths of the programs of Prometheus. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/**
 * The programs of Prometheus: those on the search path, else those of the Debian package, unpacked below `folder`.
 *
 * @throws Error when neither can be had, with what to install
 */
export async function bringPrometheus(folder: string, searchPath: string): Promise<PrometheusPrograms> {
  const wanted = { name: 'prometheus', programs: ['prometheus', 'promtool'] };
  const place = await bringDebianPackage(wanted, { folder, searchPath });
  return { prometheus: join(place, 'prometheus'), promtool: join(place, 'promtool') };
}
