import { documentOf, plainSubmissions, type Document, type SubmissionPlan } from '@docfleet/chaos';
import { seededRandom, writeSamples } from '@docfleet/samples';
import sharp from 'sharp';

/** One of so many documents is a scan, which takes a second or more to read; the others have a text layer. */
const scanEvery = 3;

/**
 * Documents of a burst: short ones, and scans that make work for OCR. `folder` takes the scan that the others are made
 * from.
 */
export async function burstOf(documents: number, seed: number, folder: string): Promise<SubmissionPlan> {
  const plan = plainSubmissions(seededRandom(seed), documents, seed);
  const samples = await writeSamples(folder, seed);
  const original = samples.find(
    ({ form, documentClass }) => form === 'scanned-jpeg' && documentClass === 'receipt',
  );
  if (original === undefined) throw new Error('There is no scanned receipt among the samples.');
  const submissions = await Promise.all(
    plan.submissions.map(async (submission, index) => {
      if (index % scanEvery !== 0) return submission;
      return { ...submission, document: await scanLike(original.path, submission.requestId, index) };
    }),
  );
  return { ...plan, submissions };
}

/** A scan of other bytes: results of pages are kept by their content. */
async function scanLike(path: string, name: string, index: number): Promise<Document> {
  const bytes = await sharp(path)
    .modulate({ brightness: 1 - index / 1000 })
    .jpeg({ quality: 80 })
    .toBuffer();
  return documentOf('image', `${name}.jpg`, 'image/jpeg', bytes);
}
