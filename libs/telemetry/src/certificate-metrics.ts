import { certificateEnds } from '@docfleet/connections';
import type { Metrics } from './metrics.ts';

/** Exports `docfleet_certificate_end_timestamp_seconds`: when the certificates that the settings name end. */
export function exportCertificateEnds(metrics: Pick<Metrics, 'readGauge'>, settings: object): void {
  metrics.readGauge(
    'docfleet_certificate_end_timestamp_seconds',
    'When the first certificate of a setting stops being valid, in seconds since the epoch.',
    {
      labels: ['setting'],
      read: () =>
        certificateEnds(settings).map(({ setting, endsAtMs }) => ({
          labels: { setting },
          value: endsAtMs / 1000,
        })),
    },
  );
}
