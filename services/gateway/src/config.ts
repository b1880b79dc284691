import { tmpdir } from 'node:os';
import {
  addressList,
  amount,
  cacheSettings,
  databaseConnectionSettings,
  databaseRoleSettings,
  flag,
  httpSettings,
  intakeSettings,
  kafkaSettings,
  objectSettings,
  oneOf,
  poolSettings,
  processSettings,
  runSettings,
  someOf,
  sourceSettings,
  urlOf,
  webhookSettings,
  wholeNumber,
} from '@docfleet/config';
import { defaultLimits, stageNames } from '@docfleet/domain';
import { sandboxDemands } from '@docfleet/workers';
import { fleetKeyPrefix, isKeyId, proofModes, readPrivateKey } from '@docfleet/tenant-proof';
import { z } from 'zod';
import { clientCertificatesSchema } from './core/client-certificate.ts';
import { oidcIssuersSchema } from './core/oidc-issuers.ts';
import { parseRegions } from './core/region.ts';

/** Files of a batch, where the deployment says nothing else. */
export const defaultMaxFiles = 100;

const developmentKey = z.string({ error: 'a key' }).min(16, 'at least 16 characters').optional();

const urlSecret = 'a secret of at least 32 characters';

const fleetKeyId = 'the id of a key, beginning with fleet.';
const fleetPrivateKey = 'an Ed25519 private key in PEM';

/** JSON of a shape; what is wrong is said with its path, and without its values. */
function jsonOf<S extends z.ZodType>(schema: S) {
  return z.string({ error: 'JSON' }).transform((text, context): z.output<S> => {
    const parsed = schema.safeParse(jsonIn(text));
    if (parsed.success) return parsed.data;
    const [first] = parsed.error.issues;
    const where = first === undefined || first.path.length === 0 ? '' : ` at ${first.path.join('.')}`;
    context.addIssue(`JSON as docs/integrate/security.md describes${where}: ${first?.message ?? ''}`);
    return z.NEVER;
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const regionsExpected = '<region>=<base URL>, separated by commas';

const settings = z.object({
  ...processSettings,
  ...kafkaSettings,
  DATABASE_REQUEST_URL: databaseRoleSettings.DATABASE_REQUEST_URL,
  DATABASE_PIPELINE_URL: databaseRoleSettings.DATABASE_PIPELINE_URL,
  DATABASE_OPERATOR_URL: databaseRoleSettings.DATABASE_OPERATOR_URL,
  ...databaseConnectionSettings,
  ...objectSettings,
  ...httpSettings,
  ...cacheSettings,
  ...runSettings,
  ...sourceSettings,
  ...poolSettings,
  ...webhookSettings,
  ...intakeSettings,
  /** An API key created at the start, for trials on one machine: role tenant-admin, tenant `development`. */
  DEVELOPMENT_API_KEY: developmentKey,
  /** Likewise: role fleet-admin. */
  DEVELOPMENT_OPERATOR_KEY: developmentKey,
  /** How records prove their tenant to preprocess (M-23); the gateway signs unless it is `off`. */
  TENANT_PROOF: oneOf(proofModes).default('signature'),
  /** Id of the key that the gateway signs submissions with. */
  FLEET_PROOF_KEY_ID: z
    .string({ error: fleetKeyId })
    .refine((text) => text.startsWith(fleetKeyPrefix) && isKeyId(text), fleetKeyId)
    .optional(),
  /** That key: Ed25519, PEM. */
  FLEET_PROOF_PRIVATE_KEY: z
    .string({ error: fleetPrivateKey })
    .refine(isPrivateKey, fleetPrivateKey)
    .optional(),
  /** Largest submitted file, in bytes. */
  MAX_UPLOAD_BYTES: wholeNumber(1, 1024 ** 3).default(defaultLimits.maxBytes),
  /** Files of a batch. */
  BATCH_MAX_FILES: wholeNumber(1, 1_000).default(defaultMaxFiles),
  /** All files of a batch together, in bytes. */
  BATCH_MAX_BYTES: wholeNumber(1, 1024 ** 4).default(5 * 1024 ** 3),
  /** A ZIP archive of a batch as it arrives, in bytes. */
  BATCH_MAX_ARCHIVE_BYTES: wholeNumber(1, 1024 ** 4).default(512 * 1024 ** 2),
  /** Whether objects in the drop folders of tenants become runs. */
  DROP_FOLDERS: flag().default(false),
  /** Interval at which drop folders are listed, in milliseconds. */
  DROP_POLL_MS: wholeNumber(100, 3_600_000).default(10_000),
  /** Age from which objects of drop folders are not looked at, in milliseconds: less than `RETENTION_RUNS_DAYS`. */
  DROP_MAX_AGE_MS: wholeNumber(60_000, 31_536_000_000).default(604_800_000),
  /** Time after which a draft of a batch that was not started expires, in milliseconds. */
  BATCH_DRAFT_EXPIRY_MS: wholeNumber(60_000, 604_800_000).default(86_400_000),
  /** Memory that must be free for this process before a batch is taken, in bytes; 0: not checked. */
  BATCH_MIN_FREE_MEMORY_BYTES: wholeNumber(0, 1024 ** 4).default(128 * 1024 ** 2),
  /** Space that must be free in `SPOOL_DIR` before a batch is taken, in bytes; 0: not checked. */
  BATCH_MIN_FREE_DISK_BYTES: wholeNumber(0, 1024 ** 5).default(1024 ** 3),
  /** Whether each stage needs a process that reports before a batch is taken. */
  BATCH_NEEDS_WORKERS: flag().default(true),
  /** Stages that need none, because they are started when work waits for them. */
  BATCH_STAGES_FROM_ZERO: someOf(stageNames).default([]),
  /** Folder for uploads until their digest is known. */
  SPOOL_DIR: z.string({ error: 'a folder' }).default(tmpdir()),
  /** Partitions of a lane that a tenant's submissions are spread over; 1 keeps their order. Absent: all of them. */
  INTAKE_SHARDS: wholeNumber(1, 1000).optional(),
  /** Time the broker has to acknowledge a record, in milliseconds. */
  PUBLISH_TIMEOUT_MS: wholeNumber(100, 60_000).default(10_000),
  /** Time in which a whole request must arrive, in milliseconds. */
  REQUEST_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(300_000),
  /** Time without a byte of a body after which it is given up, in milliseconds. */
  STALL_TIMEOUT_MS: wholeNumber(1_000, 600_000).default(15_000),
  /** Requests per minute and tenant, at all gateways together. */
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000).default(6_000),
  /** Bytes of documents that a tenant may submit by the API in a day (UTC); absent: no limit, as in the following. */
  QUOTA_BYTES_PER_DAY: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
  /** Pages that a tenant may submit in a day. */
  QUOTA_PAGES_PER_DAY: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
  /** Money that a tenant may spend in a day, in units of COST_PER_PAGE. */
  QUOTA_COST_PER_DAY: amount().optional(),
  /** Documents of a tenant that may be in progress. */
  QUOTA_DOCUMENTS_IN_FLIGHT: wholeNumber(0, 1_000_000_000).optional(),
  /** Price of a page, in any unit of money; 0 counts none. */
  COST_PER_PAGE: amount().default(0),
  /** Backlog that intake stays below, in estimated seconds until everything that waits is done. */
  INTAKE_TARGET_BACKLOG_SECONDS: wholeNumber(1, 86_400).default(600),
  /** Interval at which the rates of intake follow the backlog, in milliseconds. */
  INTAKE_CONTROL_MS: wholeNumber(100, 600_000).default(5_000),
  /** Gateways of other regions, for tenants that have documents of those routed: `<region>=<base URL>`, separated by commas. */
  REGIONS: z
    .string({ error: regionsExpected })
    .transform((value, context): ReadonlyMap<string, string> => {
      const regions = parseRegions(value);
      if (regions === undefined) context.addIssue({ code: 'custom', message: regionsExpected });
      return regions ?? z.NEVER;
    })
    .default(new Map()),
  /** Calls without a valid key per minute and address (IPv6: /64 network), counted in each process. */
  FAILED_CALLS_PER_MINUTE: wholeNumber(1, 1_000_000).default(60),
  /** Streams of events that a tenant may have open at one gateway. */
  EVENT_STREAMS_PER_TENANT: wholeNumber(1, 10_000).default(50),
  /** Streams of events that may be open at one gateway, of all tenants. */
  EVENT_STREAMS: wholeNumber(1, 100_000).default(1_000),
  /** Identity providers whose tokens are accepted beside API keys: JSON, as docs/integrate/security.md describes. */
  OIDC_ISSUERS: jsonOf(oidcIssuersSchema).default([]),
  /** Client certificates that stand for a tenant and a role: JSON, as docs/integrate/security.md describes. */
  CLIENT_CERTIFICATES: jsonOf(clientCertificatesSchema).default([]),
  /** Public keys of a tenant that may be valid at the same time: they are published in one record. */
  PUBLIC_KEYS_PER_TENANT: wholeNumber(1, 1_000).default(50),
  /** Address of the object store as callers reach it; then signed URLs of artifacts are the store's. Absent: the gateway's. */
  S3_PUBLIC_ENDPOINT: urlOf(['http', 'https']).optional(),
  /** Secret that all gateways sign URLs of artifacts with; absent: none are signed without `S3_PUBLIC_ENDPOINT`. */
  ARTIFACT_URL_SECRET: z.string({ error: urlSecret }).min(32, urlSecret).optional(),
  /** What must keep processes that make renditions away from the machine: `required` or `best` (docs/sandbox.md). */
  PARSER_SANDBOX: oneOf(sandboxDemands).default('best'),
  /** Processes that make renditions of documents (searchable PDF, hOCR, ALTO), at most. */
  RENDER_CHILDREN: wholeNumber(1, 64).default(1),
  /** Renditions that wait for such a process; more are refused with 503. */
  RENDER_QUEUE: wholeNumber(0, 1_000).default(16),
  /** Time limit of a rendition, in milliseconds. */
  RENDER_TIMEOUT_MS: wholeNumber(1_000, 170_000).default(60_000),
  /** Webhooks that a tenant may have. */
  REVIEW_LEASE_MS: wholeNumber(10_000, 86_400_000).default(300_000),
  WEBHOOKS_PER_TENANT: wholeNumber(1, 1_000).default(20),
  /** Proxies whose X-Forwarded-For is believed; none by default. */
  TRUSTED_PROXIES: addressList.default([]),
});

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

function isPrivateKey(pem: string): boolean {
  try {
    readPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

/**
 * What is signed needs a key. Development keys are in files of the local stack, so a gateway that others can reach refuses
 * them.
 */
export const gatewaySettings = settings.superRefine((given, context) => {
  const neededKeys = { FLEET_PROOF_KEY_ID: fleetKeyId, FLEET_PROOF_PRIVATE_KEY: fleetPrivateKey };
  for (const [name, expected] of Object.entries(neededKeys)) {
    if (given.TENANT_PROOF === 'off' || given[name as keyof typeof neededKeys] !== undefined) continue;
    const message = `${expected}, because TENANT_PROOF is ${given.TENANT_PROOF}`;
    context.addIssue({ code: 'custom', path: [name], message });
  }
  if (given.CLIENT_CERTIFICATES.length > 0 && given.HTTP_TLS_CLIENT_CA_FILE === undefined) {
    const message = 'HTTP_TLS_CLIENT_CA_FILE beside it, because certificates are verified against it';
    context.addIssue({ code: 'custom', path: ['CLIENT_CERTIFICATES'], message });
  }
  if (loopback.has(given.HTTP_HOST)) return;
  for (const name of ['DEVELOPMENT_API_KEY', 'DEVELOPMENT_OPERATOR_KEY'] as const) {
    if (given[name] === undefined) continue;
    const message =
      'no such key unless HTTP_HOST is a loopback address, because it is for trials on one machine';
    context.addIssue({ code: 'custom', path: [name], message });
  }
});

export type GatewaySettings = z.infer<typeof gatewaySettings>;
