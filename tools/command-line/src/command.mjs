/**
 * What a command accepts and says about itself. The launcher reads it before anything is installed, the command's own
 * program reads it afterwards: usage texts and rules have one source.
 *
 * Plain JavaScript for Node 18 and newer, without dependencies.
 */

/**
 * Values that an option or an operand accepts.
 *
 * @typedef {{ readonly kind: 'text' }
 *   | { readonly kind: 'integer', readonly min: number, readonly max: number }
 *   | { readonly kind: 'number', readonly above: number }
 *   | { readonly kind: 'choice', readonly of: readonly string[] }} ValueRule
 */

/**
 * An option: the fields of `util.parseArgs`, and those that the usage text and the check need.
 *
 * @typedef {object} FlagOption
 * @property {'boolean'} type
 * @property {string} [short]
 * @property {boolean} [default]
 * @property {string} text What it does.
 */

/**
 * @typedef {object} ValueOption
 * @property {'string'} type
 * @property {string} [short]
 * @property {string} [default] Used when the option is not given.
 * @property {string} [defaultText] Says what happens without the option, where that is no fixed value.
 * @property {boolean} [multiple] May be given several times; the values are a list then.
 * @property {string} placeholder Stands for the value in the usage text; names the unit where there is one.
 * @property {ValueRule} accepts
 * @property {string} text What it does.
 */

/** @typedef {Readonly<Record<string, Readonly<FlagOption> | Readonly<ValueOption>>>} Options */

/**
 * Arguments that are no options. `files` and `folder` name things that must exist and be readable; `inputs` are at least
 * one file, of which the program judges each for itself; `name` is one of what `what` says, `names` are at least one;
 * `commands` are the words that a call starts with, each with what it does.
 *
 * @typedef {{ readonly kind: 'none' }
 *   | { readonly kind: 'files', readonly text: string, readonly isRequired?: true }
 *   | { readonly kind: 'inputs', readonly text: string }
 *   | { readonly kind: 'name' | 'names', readonly placeholder: string, readonly what: string, readonly text: string }
 *   | { readonly kind: 'folder', readonly text: string }
 *   | { readonly kind: 'words', readonly placeholder: string, readonly commands: Readonly<Record<string, string>> }
 *   | { readonly kind: 'filters', readonly placeholder: string, readonly text: string }} Operands
 */

/**
 * @typedef {object} Command
 * @property {string} call What a person types, without arguments: `npm run simulate`.
 * @property {string} title One line for the list of all commands.
 * @property {readonly string[]} description
 * @property {Operands} operands
 * @property {Options} options `--help` is added to them.
 * @property {Readonly<Record<string, Command>>} [subcommands] Commands with options of their own, by the word that a call
 *   of them starts with; they may have subcommands themselves.
 * @property {readonly string[]} [exclusive] Flags of which a call has at most one.
 * @property {readonly string[]} [notes] Printed below the options.
 * @property {readonly string[]} examples
 * @property {Readonly<Record<number, string>>} exitCodes Those of every command are added.
 */

/**
 * Checks a definition and keeps the exact types of its options, from which those of its values follow.
 *
 * @template {Command} const C
 * @param {C} command
 * @returns {Readonly<C>}
 */
export function define(command) {
  return command;
}

/** Exit code of a call with wrong arguments: nothing was done. */
export const wrongArgumentsCode = 2;

/** Exit code after Ctrl-C or a termination signal, as shells give it. */
export const interruptedCode = 130;

/** A call that the command does not accept; nothing was done. The message says what is wrong. */
export class UsageError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'UsageError';
  }
}
