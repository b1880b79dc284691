import { amountCandidates, amountNumbers, amountTexts } from './amount-candidates.ts';
import { featureNames, type ScoredCandidate } from './candidate-rows.ts';
import type { LineDocument } from './lines.ts';
import { numberCandidates, numberNumbers, numberTexts } from './number-candidates.ts';
import { partyCandidates, partyNumbers, partyTexts } from './party-candidates.ts';

/** How candidates of a kind are found, and the names of their features in order. */
export interface CandidateKind {
  readonly features: readonly string[];
  readonly candidates: (document: LineDocument) => readonly ScoredCandidate[];
}

/** Kinds of candidates of an invoice; training and scoring use the same. */
export const candidateKinds = {
  number: { features: featureNames(numberNumbers, numberTexts), candidates: numberCandidates },
  party: { features: featureNames(partyNumbers, partyTexts), candidates: partyCandidates },
  amount: { features: featureNames(amountNumbers, amountTexts), candidates: amountCandidates },
} as const satisfies Readonly<Record<string, CandidateKind>>;

/** Which candidates a field of an invoice is chosen from. */
export const kindOfField = {
  invoice_number: 'number',
  seller: 'party',
  buyer: 'party',
  tax_total: 'amount',
  grand_total: 'amount',
} as const satisfies Readonly<Record<string, keyof typeof candidateKinds>>;

export type ScoredField = keyof typeof kindOfField;
