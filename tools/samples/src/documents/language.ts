/** What stands behind the label of a fact. */
export type FactKind =
  | 'reference'
  | 'date'
  | 'tax-id'
  | 'vat-id'
  | 'person'
  | 'page'
  | 'type-code'
  | 'phone'
  | 'mail'
  | 'currency'
  | 'period'
  | 'gln';

type Texts = readonly [string, ...string[]];

/** The words of documents in one language. */
export interface Language {
  readonly code: 'de' | 'fr' | 'en' | 'es' | 'it' | 'nl';
  readonly titles: Texts;
  readonly creditTitles: Texts;
  readonly number: Texts;
  readonly creditNumber: Texts;
  readonly date: Texts;
  readonly original: Texts;
  readonly facts: readonly [readonly [string, FactKind], ...(readonly [string, FactKind])[]];
  readonly seller: Texts;
  readonly buyer: Texts;
  readonly ship: Texts;
  readonly payee: Texts;
  readonly agent: Texts;
  readonly net: Texts;
  readonly tax: Texts;
  readonly taxTotal: Texts;
  readonly gross: Texts;
  readonly due: Texts;
  readonly paid: Texts;
  readonly discount: Texts;
  readonly charge: Texts;
  readonly columns: Readonly<Record<Column, Texts>>;
  readonly units: Texts;
  readonly carried: Texts;
  readonly breakdown: Texts;
  readonly greeting: Texts;
  readonly payment: Texts;
  readonly registration: Texts;
  readonly phone: Texts;
  readonly honorific: Texts;
  readonly attention: Texts;
  readonly of: string;
  readonly months: readonly string[];
  readonly legal: Texts;
  readonly trades: Texts;
  readonly countries: Texts;
  readonly taxRates: readonly [number, ...number[]];
  readonly taglines: Texts;
  /** A firm whose name begins with a label word. */
  readonly misleading: readonly [readonly [string, string], ...(readonly [string, string])[]];
}

export type Column =
  'position' | 'article' | 'description' | 'quantity' | 'unit' | 'price' | 'tax' | 'amount';
