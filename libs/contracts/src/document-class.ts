import type { Comparison, DateOrder, FieldType } from '@docfleet/domain';

/** A word or phrase that stands beside a value and names it. */
export interface LabelPhrase {
  readonly phrase: string;
  /** How surely it names the field: 1 is a usual label, 2 a telling one, below 1 a hint. */
  readonly weight: number;
}

/** What the value of a text field looks like; decides how its candidates are made. */
export const textShapes = ['name', 'address', 'line', 'choice'] as const;
export type TextShape = (typeof textShapes)[number];

/** Which pages of a document may hold a field: the first, both ends (three and two pages), or all. */
export const fieldPages = ['first', 'ends', 'all'] as const;
export type FieldPages = (typeof fieldPages)[number];

/** One value that a field of shape `choice` may have, and the phrases that say so. */
export interface Choice {
  readonly value: string;
  readonly phrases: readonly string[];
}

export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly shape: TextShape;
  readonly description: string;
  readonly required: boolean;
  readonly pages: FieldPages;
  readonly labels: readonly LabelPhrase[];
  /** Words that name something else and so speak against a candidate beside them. */
  readonly avoid: readonly LabelPhrase[];
  /** Regular expression (case-insensitive) that an identifier must match as a whole. */
  readonly pattern: string | null;
  readonly choices: readonly Choice[];
  /** Name of the field whose place on the page this one is measured from; it stands before this one. */
  readonly near: string | null;
  /** Name of the row group that a `count` counts. */
  readonly counts: string | null;
  /** Weight of each candidate feature; the result of training, or set by hand where there are no labels. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface RowColumn {
  readonly name: string;
  readonly type: 'money' | 'number' | 'text';
  readonly labels: readonly string[];
}

/** A table: a header with at least two of the columns, rows below it, until a word that ends it. */
export interface RowGroup {
  readonly name: string;
  readonly columns: readonly RowColumn[];
  /** Phrases that end the table, such as the first word of the totals. */
  readonly endsWith: readonly string[];
}

export interface ClassCue {
  readonly phrase: string;
  readonly weight: number;
}

/** A property of a page, from 0 to 1, that speaks for or against a class. */
export const layoutFeatures = ['narrow', 'dense', 'sparse', 'money', 'prose', 'table'] as const;
export type LayoutFeature = (typeof layoutFeatures)[number];

export interface ClassificationHints {
  readonly bias: number;
  readonly cues: readonly ClassCue[];
  readonly layout: Readonly<Partial<Record<LayoutFeature, number>>>;
  /** Phrases that stand at the top of a document's first page. */
  readonly startsWith: readonly string[];
  /** Whether each page of this class is a document of its own unless it says otherwise. */
  readonly singlePage: boolean;
}

/** What a document of the class must satisfy; a broken rule is a finding of the given severity. */
export type ClassRule =
  | {
      /** `total` = sum of `plus` - sum of `minus`, where all of them were found. */
      readonly kind: 'sum';
      readonly code: string;
      readonly total: string;
      readonly plus: readonly string[];
      readonly minus: readonly string[];
      readonly tolerance: number;
      readonly severity: RuleSeverity;
    }
  | {
      /** Sum of a column of a row group equals a field, where both were found. */
      readonly kind: 'rows-sum';
      readonly code: string;
      readonly group: string;
      readonly column: string;
      readonly total: string;
      readonly tolerance: number;
      readonly severity: RuleSeverity;
    }
  | {
      readonly kind: 'date-order';
      readonly code: string;
      readonly earlier: string;
      readonly later: string;
      readonly severity: RuleSeverity;
    }
  | {
      readonly kind: 'date-range';
      readonly code: string;
      readonly field: string;
      /** `yyyy-mm-dd`. */
      readonly from: string;
      /** Days after the run was accepted. */
      readonly daysAhead: number;
      readonly severity: RuleSeverity;
    }
  | {
      readonly kind: 'amount-range';
      readonly code: string;
      readonly field: string;
      readonly min: number;
      readonly max: number;
      readonly severity: RuleSeverity;
    }
  | {
      /** Every number of this scheme that stands on the pages has right check digits. */
      readonly kind: 'check-digits';
      readonly code: string;
      readonly scheme: 'iban' | 'vat';
      readonly severity: RuleSeverity;
    };
export type RuleSeverity = 'info' | 'review' | 'reject';

export interface EvaluationMapping {
  /** Name of the labelled set, as the scoring command calls it. */
  readonly set: string;
  readonly fields: readonly {
    readonly label: string;
    readonly field: string;
    readonly compare: Comparison;
    readonly predict: 'value' | 'normalised';
  }[];
}

/** A document class as data: what `schemas/classes/<name>/v<version>.yaml` says. */
export interface DocumentClass {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly dateOrder: DateOrder;
  readonly classification: ClassificationHints;
  /** Named word lists that candidates are compared with, such as company suffixes or street words. */
  readonly vocabulary: Readonly<Record<string, readonly string[]>>;
  readonly fields: readonly FieldDefinition[];
  readonly rows: readonly RowGroup[];
  readonly rules: readonly ClassRule[];
  readonly thresholds: {
    /** A required field below this confidence asks for review. */
    readonly field: number;
    /** A document whose class is less sure than this asks for review. */
    readonly documentClass: number;
  };
  readonly evaluation: EvaluationMapping | null;
}
