import { Readable } from 'node:stream';
import { clampTime } from '@docfleet/domain';
import { z } from 'zod';
import type { LabelRow } from '../core/review-labels.ts';
import { tenantHolderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const labelQuery = z.object({
  class: z.string().max(60).optional().describe('Name of a document class; default: all.'),
  since: z.iso.datetime().optional().describe('Only what was decided from this time on.'),
});

/** Corrections as labels (H-03): what people confirmed in reviews, as training and evaluation read it. */
export function reviewLabelRoutes(api: Api, { readLabels }: GatewayParts): void {
  api.get(
    '/v1/review/labels',
    {
      config: { action: 'exportLabels' },
      schema: {
        operationId: 'exportLabels',
        summary: 'Export what people confirmed and corrected, as labels',
        description:
          'One line of `labels.jsonl` for each document of an approved review: id, file, documentClass, decidedAt, pages where ' +
          'the file has several documents, and the labels. Only values that a person confirmed, corrected or added; null where a ' +
          'person said that there is none. The documents are the artifacts `original` of the jobs that `file` names. An answer ' +
          'that ends without a line feed was cut short.',
        tags: ['review'],
        querystring: labelQuery,
        response: {
          200: {
            description: 'One JSON object a line.',
            content: { 'application/x-ndjson': { schema: z.any() } },
          },
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const { tenantId } = tenantHolderOf(request);
      const { class: documentClass, since } = request.query;
      const from = since === undefined ? 0 : clampTime(Date.parse(since));
      const pages = readLabels({ tenantId, documentClass, since: from });
      // The first page before the status: a database that is away is a problem document.
      const first = await pages.next();
      return reply
        .type('application/x-ndjson')
        .send(Readable.from(linesOf(first.done === true ? [] : first.value, pages), { objectMode: false }));
    },
  );
}

async function* linesOf(
  first: readonly LabelRow[],
  further: AsyncIterable<readonly LabelRow[]>,
): AsyncGenerator<string> {
  yield textOf(first);
  for await (const rows of further) yield textOf(rows);
}

function textOf(rows: readonly LabelRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
