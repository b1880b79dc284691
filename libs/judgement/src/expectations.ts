import { comparable, findPhrase, parseDate, plainText, searchText, type Finding } from '@docfleet/domain';
import type { JudgedDocument } from './judged-document.ts';

/**
 * Expectations of the client, by name: `docType` (name or title of a class), `fullName` and `reason` (words on the pages),
 * `dateFrom` and `dateTo` (range of every date field), or the name of a field with its value.
 */
export type Expectations = Readonly<Record<string, string>>;

/** A wrong class with this confidence is rejected; with less it is reviewed. */
const confidentClass = 0.9;

/**
 * Checks expectations over the whole run: one document that meets an expectation is sufficient. An expectation that none
 * meets is a finding of the first document.
 */
export function expectationFindings(
  expectations: Expectations,
  documents: readonly JudgedDocument[],
): ReadonlyMap<number, readonly Finding[]> {
  const [first] = documents;
  if (first === undefined) return new Map();
  const findings = Object.keys(expectations)
    .sort()
    .flatMap((name) => unmet(name, expectations[name] ?? '', documents));
  return new Map([[first.fields.index, findings]]);
}

function unmet(name: string, wanted: string, documents: readonly JudgedDocument[]): readonly Finding[] {
  switch (name) {
    case 'docType':
      return typeFinding(wanted, documents);
    case 'fullName':
      return documents.some((document) => hasName(document, wanted))
        ? []
        : [finding('EXPECTED_NAME_MISSING', [], 'The expected name does not stand on the pages.')];
    case 'reason':
      return documents.some((document) => hasText(document, wanted))
        ? []
        : [finding('EXPECTED_REASON_MISSING', [], 'The expected reason does not stand on the pages.')];
    case 'dateFrom':
    case 'dateTo':
      return dateFinding(name, wanted, documents);
    default:
      return fieldFinding(name, wanted, documents);
  }
}

function finding(
  code: string,
  fields: readonly string[],
  message: string,
  severity: Finding['severity'] = 'review',
): Finding {
  return { code, severity, fields, message };
}

function typeFinding(wanted: string, documents: readonly JudgedDocument[]): readonly Finding[] {
  const same = ({ documentClass }: JudgedDocument): boolean =>
    [documentClass.name, documentClass.title].some(
      (name) => comparable('text', name) === comparable('text', wanted),
    );
  if (documents.some(same)) return [];
  const sure = documents.every(({ fields }) => fields.confidence >= confidentClass);
  const message = 'The document is not of the expected type.';
  return [finding('EXPECTED_TYPE_MISMATCH', [], message, sure ? 'reject' : 'review')];
}

/** Whether one page has every word of the name, in any order; misread letters are tolerated in long words. */
function hasName({ pages }: JudgedDocument, wanted: string): boolean {
  const words = plainText(wanted)
    .split(/[^A-Z0-9]+/)
    .filter((word) => word.length > 1);
  if (words.length === 0) return false;
  return pages.some((page) => {
    const text = searchText(page.lines.map((line) => line.text).join('\n'));
    return words.every((word) => findPhrase(text, word) !== undefined);
  });
}

function hasText({ pages }: JudgedDocument, wanted: string): boolean {
  return pages.some(
    (page) => findPhrase(searchText(page.lines.map((line) => line.text).join('\n')), wanted) !== undefined,
  );
}

function dateFinding(
  name: 'dateFrom' | 'dateTo',
  wanted: string,
  documents: readonly JudgedDocument[],
): readonly Finding[] {
  const bound = parseDate(wanted, 'day-first');
  if (bound === undefined) return [finding('EXPECTATION_INVALID', [], `${name} is not a date.`)];
  const outside = documents.flatMap(({ fields }) =>
    fields.fields.filter(
      (field) =>
        field.type === 'date' && (name === 'dateFrom' ? field.normalised < bound : field.normalised > bound),
    ),
  );
  if (outside.length === 0) return [];
  return [
    finding(
      'EXPECTED_DATE_MISMATCH',
      outside.map((field) => field.name),
      `A date lies ${name === 'dateFrom' ? 'before' : 'after'} ${bound}.`,
    ),
  ];
}

function fieldFinding(
  name: string,
  wanted: string,
  documents: readonly JudgedDocument[],
): readonly Finding[] {
  const known = documents.filter(({ documentClass }) =>
    documentClass.fields.some((field) => field.name === name),
  );
  if (known.length === 0) {
    return [finding('EXPECTATION_UNKNOWN', [name], `Nothing here has a field ${name}.`, 'info')];
  }
  const met = known.some(({ documentClass, fields }) => {
    const value = fields.fields.find((field) => field.name === name);
    if (value === undefined) return false;
    switch (value.type) {
      case 'date':
        return parseDate(wanted, documentClass.dateOrder) === value.normalised;
      case 'money':
        return comparable('amount', wanted) === comparable('amount', value.normalised);
      case 'identifier':
        return comparable('ident', wanted) === comparable('ident', value.normalised);
      case 'count':
      case 'currency':
      case 'text':
        return comparable('text', wanted) === comparable('text', value.normalised);
    }
  });
  return met ? [] : [finding('EXPECTED_VALUE_MISMATCH', [name], `${name} is not what was expected.`)];
}
