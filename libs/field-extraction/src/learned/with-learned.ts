import { unionOf } from '@docfleet/domain';
import type { Candidate, FieldScope } from '../candidate.ts';
import { candidateAt } from '../candidate-at.ts';
import { keyOf } from '../decide.ts';
import { clamp } from '../features.ts';
import { toCandidate } from '../text-span.ts';
import { blockLine, blockLinesOf, hintReader, type BlockLine } from '../words.ts';
import type { LearnedProposal } from './scorer.ts';

/** Largest absolute value of the feature `learned`: a model is never more certain than 1 in 3,000. */
const mostLogOdds = 8;

/** Proposals below this log-odds (2 %) only score candidates that the grammar found too. */
const leastLogOdds = -4;

/**
 * Candidates of the grammar with the score of the learned model (`learned`, in log-odds), and likely values that only the
 * model proposes (`learned:only`). A candidate that the model did not propose has `learned:none` in place of a score.
 */
export function withLearned(scope: FieldScope, candidates: readonly Candidate[]): readonly Candidate[] {
  const { learned } = scope;
  if (learned === undefined) return candidates;
  const best = new Map<string, LearnedProposal>();
  for (const proposal of learned) {
    const key = keyOf(proposal.normalised);
    const known = best.get(key);
    if (known === undefined || proposal.logOdds > known.logOdds) best.set(key, proposal);
  }
  const found = new Set(candidates.map(({ normalised }) => keyOf(normalised)));
  const added = [...best]
    .filter(([key, { logOdds }]) => !found.has(key) && logOdds >= leastLogOdds)
    .map(([, proposal]) => proposed(scope, proposal));
  return [
    ...candidates.map((candidate) => scored(candidate, best.get(keyOf(candidate.normalised)))),
    ...added.map((candidate) => {
      const one = scored(candidate, best.get(keyOf(candidate.normalised)));
      return { ...one, features: { ...one.features, 'learned:only': 1 } };
    }),
  ];
}

function scored(candidate: Candidate, proposal: LearnedProposal | undefined): Candidate {
  const score =
    proposal === undefined
      ? { learned: 0, 'learned:none': 1 }
      : { learned: clamp(proposal.logOdds, -mostLogOdds, mostLogOdds), 'learned:none': 0 };
  return { ...candidate, features: { ...candidate.features, ...score } };
}

/** A proposal as a candidate, with the features that candidates of its type have. */
function proposed(scope: FieldScope, proposal: LearnedProposal): Candidate {
  const { layout, segment, start, end, value, normalised, words } = proposal;
  if (scope.field.type !== 'text' || scope.field.shape === 'choice') {
    const box = unionOf(words.map((word) => word.box)) ?? segment.box;
    return { ...candidateAt(scope, layout, segment, { start, end, value, normalised }, {}), words, box };
  }
  const inside = linesWith(layout.segments.length === 0 ? [] : blockLinesOf(layout), proposal);
  const lines = inside.length === 0 ? [blockLine([segment])] : inside;
  const features = { [`lines:${Math.min(3, lines.length)}`]: 1 };
  const span = { lines, value, start, features };
  const candidate = toCandidate(scope, layout, hintReader(scope.documentClass), blockLinesOf(layout), span);
  return {
    ...candidate,
    segment,
    words,
    normalised,
    box: unionOf(words.map((word) => word.box)) ?? candidate.box,
  };
}

/** The block lines that hold words of the proposal. */
function linesWith(lines: readonly BlockLine[], { words }: LearnedProposal): readonly BlockLine[] {
  const own = new Set(words);
  return lines.filter((line) => line.segments.some((segment) => segment.words.some((word) => own.has(word))));
}
