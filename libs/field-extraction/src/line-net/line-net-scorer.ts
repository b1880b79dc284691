import type { FieldDefinition, LearnedModel } from '@docfleet/contracts';
import { comparable } from '@docfleet/domain';
import { z } from 'zod';
import { wordsIn } from '../layout.ts';
import type { LearnedProposal, LearnedProposals, LearnedScorer, ScoredDocument } from '../learned/scorer.ts';
import { netLines, type NetLine } from './lines.ts';
import { prepareLines, type PreparedLines } from './net-input.ts';
import { runNet, type NetOutput } from './net.ts';
import { netWeights } from './net-weights.ts';
import type { SeenValue } from './seen-values.ts';
import { lineReaders, lineSettings } from './settings.ts';
import { spanFields, spanText, type SpanKind } from './span-text.ts';

const netSettings = z.looseObject({ nets: z.int().positive(), heads: z.int().positive() });

/** A span or value of a lower probability is not proposed. */
const minProbability = 0.002;

/**
 * Scores names and addresses (spans of lines), amounts and dates of a document at once, by the mean of several nets.
 * @throws ZodError, RangeError for a model that is not complete
 */
export function lineNetScorer(model: LearnedModel): LearnedScorer {
  const { nets, heads } = netSettings.parse(model.settings);
  const { patterns, words } = model.settings;
  const readers = lineReaders(lineSettings({ patterns, words }));
  const weights = Array.from({ length: nets }, (_, net) => netWeights(model.tensors, net, heads));
  return {
    propose: (document) => {
      const fields = document.documentClass.fields.filter(({ name }) => model.fields.includes(name));
      const lines = netLines(endPages(document));
      if (lines.length === 0) return new Map(fields.map(({ name }) => [name, []]));
      const prepared = prepareLines(lines, document.dateOrder.order, readers);
      const outputs = weights.map((net) => runNet(net, prepared.input));
      return proposalsOf(fields, prepared, outputs);
    },
  };
}

/** The first three and the last two pages, as for fields whose `pages` are `ends`. */
function endPages({ layouts }: ScoredDocument): ScoredDocument['layouts'] {
  return layouts.filter((_, i) => i < 3 || i >= layouts.length - 2);
}

function proposalsOf(
  fields: readonly FieldDefinition[],
  { lines, values }: PreparedLines,
  outputs: readonly NetOutput[],
): LearnedProposals {
  return new Map(
    fields.flatMap((field): readonly [string, readonly LearnedProposal[]][] => {
      if (field.type === 'money')
        return [
          [field.name, valueProposals(lines, values.amounts, meanOf(outputs.map((one) => one.amounts)))],
        ];
      if (field.type === 'date')
        return [[field.name, valueProposals(lines, values.dates, meanOf(outputs.map((one) => one.dates)))]];
      const at = spanFields.findIndex(({ kind }) => field.type === 'text' && kind === field.shape);
      const span = spanFields[at];
      if (span === undefined) return [];
      const rows = Array.from({ length: span.longest }, (_, extra) =>
        meanOf(outputs.map((one) => one.spans[at]?.[extra] ?? new Float64Array(lines.length))),
      );
      return [[field.name, spanProposals(lines, span.kind, rows)]];
    }),
  );
}

function meanOf(chances: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: chances[0]?.length ?? 0 }, (_, i) =>
    chances.reduce((sum, one) => sum + (one[i] ?? 0) / chances.length, 0),
  );
}

type Place = Omit<LearnedProposal, 'logOdds'>;

/** Adds up the probabilities of the same value; its place is the likeliest one. */
function summed(
  places: readonly { readonly key: string; readonly chance: number; readonly place: Place }[],
): readonly LearnedProposal[] {
  const byValue = new Map<string, { sum: number; best: number; place: Place }>();
  for (const { key, chance, place } of places) {
    const known = byValue.get(key);
    if (known === undefined) byValue.set(key, { sum: chance, best: chance, place });
    else {
      known.sum += chance;
      if (chance > known.best) {
        known.best = chance;
        known.place = place;
      }
    }
  }
  return [...byValue.values()].map(({ sum, place }) => {
    const chance = Math.min(1 - 1e-6, Math.max(1e-6, sum));
    return { ...place, logOdds: Math.log(chance / (1 - chance)) };
  });
}

function valueProposals(
  lines: readonly NetLine[],
  values: readonly SeenValue[],
  chances: Float64Array,
): readonly LearnedProposal[] {
  return summed(
    values.flatMap(({ line, value: normalised, start, end }, i) => {
      const at = lines[line];
      if (at === undefined) return [];
      const { layout, segment, text } = at;
      const value = text.slice(start, end).trim();
      const words = wordsIn(segment, start, end);
      return [
        {
          key: normalised,
          chance: chances[i] ?? 0,
          place: { value, normalised, layout, segment, start, end, words },
        },
      ];
    }),
  );
}

function spanProposals(
  lines: readonly NetLine[],
  kind: SpanKind,
  rows: readonly Float64Array[],
): readonly LearnedProposal[] {
  return summed(
    rows.flatMap((row, extra) =>
      [...row].flatMap((chance, first) => {
        if (chance < minProbability) return [];
        const span = lines.slice(first, first + extra + 1);
        const { value, skipped } = spanText(
          kind,
          span.map(({ text }) => text),
        );
        const own = span.slice(skipped);
        const [from] = own;
        if (from === undefined || value === '') return [];
        const { layout, segment } = from;
        const words = own.flatMap((line) => line.segment.words);
        const place = {
          value,
          normalised: value,
          layout,
          segment,
          start: 0,
          end: segment.text.length,
          words,
        };
        return [{ key: comparable('text', value), chance, place }];
      }),
    ),
  );
}
