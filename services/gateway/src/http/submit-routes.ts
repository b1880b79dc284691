import type { Run } from '@docfleet/contracts';
import { notificationChannels } from '@docfleet/database';
import { sleep } from '@docfleet/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { jobOf, jobSchema } from '../core/job.ts';
import { parseRequest } from '../core/parse-request.ts';
import { queryInteger } from '../core/query-integer.ts';
import { idempotencyHeaders, jsonSubmission } from '../core/submission.ts';
import { submit, type Accepted } from '../intake.ts';
import { tenantHolderOf } from './access.ts';
import { answerFromElsewhere } from './answer-from-elsewhere.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { readSubmission } from './read-submission.ts';
import { showLimit } from './show-limit.ts';

const maxWaitMs = 120_000;
const defaultWaitMs = 30_000;

/** Interval at which a waiting request reads whether its run has ended, in milliseconds, in case it was not told. */
const checkIntervalMs = 5_000;

/** The same while endings are not told, because the database was not available. */
const unannouncedIntervalMs = 1_000;

/** `POST /v1/jobs` and `POST /v1/process`. */
export function submitRoutes(api: Api, parts: GatewayParts): void {
  api.post(
    '/v1/jobs',
    {
      config: {
        action: 'submit',
        isRepeatable: true,
        responseHeaders: { 200: ['location'], 202: ['location'] },
      },
      // The handler validates both forms of the body, and the key; this schema is for the documentation.
      validatorCompiler: bodyUnchecked,
      schema: {
        operationId: 'submitDocument',
        summary: 'Submit a document',
        description:
          'As multipart/form-data with a part `file`, or as JSON with the address of an object in a store.',
        tags: ['jobs'],
        headers: idempotencyHeaders,
        body: jsonSubmission,
        response: {
          200: jobSchema.describe('The same submission was accepted before.'),
          202: jobSchema.describe('Accepted.'),
          307: elsewhereResponse,
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const accepted = await acceptSubmission(parts, request, reply);
      if (accepted === undefined) return reply;
      const { run, repeated } = accepted;
      return reply
        .status(repeated ? 200 : 202)
        .header('location', `/v1/jobs/${run.runId}`)
        .send(jobOf(run));
    },
  );

  api.post(
    '/v1/process',
    {
      config: {
        action: 'submit',
        isRepeatable: true,
        responseHeaders: { 200: ['location'], 202: ['location'] },
      },
      validatorCompiler: bodyUnchecked,
      schema: {
        operationId: 'processDocument',
        summary: 'Submit a document and wait for its result',
        description:
          'Like `POST /v1/jobs`, but returns 200 with the finished job, or 202 when it is not finished after `waitMs`. A job that waits for a person ' +
          '(`in_review`) is returned with 202 at once.',
        tags: ['jobs'],
        querystring: waitQuery,
        headers: idempotencyHeaders,
        body: jsonSubmission,
        response: {
          200: jobSchema.describe('Finished.'),
          202: jobSchema.describe('Accepted, and not finished yet.'),
          307: elsewhereResponse,
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      // This route's validator is off, so the query is parsed here.
      const { waitMs } = parseRequest(waitQuery, request.query);
      const disconnected = disconnectSignal(reply);
      const accepted = await acceptSubmission(parts, request, reply);
      if (accepted === undefined) return reply;
      const { run } = accepted;
      const latest = await waitForEnd(parts, run, { waitMs, signal: disconnected });
      return reply
        .status(latest.endedAt === null ? 202 : 200)
        .header('location', `/v1/jobs/${run.runId}`)
        .send(jobOf(latest, { inReview: await findInReview(parts, request, latest) }));
    },
  );
}

/** What the machine found of a run that waits for a person; without it while the database is unavailable. */
function findInReview(
  { review }: GatewayParts,
  request: FastifyRequest,
  run: Run,
): ReturnType<GatewayParts['review']['queue']['documentsOf']> {
  return review.queue.documentsOf(tenantHolderOf(request), run).catch(() => undefined);
}

const elsewhereResponse = z
  .null()
  .describe(
    'The document belongs to another region, whose gateway `Location` names; the tenant has it redirected.',
  );

const waitQuery = z.object({
  waitMs: queryInteger({ min: 0, max: maxWaitMs, byDefault: defaultWaitMs }).describe(
    'Longest time to wait, in milliseconds.',
  ),
});

function bodyUnchecked() {
  return (value: unknown) => ({ value });
}

/** Undefined when the submission was answered, because it belongs to another region. */
async function acceptSubmission(
  parts: GatewayParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Accepted | undefined> {
  const { tenantId } = tenantHolderOf(request);
  const bytes = request.isMultipart() ? Number(request.headers['content-length'] ?? 0) : 0;
  showLimit(reply, await parts.admission.admit(tenantId, { documents: 1, bytes }));
  const signal = disconnectSignal(reply);
  const submission = await readSubmission(request, {
    folder: parts.spoolFolder,
    maxBytes: parts.maxUploadBytes,
    takeElsewhere: (region, form) => answerFromElsewhere(parts, { request, reply, region, form, signal }),
  });
  if (submission === undefined) return undefined;
  try {
    const { options, file, fileName } = submission;
    const check = parts.admission.checkOf(tenantId);
    return await submit(parts.intake, { tenantId, options, file, fileName, check, signal });
  } finally {
    await submission.dispose();
  }
}

/** The run when it has ended or waits for a person, or as it is after `waitMs`. While the database is unavailable, as it was last read. */
async function waitForEnd(
  { runsOf, notifications, clock }: GatewayParts,
  run: Run,
  options: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<Run> {
  const runs = runsOf(run.tenantId);
  const until = clock.now() + options.waitMs;
  let isOver = run.endedAt !== null || run.status === 'in_review';
  while (!isOver && clock.now() < until && !options.signal.aborted) {
    const over = new AbortController();
    const signal = AbortSignal.any([options.signal, over.signal]);
    // Before the read: an ending in between is told, and not missed.
    const told = Promise.race(
      notificationChannels.map((channel) => notifications.next(channel, [run.runId], signal)),
    );
    isOver = await runs.hasSettled(run.runId).catch(() => false);
    if (!isOver) {
      const intervalMs = notifications.listening ? checkIntervalMs : unannouncedIntervalMs;
      const pause = sleep(clock, Math.max(0, Math.min(intervalMs, until - clock.now())), signal);
      await Promise.race([told, pause.catch(() => undefined)]);
    }
    over.abort();
  }
  return (await runs.find(run.runId).catch(() => undefined)) ?? run;
}
