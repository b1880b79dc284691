import fc from 'fast-check';
import type { FuzzPlace } from './fuzz-place.ts';
import { fuzzedJson, fuzzedUpload, otherCall, type FuzzedCall } from './fuzzed-call.ts';
import { fuzzedRecord, type FuzzedRecord } from './fuzzed-record.ts';

export type FuzzedSubmission = FuzzedRecord | FuzzedCall;

/** `count` fuzzed submissions of one tenant; the same for the same seed, files and place. */
export function fuzzedSubmissions(options: {
  readonly seed: number;
  readonly count: number;
  readonly files: readonly Buffer[];
  readonly place: FuzzPlace;
}): readonly FuzzedSubmission[] {
  const { seed, count, files, place } = options;
  const submission = fc.oneof<fc.MaybeWeightedArbitrary<FuzzedSubmission>[]>(
    { weight: 4, arbitrary: fuzzedRecord(place) },
    { weight: 3, arbitrary: fuzzedUpload(files) },
    { weight: 2, arbitrary: fuzzedJson(place) },
    { weight: 2, arbitrary: otherCall(place) },
  );
  return fc.sample(submission, { seed, numRuns: count });
}

const shownLength = 300;

/** The submission as one line of text, for reports. */
export function describeSubmission(submission: FuzzedSubmission): string {
  const text =
    submission.channel === 'record'
      ? `record on ${submission.lane}, ${submission.damage.kind}, ${JSON.stringify(submission.value)} ${JSON.stringify(submission.headers)}`
      : `${submission.method} ${JSON.stringify(submission.target)} ${JSON.stringify(submission.headers)} ${JSON.stringify(submission.body.toString('latin1'))}`;
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}
