import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { runIdOf, type Lane } from '@docfleet/domain';
import type { Random } from '@docfleet/samples';
import { brokenDocument, digitalDocument, documentOf, imageDocument, type Document } from './documents.ts';

export const tenants = ['development', 'northwind'] as const;
export type Tenant = (typeof tenants)[number];

/** How a document is submitted: through the API, or as a record written by the tenant. */
export type Channel = 'api' | 'record';

/** One expected run, with everything that is done about it. */
export interface Submission {
  readonly index: number;
  readonly tenant: Tenant;
  readonly lane: Lane;
  readonly channel: Channel;
  readonly requestId: string;
  readonly runId: string;
  readonly document: Document;
  /** Whether it is submitted twice, through the same channel. */
  readonly repeated: boolean;
  /** Another document that is submitted afterwards with the same requestId. */
  readonly conflicting: Document | null;
  /** Time from submission to two cancels, in milliseconds; null: not cancelled. */
  readonly cancelAfterMs: number | null;
}

/** Faults of records that no stage and no store can take: a fault run sends one of each at once. */
export const poisons = [
  'control-character',
  'lone-surrogate',
  'cut',
  'wrong-schema',
  'huge-header',
  'huge-value',
] as const;

/** A record that must never become a run; of `bad-key`, at most a failed one. */
export interface BadRecord {
  /** Part of its requestId. */
  readonly index: number | string;
  readonly lane: Lane;
  readonly how:
    'undecodable' | 'unproven-tenant' | 'malformed' | 'other-region' | 'bad-key' | (typeof poisons)[number];
}

export interface SubmissionPlan {
  readonly submissions: readonly Submission[];
  readonly badRecords: readonly BadRecord[];
  /** Number of real documents. */
  readonly real: number;
}

/** Most real documents of a run: each takes seconds to read. */
const maxReal = 100;

/** Share of real documents, so that small runs stay short. */
const realShare = 0.05;

/** Larger files are not used: they only make the run longer. */
const largestRealBytes = 400_000;

/** The documents of a run, from its seed; `realFolder` is the folder of labelled documents, if it exists. */
export async function planSubmissions(
  random: Random,
  options: { readonly documents: number; readonly seed: number; readonly realFolder: string },
): Promise<SubmissionPlan> {
  const { documents, seed, realFolder } = options;
  const real = realFiles(realFolder);
  const wanted = real.length === 0 ? 0 : Math.min(maxReal, Math.floor(documents * realShare));
  const realAt = new Set<number>();
  while (realAt.size < wanted) realAt.add(random.integer(0, documents - 1));
  const submissions: Submission[] = [];
  for (let index = 0; index < documents; index += 1) {
    const name = `chaos-${seed}-${index}`;
    const path = real[random.integer(0, Math.max(0, real.length - 1))];
    const document =
      realAt.has(index) && path !== undefined ? realDocument(path, name) : await smallDocument(random, name);
    submissions.push(submissionOf(random, { index, name, document }));
  }
  const badRecords = Array.from({ length: Math.ceil(documents / 50) }, (_, index) => ({
    index,
    lane: laneOf(random),
    how: random.pick(['undecodable', 'unproven-tenant', 'malformed', 'other-region'] as const),
  }));
  return { submissions, badRecords, real: realAt.size };
}

/** Small documents only, submitted once through the API. */
export function plainSubmissions(random: Random, documents: number, seed: number): SubmissionPlan {
  const submissions = Array.from({ length: documents }, (_, index): Submission => {
    const name = `chaos-${seed}-${index}`;
    const document = digitalDocument(random, name, 1);
    const usual = { channel: 'api', repeated: false, conflicting: null, cancelAfterMs: null } as const;
    return { ...submissionOf(random, { index, name, document }), ...usual };
  });
  return { submissions, badRecords: [], real: 0 };
}

function submissionOf(
  random: Random,
  given: { readonly index: number; readonly name: string; readonly document: Document },
): Submission {
  const { index, name, document } = given;
  const tenant = random.pick(tenants);
  const requestId = name;
  const [variant, cancelAfterMs] = [random.next(), Math.floor(random.next() ** 2 * 6_000)];
  const conflicting = variant >= 0.08 && variant < 0.12 ? digitalDocument(random, `${name}-other`, 1) : null;
  return {
    index,
    tenant,
    lane: laneOf(random),
    channel: random.next() < 0.4 ? 'record' : 'api',
    requestId,
    runId: runIdOf(tenant, requestId),
    document,
    repeated: variant < 0.08,
    conflicting,
    cancelAfterMs: variant >= 0.12 && variant < 0.2 ? cancelAfterMs : null,
  };
}

function laneOf(random: Random): Lane {
  const share = random.next();
  if (share < 0.15) return 'urgent';
  return share < 0.4 ? 'high' : 'normal';
}

async function smallDocument(random: Random, name: string): Promise<Document> {
  const share = random.next();
  if (share < 0.05) return brokenDocument(random, name);
  if (share < 0.1) return imageDocument(random, name);
  return digitalDocument(random, name, share < 0.15 ? random.integer(2, 4) : 1);
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};

/** Paths of the labelled documents; hostile ones are for other tests. */
function realFiles(folder: string): string[] {
  const folders = ['forms', 'invoices', 'receipts'].map((name) => join(folder, name)).filter(existsSync);
  return folders
    .flatMap((below) =>
      readdirSync(below, { recursive: true, encoding: 'utf8' }).map((path) => join(below, path)),
    )
    .filter((path) => mediaTypes[extname(path)] !== undefined && statSync(path).size <= largestRealBytes)
    .sort();
}

function realDocument(path: string, name: string): Document {
  const extension = extname(path);
  return documentOf('real', `${name}${extension}`, mediaTypes[extension] ?? '', readFileSync(path));
}
