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
import type { DeadLetterService } from '../dead-letters.ts';
import type { Intake } from '../intake.ts';

/** Dependencies of the routes. */
export interface GatewayParts {
  readonly intake: Intake;
  readonly runs: Runs;
  readonly recentRuns: RecentRuns;
  readonly keyHolders: KeyHolders;
  readonly publisher: Publisher;
  readonly store: ObjectStore;
  readonly deadLetters: DeadLetterService;
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
    /** The action that the key's role must allow; a route without it needs no key. */
    action?: Action;
  }
  interface FastifyRequest {
    /** Set on every route with an action. */
    holder: KeyHolder | null;
  }
}
