import { Readable } from 'node:stream';
import { FailureError } from '@docfleet/domain';
import {
  toCsv,
  toJson,
  toPdf,
  toXlsx,
  toZip,
  type ArchivedEntry,
  type BatchReportInput,
  type ReportFile,
  type ReportPage,
} from '@docfleet/reports';
import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { readBatchReport } from '../batches/batch-report.ts';
import { artifactNames, originalName } from '../core/artifacts.ts';
import { found } from '../core/found.ts';
import { mayDo } from '../core/roles.ts';
import { tenantHolderOf } from './access.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const formats = ['json', 'csv', 'xlsx', 'pdf', 'zip'] as const;
type Format = (typeof formats)[number];

const mediaTypes: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8; header=present',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

/** Formats that show the documents themselves. */
const showsDocuments: readonly Format[] = ['pdf', 'zip'];

/** Reports that one process writes at once; more are refused, because each takes memory and processor time. */
const maxReports = 4;

/** Pages with evidence in a PDF at most: 100 files of 20 pages. */
const maxPdfPages = 2_000;

/** Longest image of a page that is read, in bytes. */
const maxImageBytes = 64 * 1024 * 1024;

type BatchReportParts = Pick<GatewayParts, 'artifacts' | 'store' | 'batches'>;

/** The results of a batch as one file. */
export function batchReportRoutes(api: Api, parts: BatchReportParts): void {
  let writing = 0;
  api.get(
    '/v1/batches/:batchId/results',
    {
      config: { action: 'readArtifacts' },
      schema: {
        summary: 'Read the results of a batch',
        description:
          'As they stand: a batch that has not ended says so; a draft has none (404). `pdf` and `zip` show the documents and need a role that may read evidence. ' +
          '503 when too many reports are being written.',
        operationId: 'readBatchResults',
        tags: ['batches'],
        params: z.object({ batchId: z.guid().toLowerCase() }),
        querystring: z.object({
          format: z.enum(formats).default('json'),
          originals: z
            .enum(['true', 'false'])
            .default('false')
            .describe('`zip` only: with the files as they were submitted.'),
        }),
        response: { 200: z.any().describe('The report.'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const { tenantId, role } = tenantHolderOf(request);
      const { format, originals } = request.query;
      if (showsDocuments.includes(format) && !mayDo(role, 'readEvidence'))
        throw new FailureError('FORBIDDEN');
      if (writing >= maxReports) throw new FailureError('SERVICE_UNAVAILABLE');
      writing += 1;
      reply.raw.once('close', () => {
        writing -= 1;
      });
      const { batchId } = request.params;
      const signal = disconnectSignal(reply);
      const { database } = parts.batches;
      const from = { database, store: parts.store };
      const batch = found(await readBatchReport(from, { tenantId, batchId }, signal));
      const body = await bodyOf(parts, batch, { format, withOriginals: originals === 'true', signal });
      return sendReport(reply, body, { format, name: `batch-${batchId}.${format}` });
    },
  );
}

interface Wanted {
  readonly format: Format;
  readonly withOriginals: boolean;
  readonly signal: AbortSignal;
}

async function bodyOf(
  parts: BatchReportParts,
  batch: BatchReportInput,
  { format, withOriginals, signal }: Wanted,
): Promise<Readable | Buffer> {
  switch (format) {
    case 'json':
      return Buffer.from(toJson(batch));
    case 'csv':
      return Readable.from(toCsv(batch));
    case 'xlsx':
      return toXlsx(batch);
    case 'pdf': {
      const readImage = (page: ReportPage) => readPage(parts, page, signal);
      return Readable.from(toPdf(batch, { readImage, maxPages: maxPdfPages, signal }));
    }
    case 'zip':
      return toZip(batch, (file) => entriesOf(parts, batch.tenantId, { file, withOriginals, signal }));
  }
}

function sendReport(
  reply: FastifyReply,
  body: Readable | Buffer,
  { format, name }: { readonly format: Format; readonly name: string },
): FastifyReply {
  return reply
    .type(mediaTypes[format])
    .headers({
      'content-disposition': contentDisposition(name, { type: 'attachment' }),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    })
    .send(body);
}

async function readPage(
  { store }: BatchReportParts,
  { image }: ReportPage,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  return goneIsUndefined(store.read(image.uri, { signal, maxBytes: maxImageBytes }));
}

function entriesOf(
  { artifacts, store }: BatchReportParts,
  tenantId: string,
  wanted: { readonly file: ReportFile; readonly withOriginals: boolean; readonly signal: AbortSignal },
): readonly ArchivedEntry[] {
  const { file, withOriginals, signal } = wanted;
  const { runId } = file;
  if (runId === null) return [];
  const open = (artifact: string) => async () => {
    const stream = async () => {
      const run = await artifacts.runOf(tenantId, runId);
      const { uri } = await artifacts.find(run, artifact, 'signed', signal);
      return (await store.openRead(uri, signal)).stream;
    };
    return goneIsUndefined(stream());
  };
  return [
    ...artifactNames.map((name) => ({ name, open: open(name) })),
    ...(withOriginals ? [{ name: file.name, open: open(originalName) }] : []),
  ];
}

const goneCodes: readonly string[] = ['SOURCE_NOT_FOUND', 'NOT_FOUND', 'ERASED', 'DATA_EXPIRED'];

/** What retention or an erasure removed is left out of a report. */
async function goneIsUndefined<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof FailureError && goneCodes.includes(error.code)) return undefined;
    throw error;
  }
}
