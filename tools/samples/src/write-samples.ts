import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adBuy } from './ad-buy.ts';
import { invoice } from './invoice.ts';
import { letter } from './letter.ts';
import { drawPdf } from './page.ts';
import { seededRandom, type Random } from './random.ts';
import { receipt } from './receipt.ts';
import { registrationForm } from './registration-form.ts';
import type { Sample } from './sample.ts';
import { imagePdf, scanPage, type ScanOptions } from './scan.ts';

/** How a document reaches the fleet: born digital, or off a scanner as a picture or as a PDF of a picture. */
export type SampleForm = 'digital' | 'scanned-pdf' | 'scanned-jpeg';

export interface SampleFile {
  readonly path: string;
  readonly mediaType: 'application/pdf' | 'image/jpeg';
  readonly form: SampleForm;
  /** Name of the class in `schemas/classes`. */
  readonly documentClass: string;
  /** Main fields by name, normalised as results are: dates `yyyy-mm-dd`, money with two decimals and a point. */
  readonly expected: Readonly<Record<string, string>>;
}

interface Plan {
  readonly name: string;
  readonly make: (random: Random) => Sample;
  readonly form: SampleForm;
  readonly scan?: Partial<ScanOptions>;
}

const plans: readonly Plan[] = [
  { name: 'invoice-digital.pdf', make: (random) => invoice(random), form: 'digital' },
  { name: 'receipt-digital.pdf', make: (random) => receipt(random), form: 'digital' },
  { name: 'ad-buy-digital.pdf', make: adBuy, form: 'digital' },
  { name: 'registration-form-digital.pdf', make: registrationForm, form: 'digital' },
  { name: 'letter-digital.pdf', make: letter, form: 'digital' },
  {
    name: 'invoice-scanned.pdf',
    make: (random) => invoice(random),
    form: 'scanned-pdf',
    scan: { skewDegrees: 0.6 },
  },
  {
    name: 'receipt-scanned.jpg',
    make: (random) => receipt(random),
    form: 'scanned-jpeg',
    scan: { skewDegrees: -1.2 },
  },
  { name: 'letter-scanned.pdf', make: letter, form: 'scanned-pdf', scan: { skewDegrees: -0.4 } },
];

/** A year in which nothing was bought yet: a rule of the class refuses to believe the date. */
const implausibleYear = 2041;

const plansToReview: readonly Plan[] = [
  { name: 'invoice-to-review.pdf', make: (random) => invoice(random, implausibleYear), form: 'digital' },
  { name: 'receipt-to-review.pdf', make: (random) => receipt(random, implausibleYear), form: 'digital' },
];

const scanner: ScanOptions = { dpi: 200, skewDegrees: 0, blurPx: 0.6, noise: 14, quality: 80 };

/**
 * Writes a small set of invented documents into the folder: every class as a digital PDF, some as scans.
 * The same seed (default 1) writes the same bytes; another seed gives other names, amounts and dates.
 */
export async function writeSamples(folder: string, seed = 1): Promise<SampleFile[]> {
  await mkdir(folder, { recursive: true });
  const written: SampleFile[] = [];
  for (const [index, plan] of plans.entries()) {
    written.push(await writeSample(folder, plan, seed * 1000 + index));
  }
  return written;
}

/** Writes invented documents that a person has to look at, because their dates lie in the future. */
export async function writeSamplesToReview(folder: string, seed = 1): Promise<SampleFile[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    plansToReview.map((plan, index) => writeSample(folder, plan, seed * 1000 + 500 + index)),
  );
}

/**
 * Writes the document of a number into the folder: every number gives another one, and the kinds take turns. Without
 * `scans` only digital ones, which need no OCR.
 */
export function writeNumberedSample(
  folder: string,
  number: number,
  { scans }: { readonly scans: boolean },
): Promise<SampleFile> {
  const kinds = scans ? plans : plans.filter(({ form }) => form === 'digital');
  const plan = kinds[number % kinds.length];
  if (plan === undefined) throw new Error(`there is no sample ${String(number)}`);
  return writeSample(folder, { ...plan, name: `${String(number)}-${plan.name}` }, 1_000_000 + number);
}

async function writeSample(folder: string, plan: Plan, seed: number): Promise<SampleFile> {
  const random = seededRandom(seed);
  const sample = plan.make(random);
  const path = join(folder, plan.name);
  await writeFile(path, await contentOf(plan, sample, random));
  return {
    path,
    mediaType: plan.form === 'scanned-jpeg' ? 'image/jpeg' : 'application/pdf',
    form: plan.form,
    documentClass: sample.documentClass,
    expected: sample.expected,
  };
}

async function contentOf(plan: Plan, sample: Sample, random: Random): Promise<Buffer> {
  const digital = await drawPdf(sample.size, plan.name, sample.draw);
  if (plan.form === 'digital') return digital;
  const jpeg = await scanPage(digital, random, { ...scanner, ...plan.scan });
  return plan.form === 'scanned-jpeg' ? jpeg : imagePdf(jpeg, sample.size, plan.name);
}
