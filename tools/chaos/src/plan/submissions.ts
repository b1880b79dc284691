import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { runIdOf, type Lane } from '@docfleet/domain';
import type { Random } from '@docfleet/samples';
import { batchOf, type BatchSubmission } from './batches.ts';
import { brokenDocument, digitalDocument, documentOf, imageDocument, type Document } from './documents.ts';
import { tenants, type Tenant } from './tenants.ts';

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
  readonly batches: readonly BatchSubmission[];
  readonly badRecords: readonly BadRecord[];
  /** Number of real documents. */
  readonly real: number;
}

/** Most real documents of a run: each takes seconds to read. */
const maxReal = 100;

/** Share of real documents, so that small runs stay short. */
const realShare = 0.05;

/** A batch begins at the fourth of every so many documents, and has at most so many. */
const batchEvery = 10;
const maxBatchFiles = 6;

/** Share of broken documents in batches: more than usual, so that batches end in every state. */
const brokenInBatches = 0.2;

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
  const batches: BatchSubmission[] = [];
  const documentAt = async (index: number, brokenShare?: number): Promise<Document> => {
    const name = nameOf(seed, index);
    const path = real[random.integer(0, Math.max(0, real.length - 1))];
    if (realAt.has(index) && path !== undefined) return realDocument(path, name);
    return smallDocument(random, name, brokenShare);
  };
  for (let index = 0; index < documents;) {
    const name = nameOf(seed, index);
    const isBatch = index >= batches.length * batchEvery + 3;
    const files: Document[] = [];
    const count = isBatch ? Math.min(random.integer(1, maxBatchFiles), documents - index) : 1;
    while (files.length < count)
      files.push(await documentAt(index + files.length, isBatch ? brokenInBatches : undefined));
    const [document] = files;
    if (isBatch) {
      const [tenant, lane] = [random.pick(tenants), laneOf(random)];
      const submitter = { index, tenant, lane, requestId: `${name}-batch` };
      batches.push(batchOf(random, { ...submitter, number: batches.length, documents: files }));
    } else if (document !== undefined) submissions.push(submissionOf(random, { index, name, document }));
    index += count;
  }
  const badRecords = Array.from({ length: Math.ceil(documents / 50) }, (_, index) => ({
    index,
    lane: laneOf(random),
    how: random.pick(['undecodable', 'unproven-tenant', 'malformed', 'other-region'] as const),
  }));
  return { submissions, batches, badRecords, real: realAt.size };
}

/** Runs of a plan: those of its submissions, and one for each file of its batches. */
export function runsIn({ submissions, batches }: SubmissionPlan): number {
  return submissions.length + batches.reduce((sum, { files }) => sum + files.length, 0);
}

/** Small documents only, submitted once through the API. */
export function plainSubmissions(random: Random, documents: number, seed: number): SubmissionPlan {
  const submissions = Array.from({ length: documents }, (_, index): Submission => {
    const name = nameOf(seed, index);
    const document = digitalDocument(random, name, 1);
    const usual = { channel: 'api', repeated: false, conflicting: null, cancelAfterMs: null } as const;
    return { ...submissionOf(random, { index, name, document }), ...usual };
  });
  return { submissions, batches: [], badRecords: [], real: 0 };
}

function nameOf(seed: number, index: number): string {
  return `chaos-${seed}-${index}`;
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

async function smallDocument(random: Random, name: string, brokenShare = 0.05): Promise<Document> {
  if (random.next() < brokenShare) return brokenDocument(random, name);
  const share = random.next();
  if (share < 0.05) return imageDocument(random, name);
  return digitalDocument(random, name, share < 0.1 ? random.integer(2, 4) : 1);
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
