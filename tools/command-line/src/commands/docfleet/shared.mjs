/** What several subcommands that call the API have in common. */

/** Where the fleet is, for whom the files of `login` and of the local stack are not right. */
export const connectionNote =
  'The fleet and the key are those of the environment (DOCFLEET_API and DOCFLEET_API_KEY), else of docfleet login, else' +
  ' of the local stack (npm start; DOCFLEET_ENDPOINTS names another file than .docfleet/endpoints.json).';

export const formatOption = /** @type {const} */ ({
  type: 'string',
  placeholder: 'format',
  accepts: { kind: 'choice', of: ['table', 'json', 'csv'] },
  defaultText: 'table on a terminal, else json',
  text: 'table; json: an object for each document, one a line in a pipe (NDJSON); csv: a line for each field',
});

export const verdictCodes = /** @type {const} */ ({
  0: 'every document was approved',
  1: 'the fleet cannot be reached, or it refuses the key',
  3: 'a document needs a person: its verdict is review or reject',
  4: 'a document failed or was refused; the others have their results',
});

/** Options of documents that `read`, `submit` and `batch submit` have in common. */
export const classOptions = /** @type {const} */ ({
  class: {
    type: 'string',
    placeholder: 'class',
    accepts: { kind: 'text' },
    defaultText: 'found out',
    text: 'the class of each document, such as invoice',
  },
  'no-checks': {
    type: 'boolean',
    default: false,
    text: 'leave out the rules of the class and the expectations; no verdict is better than review then',
  },
});

/** Options of documents that `submit` and `batch submit` have in common. */
export const documentOptions = /** @type {const} */ ({
  lane: {
    type: 'string',
    default: 'normal',
    placeholder: 'lane',
    accepts: { kind: 'choice', of: ['urgent', 'high', 'normal'] },
    text: 'what is processed before what',
  },
  route: {
    type: 'string',
    placeholder: 'route',
    accepts: { kind: 'choice', of: ['fast', 'auto', 'accurate'] },
    defaultText: 'as the fleet is configured',
    text: 'what is spent on reading a page',
  },
  expect: {
    type: 'string',
    multiple: true,
    placeholder: 'name=value',
    accepts: { kind: 'text' },
    text: 'a value that each document is expected to show, such as fullName=Ann Lee; may be given up to 50 times',
  },
  ...classOptions,
  'no-review': {
    type: 'boolean',
    default: false,
    text: 'wait for no person: a document that needs one ends with the verdict review',
  },
});

/** What every option that takes any text says. */
export const textOption = /** @type {const} */ ({ type: 'string', accepts: { kind: 'text' } });

/**
 * What every command says that only has subcommands.
 *
 * @template {Record<string, { readonly title: string }>} Subcommands
 * @param {Subcommands} subcommands
 */
export const groupOf = (subcommands) =>
  /** @type {const} */ ({
    operands: {
      kind: 'words',
      placeholder: '<command>',
      commands: Object.fromEntries(Object.entries(subcommands).map(([name, { title }]) => [name, title])),
    },
    options: {},
    subcommands,
    notes: ['Each command has --help.'],
    exitCodes: { 0: 'done; the help of each command tells its other codes' },
  });

export const jsonOption = /** @type {const} */ ({
  type: 'boolean',
  default: false,
  text: 'print JSON, an object a line; the default in a pipe',
});

/** @param {number} byDefault */
export const limitOption = (byDefault) =>
  /** @type {const} */ ({
    type: 'string',
    default: String(byDefault),
    placeholder: 'n',
    accepts: { kind: 'integer', min: 1, max: 10_000 },
    text: 'how many at most',
  });
