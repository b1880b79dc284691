import type { KeyHolder, Runs } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { HealthVerdict, Log, Metrics } from '@docfleet/telemetry';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { KeyHolders } from '../adapters/key-holders.ts';
import type { Publisher } from '../adapters/publisher.ts';
import type { RecentRuns } from '../adapters/recent-runs.ts';
import type { Action } from '../core/roles.ts';
import type { DeadLetterDesk } from '../dead-letters.ts';
import type { Intake } from '../intake.ts';

/** What the routes work with. */
export interface GatewayParts {
  readonly intake: Intake;
  readonly runs: Runs;
  readonly recentRuns: RecentRuns;
  readonly keyHolders: KeyHolders;
  readonly publisher: Publisher;
  readonly store: ObjectStore;
  readonly desk: DeadLetterDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly spoolFolder: string;
  readonly maxUploadBytes: number;
  readonly rateLimitPerMinute: number;
  readonly live: () => HealthVerdict;
  readonly ready: () => Promise<HealthVerdict>;
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed to do; a route without it is open to everybody. */
    action?: Action;
  }
  interface FastifyRequest {
    /** Set on every route that names an action. */
    holder: KeyHolder | null;
  }
}
