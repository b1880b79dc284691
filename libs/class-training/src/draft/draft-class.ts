import type { DocumentClass } from '@docfleet/contracts';
import { comparable } from '@docfleet/domain';
import { fitClass, prepareDocument, weightsFile, type FitOptions } from '../fit-class.ts';
import type { LabelledDocument } from '../labelled-document.ts';
import { predict, scoreOf, type FieldScore } from '../predict.ts';
import { valueOf, type ClassDraft, type MarkedExample } from './class-draft.ts';
import { classFile } from './class-file.ts';
import { proposeClass } from './propose-class.ts';

/** Something about a mark that a person can put right. */
export interface DraftProblem {
  /**
   * `NOT_A_VALUE`: the marked words cannot be read as a value of the type. `MARKED_TOO_SELDOM`: fewer than three examples
   * have the field, so nothing can be learned of it.
   */
  readonly code: 'NOT_A_VALUE' | 'MARKED_TOO_SELDOM';
  readonly field: string;
  /** Null where it is about all examples. */
  readonly example: string | null;
}

/** What examples give: the files of a class, and how well it reads documents that it was not made of. */
export interface DraftedClass {
  /** Text of `v1.yaml`. */
  readonly classFile: string;
  /** Text of `weights.v1.json`. */
  readonly weightsFile: string;
  /** Leave-one-out: each example read with a class and weights proposed from the others. */
  readonly scores: readonly FieldScore[];
  readonly micro: FieldScore;
  readonly problems: readonly DraftProblem[];
}

/** Tens of documents need a strong pull to the usual weights; fewer steps than with hundreds are enough. */
const fitting: FitOptions = { l2: 0.02, steps: 150, start: 'usual' };

/** Fewest examples with a field that something can be learned of. */
const leastMarks = 3;

/**
 * Proposes a class and weights from marked examples, and says how far to trust them. Computes for seconds.
 * @param others classes that there are, whose phrases tell little of a new one
 */
export function draftClass(draft: ClassDraft, others: readonly DocumentClass[]): DraftedClass {
  const proposed = proposeClass(draft, others);
  const documents = draft.examples.map(labelled);
  const prepared = documents.map((document) => prepareDocument(proposed, document));
  const classes = new Map(
    draft.examples.map((held) => {
      const rest = draft.examples.filter((example) => example !== held);
      const without = proposeClass({ ...draft, examples: rest }, others);
      const learned = rest.map((example) => prepareDocument(without, labelled(example)));
      return [held.id, fitClass(without, learned, fitting)] as const;
    }),
  );
  const prediction = predict(proposed, documents, (document) => classes.get(document.id) ?? proposed);
  const unreadable = prepared.flatMap(({ id, examples, labels }) =>
    draft.fields.flatMap(({ name, type }): DraftProblem[] => {
      const example = examples.get(name);
      if (labels[name] === null || type === 'text' || example?.right.includes(true) === true) return [];
      return [{ code: 'NOT_A_VALUE', field: name, example: id }];
    }),
  );
  const seldom = draft.fields.flatMap(({ name }): DraftProblem[] => {
    const marks = documents.filter(({ labels }) => labels[name] !== null).length;
    return marks < leastMarks ? [{ code: 'MARKED_TOO_SELDOM', field: name, example: null }] : [];
  });
  return {
    classFile: classFile(proposed),
    weightsFile: weightsFile(fitClass(proposed, prepared, fitting)),
    ...scoreOf(prediction),
    problems: [...seldom, ...unreadable],
  };

  function labelled({ id, pages, marks }: MarkedExample): LabelledDocument {
    const labels = Object.fromEntries(
      draft.fields.map(({ name }) => {
        const mark = marks.find(({ field }) => field === name);
        const text = mark === undefined ? '' : valueOf(mark).text;
        return [name, comparable('text', text) === '' ? null : text];
      }),
    );
    return { id, group: id, pages, labels };
  }
}
