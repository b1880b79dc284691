import sharp from 'sharp';
import type { BatchReportInput, ReportDocument, ReportFile } from '../src/index.ts';

const page = { widthPx: 1_240, heightPx: 1_754 };

const rows = [
  ['invoiceNumber', 'identifier', '2026-00417', 0.99],
  ['invoiceDate', 'date', '14.03.2026', 0.97],
  ['supplierName', 'text', 'Gärtnerei Müller & Söhne GmbH', 0.93],
  ['netTotal', 'money', '1.204,00', 0.88],
  ['vat', 'money', '228,76', 0.72],
  ['grossTotal', 'money', '1.432,76', 0.96],
  ['iban', 'identifier', 'DE89 3704 0044 0532 0130 00', 0.41],
] as const;

/** Places of the values on the drawn page, in pixels. */
const placeOf = (index: number): readonly [number, number, number, number] => [
  640,
  300 + index * 120,
  640 + 420,
  300 + index * 120 + 40,
];

/** A page with the values where the fields of the sample have their boxes. */
export function drawnPage(): Promise<Buffer> {
  const lines = rows.map(([name, , value], index) => {
    const [left, top] = placeOf(index);
    const text = value.replaceAll('&', '&amp;');
    return `<text x="120" y="${String(top + 32)}">${name}</text><text x="${String(left)}" y="${String(top + 32)}">${text}</text>`;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(page.widthPx)}" height="${String(page.heightPx)}">` +
    `<rect width="100%" height="100%" fill="#fff"/><g font-family="sans-serif" font-size="34">` +
    `<text x="120" y="180" font-size="64">Rechnung</text>${lines.join('')}</g></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

function documentOf(number: number, pages: number): ReportDocument {
  const verdict = number % 4 === 0 ? 'review' : 'approve';
  return {
    index: 1,
    documentClass: 'invoice',
    firstPage: 1,
    lastPage: pages,
    verdict,
    findings:
      verdict === 'approve'
        ? []
        : [
            {
              code: 'IBAN_INVALID',
              severity: 'review',
              fields: ['iban'],
              message: 'The check digits of the IBAN do not fit; a person has to compare it with the page.',
            },
          ],
    gaps: number % 3 === 0 ? ['no date of delivery was found, which this class expects'] : [],
    coverage: {
      fieldsExpected: 9,
      fieldsAnswered: 7,
      rowsSeen: 4,
      rowsExtracted: 4,
      pages,
      pagesRead: pages,
    },
    fields: rows.flatMap(([name, type, value, confidence], index) =>
      Array.from({ length: pages }, (_, at) => ({
        name,
        type,
        value,
        normalised: type === 'money' ? value.replace('.', '').replace(',', '.') : value,
        confidence,
        page: at + 1,
        box: placeOf(index),
      })),
    ),
  };
}

export const begun = Date.UTC(2026, 2, 16, 8, 30);

export function sampleFile(n: number, pages = 1): ReportFile {
  const hash = String(n).padStart(2, '0').repeat(32);
  const common = {
    n,
    name: `rechnung-${String(n).padStart(3, '0')}.pdf`,
    sizeBytes: 40_000,
    runId: `0b3a6c1e-6f0e-5a53-8d52-${String(n).padStart(12, '0')}`,
    acceptedAt: begun + 1_000,
    endedAt: begun + 5_000 + n * 900,
    activeMs: 2_000 + n * 10,
  };
  if (n % 7 === 0) {
    return {
      ...common,
      sha256: hash,
      status: 'failed',
      verdict: null,
      failure: { code: 'DOC_CORRUPT', message: 'The file is damaged and cannot be opened.' },
      pageCount: 0,
      hashes: null,
      documents: [],
      pages: [],
    };
  }
  const document = documentOf(n, pages);
  return {
    ...common,
    sha256: hash,
    status: document.gaps.length > 0 ? 'completed_with_gaps' : 'completed',
    verdict: document.verdict,
    failure: null,
    pageCount: pages,
    hashes: { stated: hash, computed: hash, evidence: hash },
    documents: [document],
    pages: Array.from({ length: pages }, (_, at) => ({
      page: at + 1,
      ...page,
      image: { uri: `s3://b/${String(n)}/${String(at)}`, sha256: '', mediaType: 'image/png', sizeBytes: 1 },
    })),
  };
}

/** A batch that has ended; every seventh file is broken. */
export function sampleBatch(count: number, pages = 1): BatchReportInput {
  const files = Array.from({ length: count }, (_, index) => sampleFile(index + 1, pages));
  return {
    batchId: '7f0c2d8a-1b7e-4a55-9a53-0f6a4be1c001',
    tenantId: 'stadt-beispiel',
    state: files.some(({ failure }) => failure !== null) ? 'PARTIALLY_COMPLETED' : 'COMPLETED',
    requester: {
      name: 'Erika Mustermann',
      email: 'erika.mustermann@example.org',
      notes: 'Belege des ersten Quartals, Abteilung Grünflächen. Bitte vor dem Jahresabschluss prüfen.',
    },
    period: 'Q1',
    metadata: { municipality: 'Beispielstadt', department: 'Grünflächenamt', year: '2026' },
    options: { route: 'auto', checks: 'on' },
    createdAt: begun,
    endedAt: begun + 10_000 + count * 900,
    files,
  };
}
