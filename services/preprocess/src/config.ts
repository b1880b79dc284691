import {
  cacheSettings,
  cpuQuota,
  intakeSettings,
  oneOf,
  runSettings,
  sourceSettings,
  wholeNumber,
} from '@docfleet/config';
import {
  defaultLimits,
  isReviewPolicy,
  readingRoutes,
  runBudgetMs,
  type ReviewPolicy,
} from '@docfleet/domain';
import { stageSettings, type StageSettings } from '@docfleet/service';
import { proofModes } from '@docfleet/tenant-proof';
import { sandboxDemands } from '@docfleet/workers';
import { z } from 'zod';
import { defaultWindowMs } from './core/admission.ts';
import { parseFleetKeys, parseTopicTenants } from './core/proof-settings.ts';
import { defaultTimeLimits } from './stage.ts';

const fleetKeysExpected =
  '<key id>=<Ed25519 public key in base64url>, separated by commas; key ids begin with fleet.';
const topicTenantsExpected =
  '<topic>=<tenant>, separated by commas, with topics documents.urgent, .high, .normal';

/** The value, or a problem of the setting. */
function parsedOr<T>(context: z.RefinementCtx, expected: string, value: T | undefined): T {
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: expected });
  return z.NEVER;
}

/** Settings of the stage itself, by environment variable. */
export const preprocessSettings = {
  ...runSettings,
  ...sourceSettings,
  ...cacheSettings,
  ...intakeSettings,
  /** Runs processed at the same time by one process (M-08). */
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Child processes that render pages; by default one per CPU of this process's quota. */
  PAGE_WORKERS: wholeNumber(1, 64).default(() => Math.floor(cpuQuota())),
  /** `required` starts only where children that parse documents reach no network (docs/sandbox.md). */
  PARSER_SANDBOX: oneOf(sandboxDemands).default('best'),
  /** How a record proves its tenant (M-23); `off` for trials on one machine. */
  TENANT_PROOF: oneOf(proofModes).default('signature'),
  /** How far the time of signing may be from the broker's timestamp, in milliseconds. */
  TENANT_PROOF_WINDOW_MS: wholeNumber(1_000, 86_400_000).default(defaultWindowMs),
  /** Public keys that the gateway signs with: `<key id>=<32 bytes in base64url>`, separated by commas. */
  FLEET_PROOF_KEYS: z
    .string({ error: fleetKeysExpected })
    .transform((text, context) => parsedOr(context, fleetKeysExpected, parseFleetKeys(text)))
    .optional(),
  /** Folder of secrets that the fleet shares with tenants: `<tenant>/<key id>`. */
  TENANT_SECRETS_DIR: z.string({ error: 'a folder' }).optional(),
  /** Under `broker`: the one tenant that may write to a topic, `<topic>=<tenant>`, separated by commas. */
  INTAKE_TENANTS: z
    .string({ error: topicTenantsExpected })
    .transform((text, context) => parsedOr(context, topicTenantsExpected, parseTopicTenants(text)))
    .optional(),
  /** Reading route of documents without one. */
  DEFAULT_ROUTE: oneOf(readingRoutes).default('accurate'),
  MAX_DOCUMENT_BYTES: wholeNumber(1024, 1_073_741_824).default(defaultLimits.maxBytes),
  MAX_DOCUMENT_PAGES: wholeNumber(1, 10_000).default(defaultLimits.maxPages),
  /** Active time of a run over all stages, in milliseconds (M-10); the run carries it. */
  RUN_TIMEOUT_MS: wholeNumber(1_000, 86_400_000).default(runBudgetMs),
  /** Time limit for fetching a document, in milliseconds. */
  FETCH_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(defaultTimeLimits.fetchMs),
  /** Time limit for preparing a document of ten pages, in milliseconds, and what each further page adds. */
  PREPARE_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(defaultTimeLimits.prepare.documentMs),
  PREPARE_PAGE_TIMEOUT_MS: wholeNumber(0, 600_000).default(defaultTimeLimits.prepare.pageMs),
  /** Which results a person looks at, of tenants without a policy: never, below-threshold, sample:<percent> or always. */
  REVIEW_POLICY: z
    .custom<ReviewPolicy>((text) => typeof text === 'string' && isReviewPolicy(text), {
      error: 'never, below-threshold, always, or sample:<1 to 100>',
    })
    .default('below-threshold'),
  MAX_PAGE_PIXELS: wholeNumber(1_000_000, 1_000_000_000).default(defaultLimits.maxPagePixels),
};

/** Settings of the preprocess service, by environment variable. */
export const preprocessConfig = z
  .object({ ...stageSettings, ...preprocessSettings })
  .superRefine((given, context) => {
    if (given.TENANT_PROOF === 'off' || given.FLEET_PROOF_KEYS !== undefined) return;
    const message = `the gateway's public key, because TENANT_PROOF is ${given.TENANT_PROOF}: ${fleetKeysExpected}`;
    context.addIssue({ code: 'custom', path: ['FLEET_PROOF_KEYS'], message });
  });

/** What the stage is built with. */
export type PreprocessConfig = z.infer<z.ZodObject<typeof preprocessSettings>> &
  Pick<StageSettings, 'REGION'>;
