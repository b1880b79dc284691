import type { ApiKeys, NewApiKey } from '@docfleet/database';
import { sleep, type Clock } from '@docfleet/domain';
import type { Log } from '@docfleet/telemetry';
import type { GatewaySettings } from '../config.ts';

/** Creates the development keys of the settings; retries every second while the database is unavailable. */
export async function ensureDevelopmentKeys(options: {
  readonly apiKeys: Pick<ApiKeys, 'ensure'>;
  readonly settings: Pick<GatewaySettings, 'DEVELOPMENT_API_KEY' | 'DEVELOPMENT_OPERATOR_KEY'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly stopping: AbortSignal;
}): Promise<void> {
  const { apiKeys, settings, clock, log, stopping } = options;
  const at = clock.now();
  const wanted: readonly (readonly [NewApiKey, string | undefined])[] = [
    [{ tenantId: 'development', role: 'tenant-admin', at }, settings.DEVELOPMENT_API_KEY],
    [{ tenantId: null, role: 'fleet-admin', at }, settings.DEVELOPMENT_OPERATOR_KEY],
  ];
  const given = wanted.flatMap(([key, text]) => (text === undefined ? [] : [{ key, text }]));
  if (given.length === 0) return;
  while (!stopping.aborted) {
    try {
      for (const { key, text } of given) await apiKeys.ensure(key, text);
      log.info('Development API keys exist');
      return;
    } catch (error) {
      log.warn('Development API keys could not be created; trying again', { reason: String(error) });
      await sleep(clock, 1_000, stopping).catch(() => undefined);
    }
  }
}
