import {
  replacement,
  type Coverage,
  type DocumentVerdict,
  type Finding,
  type RunVerdict,
  type UnreadContent,
  type Verdict,
} from '@docfleet/domain';
import { borderDoubtful, doubtfulBorders } from './border-findings.ts';
import { dateOrderFindings } from './date-order-findings.ts';
import { expectationFindings, type Expectations } from './expectations.ts';
import type { JudgedDocument } from './judged-document.ts';
import { ruleFindings } from './rules.ts';

export interface JudgedRun {
  readonly documents: readonly JudgedDocument[];
  /** Number of pages of the file, including unread ones. */
  readonly pageCount: number;
  readonly expectations: Expectations;
  /** Whether rules and expectations are checked. */
  readonly checks: boolean;
  /** Milliseconds since the epoch at which the run was accepted; the rules use it as today. */
  readonly acceptedAt: number;
}

/** A page with a lower mean confidence of its words counts as poorly read. */
const poorConfidence = 0.6;

/**
 * Of a document that the submission names a class of: with a lower confidence its pages plainly fit another one better.
 * Guesses among the classes that there are would be about as sure.
 */
const plainlyAnother = 0.1;

/** For each document of a submission without checks. It asks for a review, so that nobody takes the document for checked. */
const notChecked: Finding = {
  code: 'NOT_CHECKED',
  severity: 'review',
  fields: [],
  message: 'The rules of the class and the expectations were not checked, as the submission asked.',
};

const noFindings: ReturnType<typeof expectationFindings> = new Map();

/** Judges every document of a run and lists its gaps; the verdict of the run is the worst one. */
export function judgeRun(run: JudgedRun): RunVerdict {
  const expected = run.checks ? expectationFindings(run.expectations, run.documents) : noFindings;
  const borders = doubtfulBorders(run.documents);
  const documents = run.documents.map((document) => {
    const { index } = document.fields;
    const doubtfulPages = borders.get(index) ?? [];
    return judgeDocument(document, run, { expected: expected.get(index) ?? [], doubtfulPages });
  });
  const unread = unreadPages(run);
  const [first, ...rest] = documents;
  const complete =
    first === undefined || unread.length === 0
      ? documents
      : [{ ...first, gaps: [...first.gaps, ...unread] }, ...rest];
  return { verdict: worst(complete.map(({ verdict }) => verdict)), documents: complete };
}

function judgeDocument(
  document: JudgedDocument,
  run: JudgedRun,
  {
    expected,
    doubtfulPages,
  }: { readonly expected: readonly Finding[]; readonly doubtfulPages: readonly number[] },
): DocumentVerdict {
  const findings = [
    ...classFindings(document),
    ...(doubtfulPages.length > 0 ? [borderDoubtful] : []),
    ...fieldFindings(document),
    ...dateOrderFindings(document),
    ...(run.checks ? [...ruleFindings(document, run.acceptedAt), ...expected] : [notChecked]),
  ];
  return {
    index: document.fields.index,
    verdict: worst(findings.map(({ severity }) => verdictOf(severity))),
    findings,
    coverage: coverageOf(document),
    gaps: [
      ...gapsOf(document),
      ...missingRows(document, findings),
      ...doubtfulPages.map((page) => `page ${String(page)} may belong to another document`),
    ],
  };
}

function classFindings({ documentClass, fields }: JudgedDocument): readonly Finding[] {
  if (documentClass.fields.length === 0) {
    return [
      {
        code: 'CLASS_UNKNOWN',
        severity: 'review',
        fields: [],
        message: 'No known document class fits these pages.',
      },
    ];
  }
  if (fields.classSource === 'submitted') {
    return fields.confidence >= plainlyAnother ? [] : [doubtedClass(documentClass.title, fields.confidence)];
  }
  if (fields.confidence >= documentClass.thresholds.documentClass) return [];
  return [
    {
      code: 'CLASS_UNSURE',
      severity: 'review',
      fields: [],
      message: `The class (${documentClass.title}) is unsure: confidence ${fields.confidence.toFixed(2)}.`,
    },
  ];
}

function doubtedClass(title: string, confidence: number): Finding {
  return {
    code: 'CLASS_DOUBTED',
    severity: 'review',
    fields: [],
    message: `The submission names the class ${title}, and the pages do not look like it: confidence ${confidence.toFixed(2)}.`,
  };
}

function fieldFindings({ documentClass, fields }: JudgedDocument): readonly Finding[] {
  return documentClass.fields.flatMap((field): Finding[] => {
    const value = fields.fields.find(({ name }) => name === field.name);
    if (value === undefined) {
      if (!field.required) return [];
      return [
        {
          code: 'FIELD_MISSING',
          severity: 'review',
          fields: [field.name],
          message: `The required field ${field.name} was not found.`,
        },
      ];
    }
    if (value.confidence >= documentClass.thresholds.field) return [];
    return [
      {
        code: 'FIELD_UNSURE',
        severity: field.required ? 'review' : 'info',
        fields: [field.name],
        message: `The field ${field.name} is unsure: confidence ${value.confidence.toFixed(2)}.`,
      },
    ];
  });
}

/** Counts the expected and the found fields, rows and pages (D-07). */
function coverageOf({ documentClass, fields, pages }: JudgedDocument): Coverage {
  const required = documentClass.fields.filter((field) => field.required);
  const answered = required.filter((field) => fields.fields.some(({ name }) => name === field.name));
  return {
    fieldsExpected: required.length,
    fieldsAnswered: answered.length,
    rowsSeen: fields.rowsSeen,
    rowsExtracted: fields.rows.length,
    pages: fields.lastPage - fields.firstPage + 1,
    pagesRead: pages.length,
  };
}

function gapsOf(document: JudgedDocument): readonly string[] {
  const { documentClass, fields, pages } = document;
  const coverage = coverageOf(document);
  const gaps = documentClass.fields
    .filter((field) => field.required && !fields.fields.some(({ name }) => name === field.name))
    .map((field) => `field ${field.name} was not found`);
  if (documentClass.fields.length === 0) {
    gaps.push(
      `pages ${String(fields.firstPage)} to ${String(fields.lastPage)} fit no class and were not extracted`,
    );
  }
  if (coverage.rowsExtracted < coverage.rowsSeen) {
    gaps.push(
      `${String(coverage.rowsSeen - coverage.rowsExtracted)} of ${String(coverage.rowsSeen)} rows seen were not extracted`,
    );
  }
  for (const page of pages) {
    const words = page.lines.flatMap((line) => line.words);
    const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, words.length);
    if (words.length > 0 && confidence < poorConfidence) {
      gaps.push(`page ${String(page.page)} could only be read poorly`);
    }
    for (const content of page.unread ?? []) gaps.push(unreadGaps[content](page.page));
    const lost = words.reduce((sum, { text }) => sum + text.split(replacement).length - 1, 0);
    if (lost > 0)
      gaps.push(`page ${String(page.page)} has ${String(lost)} characters that could not be read`);
  }
  return gaps;
}

/** Rows whose amounts add up to nothing that the document says are probably not all of them. */
function missingRows({ documentClass }: JudgedDocument, findings: readonly Finding[]): readonly string[] {
  return documentClass.rules.flatMap((rule) =>
    rule.kind === 'rows-sum' && findings.some(({ code }) => code === rule.code)
      ? [`rows of ${rule.group} may be missing: they add up to no amount of the document`]
      : [],
  );
}

/** What could not be read at all, in words. */
const unreadGaps: Readonly<Record<UnreadContent, (page: number) => string>> = {
  'damaged-picture': (page) => `page ${String(page)} has a damaged picture that could not be read whole`,
  'damaged-page': (page) => `page ${String(page)} is damaged and could not be read whole`,
  'xfa-form': () => 'the file is an XFA form, whose content was not read',
  'attached-document': () => 'the file has attached documents, which were not read',
};

/** Several documents of one page count it once. */
function unreadPages(run: JudgedRun): readonly string[] {
  const read = new Set(run.documents.flatMap(({ pages }) => pages.map(({ page }) => page))).size;
  return read >= run.pageCount
    ? []
    : [`${String(run.pageCount - read)} of ${String(run.pageCount)} pages were not read`];
}

function verdictOf(severity: Finding['severity']): Verdict {
  switch (severity) {
    case 'info':
      return 'approve';
    case 'review':
      return 'review';
    case 'reject':
      return 'reject';
  }
}

function worst(found: readonly Verdict[]): Verdict {
  if (found.includes('reject')) return 'reject';
  return found.includes('review') ? 'review' : 'approve';
}
