import { batchStates, clampTime, FailureError } from '@docfleet/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { exportAcceptedBatches } from '../adapters/batch-metrics.ts';
import { acceptBatch, type AcceptedBatch, type IncomingFile } from '../batches/accept-batch.ts';
import { cancelBatch } from '../batches/cancel-batch.ts';
import { openDraft, putDraftFile, startDraft, takesFiles } from '../batches/drafts.ts';
import { listBatches, loadBatch } from '../batches/load-batch.ts';
import {
  batchFileOf,
  batchFileSchema,
  batchOf,
  batchPageSchema,
  batchSchema,
  batchSummaryOf,
  readBatchCursor,
  writeBatchCursor,
} from '../core/batch.ts';
import { jsonBatch } from '../core/batch-request.ts';
import { intakeFaults } from '../core/intake-checks.ts';
import { parseRequest } from '../core/parse-request.ts';
import { InvalidRequest, RefusedRequest } from '../core/problem.ts';
import { queryInteger } from '../core/query-integer.ts';
import { idempotencyHeaders, tidyFileName } from '../core/submission.ts';
import { tenantHolderOf } from './access.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { readBatchForm } from './read-batch.ts';
import { readForm } from './read-form.ts';
import { withKey } from './read-submission.ts';
import { showLimit } from './show-limit.ts';

const batchParams = z.object({ batchId: z.guid().toLowerCase() });

/** The number of a file in a path: decimal digits and nothing else. */
function fileNumber(maxFiles: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value),
    z.number().int().min(1).max(maxFiles),
  );
}

const listQuery = z.object({
  state: z.enum(batchStates).optional(),
  since: z.iso.datetime({ offset: true }).optional().describe('Only batches created at or after this time.'),
  cursor: z.string().optional().describe('`next` of the previous page.'),
  limit: queryInteger({ min: 1, max: 200, byDefault: 50 }),
});

const accepted = {
  200: batchSchema.describe('The same batch was accepted before.'),
  202: batchSchema.describe('Accepted.'),
  ...problemResponses,
};

/** Batches. They belong to a tenant: fleet roles see their jobs, without content. */
export function batchRoutes(api: Api, parts: GatewayParts): void {
  const { batches } = parts;
  const { database, limits } = batches;
  const countAccepted = exportAcceptedBatches(parts.metrics);
  const batchIntake = { intake: parts.intake, database };
  const bodySchema = jsonBatch(limits.maxFiles);
  const refuseUnready = async (): Promise<void> => {
    const faults = intakeFaults(batches.intakeLimits, await batches.intakeFacts());
    if (faults.length > 0) throw new RefusedRequest('FLEET_NOT_READY', faults);
  };
  // How many files there are shows when they have arrived: one document is asked for, the others are charged afterwards.
  // The quotas count each file, when the batch is accepted.
  const admit = async (tenantId: string, request: FastifyRequest, reply: FastifyReply) => {
    const bytes = request.isMultipart() ? Number(request.headers['content-length'] ?? 0) : 0;
    showLimit(reply, await parts.admission.admit(tenantId, { documents: 1, bytes }));
    return parts.admission.checkOf(tenantId);
  };
  const answer = async (reply: FastifyReply, { batch, repeated }: AcceptedBatch) => {
    const loaded = await loadBatch(database, batch.tenantId, batch.batchId);
    if (!repeated && batch.acceptedAt !== null) {
      const files = loaded.files.length;
      countAccepted(files);
      if (files > 1) await parts.admission.chargeFurther(batch.tenantId, files - 1);
    }
    return reply
      .status(repeated ? 200 : 202)
      .header('location', `/v1/batches/${batch.batchId}`)
      .send(batchOf(loaded.batch, loaded.files));
  };

  api.post(
    '/v1/batches',
    {
      config: { action: 'submit', isRepeatable: true },
      // The handler validates all forms of the body, and the key; this schema is for the documentation.
      validatorCompiler: () => (value: unknown) => ({ value }),
      schema: {
        operationId: 'createBatch',
        summary: 'Submit several documents together',
        description:
          'As multipart/form-data with the field `batch` (JSON: requestId, metadata, options) before parts `files`, or one part ' +
          '`zip`; or as JSON with `sources`, or with `draft: true`. All of it is accepted, or nothing. A document that cannot be ' +
          'read fails its own job. 503 `FLEET_NOT_READY` while the fleet cannot take a batch; `errors` has the reasons.',
        tags: ['batches'],
        headers: idempotencyHeaders,
        body: bodySchema,
        response: accepted,
      },
    },
    async (request, reply) => {
      const { tenantId } = tenantHolderOf(request);
      await refuseUnready();
      const check = await admit(tenantId, request, reply);
      const signal = disconnectSignal(reply);
      if (request.isMultipart()) {
        const { head, files } = await readBatchForm(request, { ...limits, folder: parts.spoolFolder });
        return answer(reply, await acceptBatch(batchIntake, { tenantId, head, files, check, signal }));
      }
      const { sources, draft, ...head } = parseRequest(bodySchema, withKey(request, request.body));
      return answer(
        reply,
        draft === true
          ? await openDraft(batchIntake, { tenantId, head, expiryMs: batches.draftExpiryMs })
          : await acceptBatch(batchIntake, {
              tenantId,
              head,
              files: (sources ?? []).map(referenceOf),
              check,
              signal,
            }),
      );
    },
  );

  api.put(
    '/v1/batches/:batchId/files/:n',
    {
      config: { action: 'submit' },
      schema: {
        operationId: 'putBatchFile',
        summary: 'Add a file to a draft',
        description:
          'As multipart/form-data with a part `file`. A number that has a file gets the new one, so a call that was ' +
          'interrupted is repeated.',
        tags: ['batches'],
        params: batchParams.extend({ n: fileNumber(limits.maxFiles) }),
        response: {
          200: batchFileSchema.describe('The file of this number was replaced.'),
          201: batchFileSchema.describe('Added.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const { tenantId } = tenantHolderOf(request);
      const { batchId, n } = request.params;
      // Known before the first byte of the body: nothing has to be read to refuse it.
      const batch = takesFiles((await loadBatch(database, tenantId, batchId)).batch, parts.clock);
      const signal = disconnectSignal(reply);
      const incoming = await readDraftFile(request, { ...limits, folder: parts.spoolFolder });
      try {
        const stored = await putDraftFile(batchIntake, { batch, n, incoming, signal });
        return await reply.status(stored.isNew ? 201 : 200).send(batchFileOf({ ...stored.file, run: null }));
      } finally {
        await incoming.file.file.remove();
      }
    },
  );

  api.post(
    '/v1/batches/:batchId/start',
    {
      config: { action: 'submit', isRepeatable: true },
      schema: {
        operationId: 'startBatch',
        summary: 'Start a draft',
        description: 'Its files become jobs, all of them or none. Repeated calls are safe.',
        tags: ['batches'],
        params: batchParams,
        response: accepted,
      },
    },
    async (request, reply) => {
      const { tenantId } = tenantHolderOf(request);
      const { batchId } = request.params;
      await refuseUnready();
      const check = await admit(tenantId, request, reply);
      return answer(reply, await startDraft(batchIntake, { tenantId, batchId, check }));
    },
  );

  api.get(
    '/v1/batches',
    {
      config: { action: 'readBatches' },
      schema: {
        operationId: 'listBatches',
        summary: 'List batches, newest first',
        tags: ['batches'],
        querystring: listQuery,
        response: { 200: batchPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { tenantId } = tenantHolderOf(request);
      const { state, since, cursor, limit } = request.query;
      const after = cursor === undefined ? undefined : readBatchCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor returned by this list' }]);
      }
      const found = await listBatches(database, {
        tenantId,
        state,
        since: since === undefined ? undefined : clampTime(Date.parse(since)),
        after,
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next = found.length > limit && last !== undefined ? writeBatchCursor(last) : null;
      return { batches: page.map(batchSummaryOf), next };
    },
  );

  api.get(
    '/v1/batches/:batchId',
    {
      config: { action: 'readBatches' },
      schema: {
        operationId: 'getBatch',
        summary: 'Read the state of a batch and of each of its files',
        tags: ['batches'],
        params: batchParams,
        response: { 200: batchSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { tenantId } = tenantHolderOf(request);
      const { batch, files } = await loadBatch(database, tenantId, request.params.batchId);
      return batchOf(batch, files);
    },
  );

  api.post(
    '/v1/batches/:batchId/cancel',
    {
      config: { action: 'cancelBatch', isRepeatable: true },
      schema: {
        operationId: 'cancelBatch',
        summary: 'Cancel a batch',
        description:
          'What has not ended is cancelled; what has, keeps its result. A draft ends at once. Repeated calls are safe.',
        tags: ['batches'],
        params: batchParams,
        response: { 202: batchSchema.describe('The batch will end.'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const holder = tenantHolderOf(request);
      const { batchId } = request.params;
      const { tenantId } = holder;
      const batch = await cancelBatch(
        { ...batchIntake, publisher: parts.publisher },
        { tenantId, batchId, holder },
      );
      const { files } = await loadBatch(database, tenantId, batchId);
      return reply.status(202).header('location', `/v1/batches/${batchId}`).send(batchOf(batch, files));
    },
  );
}

function referenceOf({
  uri,
  sha256,
  fileName,
  documentId,
}: {
  readonly uri: string;
  readonly sha256?: string | undefined;
  readonly fileName?: string | undefined;
  readonly documentId?: string | undefined;
}): IncomingFile {
  return {
    file: { kind: 'reference', uri, sha256 },
    fileName: tidyFileName(fileName),
    documentId: documentId ?? null,
  };
}

/** The file of a draft; whoever reads it removes it from disk. */
async function readDraftFile(
  request: FastifyRequest,
  { folder, maxFileBytes }: { readonly folder: string; readonly maxFileBytes: number },
) {
  if (!request.isMultipart()) {
    throw new InvalidRequest([{ path: 'body', message: 'is not of the type multipart/form-data' }], 415);
  }
  const form = await readForm(request, { folder, maxBytes: maxFileBytes });
  // A draft is of this region: nobody takes its files elsewhere.
  if (form === undefined) throw new FailureError('INTERNAL_ERROR');
  const { file, fileName, mediaType, fields } = form;
  const unexpected = Object.keys(fields).map((path) => ({ path, message: 'unexpected field' }));
  if (unexpected.length > 0) {
    await file.remove();
    throw new InvalidRequest(unexpected);
  }
  return {
    file: { kind: 'upload', file, mediaType } as const,
    fileName: tidyFileName(fileName),
    documentId: null,
  } as const;
}
