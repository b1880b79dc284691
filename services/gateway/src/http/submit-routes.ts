import type { Run } from '@docfleet/contracts';
import { sleep } from '@docfleet/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { jobOf, jobSchema } from '../core/job.ts';
import { parseRequest } from '../core/parse-request.ts';
import { jsonSubmission } from '../core/submission.ts';
import { submit, type Accepted } from '../intake.ts';
import { holderOf } from './access.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { readSubmission } from './read-submission.ts';

const maxWaitMs = 120_000;
const defaultWaitMs = 30_000;

/** Interval at which a waiting request reads the run, in milliseconds. */
const pollIntervalMs = 250;

/** `POST /v1/jobs` and `POST /v1/process`. */
export function submitRoutes(api: Api, parts: GatewayParts): void {
  api.post(
    '/v1/jobs',
    {
      config: { action: 'submit' },
      // The handler validates both forms of the body; this schema is for the documentation.
      validatorCompiler: bodyUnchecked,
      schema: {
        summary: 'Submit a document',
        description:
          'As multipart/form-data with a part `file`, or as JSON with the address of an object in a store.',
        tags: ['jobs'],
        body: jsonSubmission,
        response: {
          200: jobSchema.describe('The same submission was accepted before.'),
          202: jobSchema.describe('Accepted.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const { run, repeated } = await acceptSubmission(parts, request, reply);
      return reply
        .status(repeated ? 200 : 202)
        .header('location', `/v1/jobs/${run.runId}`)
        .send(jobOf(run));
    },
  );

  api.post(
    '/v1/process',
    {
      config: { action: 'submit' },
      validatorCompiler: bodyUnchecked,
      schema: {
        summary: 'Submit a document and wait for its result',
        description:
          'Like `POST /v1/jobs`, but returns 200 with the finished job, or 202 when it is not finished after `waitMs`.',
        tags: ['jobs'],
        querystring: waitQuery,
        body: jsonSubmission,
        response: {
          200: jobSchema.describe('Finished.'),
          202: jobSchema.describe('Accepted, and not finished yet.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      // This route's validator is off, so the query is parsed here.
      const { waitMs } = parseRequest(waitQuery, request.query);
      const disconnected = disconnectSignal(reply);
      const { run } = await acceptSubmission(parts, request, reply);
      const latest = await waitForEnd(parts, run, { waitMs, signal: disconnected });
      return reply
        .status(latest.endedAt === null ? 202 : 200)
        .header('location', `/v1/jobs/${run.runId}`)
        .send(jobOf(latest));
    },
  );
}

const waitQuery = z.object({
  waitMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(maxWaitMs)
    .default(defaultWaitMs)
    .describe('Longest time to wait, in milliseconds.'),
});

function bodyUnchecked() {
  return (value: unknown) => ({ value });
}

async function acceptSubmission(
  parts: GatewayParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Accepted> {
  const holder = holderOf(request);
  const submission = await readSubmission(request, {
    folder: parts.spoolFolder,
    maxBytes: parts.maxUploadBytes,
  });
  try {
    const { options, file, fileName } = submission;
    const { tenantId } = holder;
    return await submit(parts.intake, { tenantId, options, file, fileName, signal: disconnectSignal(reply) });
  } finally {
    await submission.dispose();
  }
}

/** The run when it has ended, or as it is after `waitMs`. While the database is unavailable, as it was last read. */
async function waitForEnd(
  { runs, clock }: GatewayParts,
  run: Run,
  options: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<Run> {
  const until = clock.now() + options.waitMs;
  let latest = run;
  while (latest.endedAt === null && clock.now() < until && !options.signal.aborted) {
    await sleep(clock, Math.min(pollIntervalMs, until - clock.now()), options.signal).catch(() => undefined);
    latest = (await runs.find(run.runId).catch(() => undefined)) ?? latest;
  }
  return latest;
}
