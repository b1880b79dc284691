import type { BatchReportInput, ReportFile } from './batch-report.ts';
import { hasResult, isEnded } from './file-states.ts';

/** Problems that a check names at most; further ones are counted. */
const maxProblems = 100;

export const checkNames = ['coverageComplete', 'hashesEqual', 'timesConsistent', 'errorsExplained'] as const;
export type CheckName = (typeof checkNames)[number];

/** What was checked after a batch. */
export interface Check {
  readonly name: CheckName;
  readonly passed: boolean;
  /** In words, with the number of the file. */
  readonly problems: readonly string[];
  /** Number of problems, also those that are not named. */
  readonly problemCount: number;
}

/** Checks what a batch that has ended must keep. */
export function checkBatch(batch: BatchReportInput): readonly Check[] {
  const { files } = batch;
  return [
    checkOf('coverageComplete', files.flatMap(coverageProblems)),
    checkOf('hashesEqual', [...files.flatMap(hashProblems), ...repeatProblems(files)]),
    checkOf(
      'timesConsistent',
      files.flatMap((file) => timeProblems(batch, file)),
    ),
    checkOf('errorsExplained', files.flatMap(errorProblems)),
  ];
}

function checkOf(name: CheckName, problems: readonly string[]): Check {
  return {
    name,
    passed: problems.length === 0,
    problems: problems.slice(0, maxProblems),
    problemCount: problems.length,
  };
}

const said = (file: ReportFile, problem: string): string => `file ${String(file.n)}: ${problem}`;

/** Every document has a coverage, and every page was read. */
function coverageProblems(file: ReportFile): readonly string[] {
  if (!hasResult(file)) return [];
  return file.documents.flatMap(({ index, coverage }) => {
    const document = `document ${String(index)}`;
    if (coverage === null) return [said(file, `${document} has no coverage`)];
    const { pages, pagesRead } = coverage;
    if (pagesRead >= pages) return [];
    return [said(file, `${document} has ${String(pages)} pages, of which ${String(pagesRead)} were read`)];
  });
}

/** The hash of the result is that of its documents, and the evidence belongs to the same result. */
function hashProblems(file: ReportFile): readonly string[] {
  if (!hasResult(file)) return [];
  const { hashes } = file;
  if (hashes === null) return [said(file, 'has no hash')];
  return [
    ...(hashes.stated === hashes.computed ? [] : [said(file, 'the hash is not that of its documents')]),
    ...(hashes.stated === hashes.evidence ? [] : [said(file, 'the evidence belongs to another result')]),
  ];
}

/** The same file with the same options has the same result. */
function repeatProblems(files: readonly ReportFile[]): readonly string[] {
  const first = new Map<string, ReportFile>();
  return files.flatMap((file) => {
    if (!hasResult(file) || file.sha256 === null || file.hashes === null) return [];
    const before = first.get(file.sha256);
    if (before === undefined) {
      first.set(file.sha256, file);
      return [];
    }
    if (before.hashes?.stated === file.hashes.stated) return [];
    return [said(file, `has another result than file ${String(before.n)}, which is the same file`)];
  });
}

function timeProblems({ createdAt, endedAt }: BatchReportInput, file: ReportFile): readonly string[] {
  const problems: string[] = [];
  if (isEnded(file) && file.endedAt === null) problems.push('has ended without a time');
  if (file.acceptedAt !== null && file.acceptedAt < createdAt) problems.push('was accepted before the batch');
  if (file.endedAt !== null && file.endedAt < (file.acceptedAt ?? createdAt))
    problems.push('ended before it began');
  if (file.endedAt !== null && endedAt !== null && file.endedAt > endedAt)
    problems.push('ended after the batch');
  return problems.map((problem) => said(file, problem));
}

/** Whatever has no result says why. */
function errorProblems(file: ReportFile): readonly string[] {
  if (!isEnded(file)) return [said(file, `has not ended: ${file.status}`)];
  if (hasResult(file) || file.status === 'cancelled' || file.failure !== null) return [];
  return [said(file, `is ${file.status} without a reason`)];
}
