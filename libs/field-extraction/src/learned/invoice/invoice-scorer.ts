import type { LearnedModel } from '@docfleet/contracts';
import { comparable } from '@docfleet/domain';
import type { LearnedProposal, LearnedScorer } from '../scorer.ts';
import { forestOf, type Forest } from '../trees.ts';
import type { ScoredCandidate } from './candidate-rows.ts';
import { shares, sharesOfPairs, valuesOf, type ScoredValue } from './joint.ts';
import { candidateKinds, kindOfField, type ScoredField } from './kinds.ts';
import { linesOf } from './lines.ts';

type Values = readonly ScoredValue<ScoredCandidate>[];

/**
 * Number, parties, tax and total of an invoice by boosted trees over candidates: seller and buyer are decided together, and
 * tax and total too.
 * @throws RangeError when the model was trained on other features than this release has
 */
export function invoiceScorer(model: LearnedModel): LearnedScorer {
  for (const [kind, { features }] of Object.entries(candidateKinds)) {
    const trained = model.settings[`${kind}Features`];
    if (trained !== features.length)
      throw new RangeError(
        `The model of invoices has ${String(trained)} features of ${kind} candidates, this release ${features.length}: train it again.`,
      );
  }
  const forests = new Map<ScoredField, Forest>();
  for (const field of Object.keys(kindOfField) as ScoredField[])
    if (model.fields.includes(field)) forests.set(field, forestOf(model, field));

  return {
    propose: ({ layouts }) => {
      // The first three and the last two pages, so that long documents do not take longer.
      const document = linesOf(layouts.filter((_, i) => i < 3 || i >= layouts.length - 2));
      const candidates = {
        number: candidateKinds.number.candidates(document),
        party: candidateKinds.party.candidates(document),
        amount: candidateKinds.amount.candidates(document),
      };
      const read = (field: ScoredField): Values => {
        const forest = forests.get(field);
        const compare =
          kindOfField[field] === 'number' ? 'ident' : kindOfField[field] === 'party' ? 'text' : 'amount';
        return forest === undefined
          ? []
          : valuesOf(
              candidates[kindOfField[field]].map((candidate) => ({
                key: comparable(compare, candidate.normalised),
                probability: 1 / (1 + Math.exp(-forest.score(candidate.features))),
                candidate,
              })),
            );
      };
      const [number, seller, buyer] = [read('invoice_number'), read('seller'), read('buyer')];
      const [tax, total] = [read('tax_total'), read('grand_total')];
      const [sellers, buyers] = sharesOfPairs(seller, buyer, differ);
      const [taxes, totals] = sharesOfPairs(tax, total, fitOfAmounts(candidates.amount));
      const result = new Map<string, readonly LearnedProposal[]>();
      const propose = (field: ScoredField, values: Values, share: ReadonlyMap<string, number>): void => {
        if (forests.has(field))
          result.set(
            field,
            values.map((value) => proposalOf(value, share.get(value.key) ?? 0)),
          );
      };
      propose('invoice_number', number, shares(number));
      propose('seller', seller, sellers);
      propose('buyer', buyer, buyers);
      propose('tax_total', tax, taxes);
      propose('grand_total', total, totals);
      return result;
    },
  };
}

/** Seller and buyer are two: neither name contains the other. */
function differ(seller: ScoredValue<unknown>, buyer: ScoredValue<unknown>): number {
  return seller.key.includes(buyer.key) || buyer.key.includes(seller.key) ? 0 : 1;
}

/** Factors of a pair of tax and total: the net is printed; no tax is above 35 % of the total. */
const netIsPrinted = Math.exp(3);
const taxIsTooHigh = Math.exp(-3);

function fitOfAmounts(
  candidates: readonly ScoredCandidate[],
): (tax: ScoredValue<ScoredCandidate>, total: ScoredValue<ScoredCandidate>) => number {
  const cents = (text: string): number => Math.round(Number(text) * 100);
  const counts = new Map<number, number>();
  for (const { normalised } of candidates)
    counts.set(cents(normalised), (counts.get(cents(normalised)) ?? 0) + 1);
  return (tax, total) => {
    const [taxed, gross] = [cents(tax.best.normalised), cents(total.best.normalised)];
    const net = gross * taxed < 0 ? gross + taxed : gross - taxed;
    const isClosed = taxed === 0 ? (counts.get(gross) ?? 0) > 1 : counts.has(net) || counts.has(-net);
    const isHigh = Math.abs(taxed) > 0.35 * Math.abs(gross);
    return (isClosed ? netIsPrinted : 1) * (isHigh ? taxIsTooHigh : 1);
  };
}

function proposalOf({ best }: ScoredValue<ScoredCandidate>, share: number): LearnedProposal {
  const { value, normalised, line, start, end, words } = best;
  const probability = Math.min(1 - 1e-6, Math.max(1e-6, share));
  const logOdds = Math.log(probability / (1 - probability));
  return { value, normalised, layout: line.layout, segment: line.segment, start, end, words, logOdds };
}
