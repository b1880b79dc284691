import type { ClassModels, DocumentClass, LearnedModel } from '@docfleet/contracts';
import { classModels } from '../generated/models.ts';
import { lineNetScorer } from '../line-net/line-net-scorer.ts';
import { invoiceScorer } from './invoice/invoice-scorer.ts';
import type { LearnedScorer } from './scorer.ts';

/** The code of each kind of model, by the `scorer` of its file. */
const builders: Readonly<Record<string, (model: LearnedModel) => LearnedScorer>> = {
  'invoice-trees': invoiceScorer,
  'line-net': lineNetScorer,
};

/** @throws RangeError for a model of an unknown kind */
export function scorerOf(model: LearnedModel): LearnedScorer {
  const build = builders[model.scorer];
  if (build === undefined)
    throw new RangeError(
      `There is no scorer ${model.scorer}: this release has ${Object.keys(builders).sort().join(', ')}.`,
    );
  return build(model);
}

const known = new Map<string, readonly LearnedScorer[]>();

/** The learned scorers of a class: those of its version in this release; most classes have none. */
export function scorersOf(
  { name, version }: Pick<DocumentClass, 'name' | 'version'>,
  models: readonly ClassModels[] = classModels,
): readonly LearnedScorer[] {
  const found = models.find((one) => one.documentClass === name && one.version === version);
  if (found === undefined) return [];
  if (models !== classModels) return found.models.map(scorerOf);
  const key = `${name}.v${version}`;
  const built = known.get(key) ?? found.models.map(scorerOf);
  known.set(key, built);
  return built;
}
