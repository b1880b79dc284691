import type { LearnedModel } from '@docfleet/contracts';
import { numbersOf } from './tensors.ts';

/** Gradient-boosted trees of one field: the sum of one leaf of each tree is a log-odds. */
export interface Forest {
  /** Sum over all trees for one row of features. */
  score(features: Float32Array): number;
}

/**
 * The trees of a field in a model file: `<field>.roots` (first node of each tree), and of each node `.feature`,
 * `.threshold` (left where the feature is at most so much), `.left` and `.right` (a node, or -1 less the index in
 * `.leaves`).
 * @throws RangeError when a tensor is missing, or a tree does not end
 */
export function forestOf(model: LearnedModel, field: string): Forest {
  const [roots, feature, threshold, left, right, leaves] = (
    ['roots', 'feature', 'threshold', 'left', 'right', 'leaves'] as const
  ).map((name) => {
    const tensor = model.tensors[`${field}.${name}`];
    if (tensor === undefined) throw new RangeError(`The model has no tensor ${field}.${name}.`);
    return numbersOf(tensor);
  });
  if (!roots || !feature || !threshold || !left || !right || !leaves)
    throw new RangeError(`The trees of ${field} are incomplete.`);
  for (const [node, next] of [...left.entries(), ...right.entries()]) {
    const ends = next < 0 ? -1 - next < leaves.length : next > node && next < feature.length;
    if (!ends) throw new RangeError(`The trees of ${field} are broken at node ${node}.`);
  }
  return {
    score: (features) => {
      let sum = 0;
      for (const root of roots) {
        let node = root;
        while (node >= 0) {
          const goesLeft = (features[feature[node] ?? 0] ?? 0) <= (threshold[node] ?? 0);
          node = (goesLeft ? left[node] : right[node]) ?? -1;
        }
        sum += leaves[-1 - node] ?? 0;
      }
      return sum;
    },
  };
}
