import {
  draftExamples,
  f1Of,
  markableTypes,
  type DraftedClass,
  type FieldScore,
} from '@docfleet/class-training';
import { z } from 'zod';
import { tenantHolderOf } from './access.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const maxFields = 30;
/** Most words of a value: an address has tens. */
const maxWords = 100;
const nameText = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, 'lower-case words joined by - or _');

const wordAddress = z.object({
  line: z.int().min(0).max(100_000).describe('Which line of the page in `words.json`, from 0.'),
  word: z.int().min(0).max(10_000).describe('Which word of the line, from 0.'),
});

const runIdAt = (n: number): string => `9aad6695-146b-5bd1-80a6-5e7decdcca9${String(n)}`;

/** The least that can be asked for: one field, marked in as few examples as there may be. */
const draftExample = {
  name: 'delivery-note',
  title: 'Delivery note',
  fields: [{ name: 'note_number', type: 'identifier', required: true }],
  examples: Array.from({ length: draftExamples.min }, (_, at) => ({
    runId: runIdAt(at),
    marks: [{ field: 'note_number', page: 1, words: [{ line: 2, word: 1 }] }],
  })),
};

const classDraftSchema = z
  .object({
    name: nameText.describe('Name of the class to be: lower-case words joined by `-`.'),
    title: z.string().trim().min(1).max(100).describe('What a person calls such a document.'),
    fields: z
      .array(
        z.object({
          name: nameText,
          type: z.enum(markableTypes),
          required: z.boolean().describe('Whether a document without it goes to review.'),
        }),
      )
      .min(1)
      .max(maxFields),
    examples: z
      .array(
        z.object({
          runId: z.guid().describe('A job of the tenant that has ended, so that its words can be read.'),
          marks: z
            .array(
              z.object({
                field: nameText,
                page: z.int().min(1).max(10_000),
                words: z.array(wordAddress).min(1).max(maxWords),
              }),
            )
            .max(maxFields)
            .describe('The words of each value. A field without a mark is not on the document.'),
        }),
      )
      .min(draftExamples.min)
      .max(draftExamples.max),
  })
  .meta({ id: 'ClassDraft', examples: [draftExample] });

const fieldScore = z.object({
  field: z.string(),
  marked: z.int(),
  given: z.int(),
  right: z.int(),
  f1: z.number().min(0).max(1),
});

const draftedClassSchema = z
  .object({
    classFile: z.string().describe('Text of `schemas/classes/<name>/v1.yaml`.'),
    weightsFile: z.string().describe('Text of `schemas/classes/<name>/weights.v1.json`.'),
    scores: z
      .object({ fields: z.array(fieldScore), all: fieldScore })
      .describe('Each example read with a class and weights that were proposed from the others.'),
    problems: z.array(
      z.object({
        code: z.enum(['NOT_A_VALUE', 'MARKED_TOO_SELDOM']),
        field: z.string(),
        runId: z.string().nullable().describe('Null: it is about all examples.'),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'DraftedClass' });

const messages = {
  NOT_A_VALUE:
    'The marked words cannot be read as a value of this type: mark others, or choose another type.',
  MARKED_TOO_SELDOM: 'Fewer than three examples have this field: mark it in more of them, or leave it out.',
} as const;

/** A class from examples: words that a person marked become a class file and weights. Nothing is kept at the server. */
export function classDraftRoutes(api: Api, { classDrafts }: GatewayParts): void {
  api.post(
    '/v1/class-drafts',
    {
      config: { action: 'draftClass', isRepeatable: true },
      schema: {
        operationId: 'draftClass',
        summary: 'Propose a document class from marked examples',
        description:
          'Examples are jobs of the tenant that have ended. The answer has the class file, first weights and how well ' +
          'documents are read that they were not made of. Takes up to two minutes; 503 when too many drafts wait. ' +
          'Nothing is kept: a class comes into use when its files are added to the fleet.',
        tags: ['classes'],
        body: classDraftSchema,
        response: { 200: draftedClassSchema, ...problemResponses },
      },
    },
    async (request, reply) =>
      shown(await classDrafts.propose(tenantHolderOf(request), request.body, disconnectSignal(reply))),
  );
}

function shown({
  classFile,
  weightsFile,
  scores,
  micro,
  problems,
}: DraftedClass): z.input<typeof draftedClassSchema> {
  return {
    classFile,
    weightsFile,
    scores: { fields: scores.map(shownScore), all: shownScore(micro) },
    problems: problems.map(({ code, field, example }) => ({
      code,
      field,
      runId: example,
      message: messages[code],
    })),
  };
}

function shownScore(score: FieldScore): z.input<typeof fieldScore> {
  const { field, labelled, given, right } = score;
  return { field, marked: labelled, given, right, f1: Math.round(f1Of(score) * 1e4) / 1e4 };
}
