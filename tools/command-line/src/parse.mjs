import * as util from 'node:util';
import { UsageError } from './command.mjs';
import { fileProblems, folderProblem } from './input-paths.mjs';

/** @typedef {import('./command.mjs').Command} Command */
/** @typedef {import('./command.mjs').Options} Options */
/** @typedef {import('./command.mjs').ValueRule} ValueRule */

/**
 * The values of a command's options, typed by its definition.
 *
 * @template {Options} O
 * @typedef {ReturnType<typeof util.parseArgs<{ options: O, args: string[], allowPositionals: true }>>['values']} ValuesOf
 */

/**
 * @template {Options} O
 * @typedef {{ readonly help: false, readonly values: ValuesOf<O>, readonly operands: readonly string[] }} Call
 */

/** `--help` of every command. */
const helpOption = /** @type {const} */ ({
  type: 'boolean',
  short: 'h',
  default: false,
  text: 'print this text',
});

/**
 * Adds what every command has.
 *
 * @param {Options} options
 * @returns {Options}
 */
export function withHelp(options) {
  return { ...options, help: helpOption };
}

/**
 * Whether a call has `--help` or `-h` before `--`.
 *
 * @param {readonly string[]} argv
 * @returns {boolean}
 */
export function asksForHelp(argv) {
  const end = argv.indexOf('--');
  const before = end === -1 ? argv : argv.slice(0, end);
  return before.includes('--help') || before.includes('-h');
}

/**
 * The command that a call names, and the arguments that are left for it: the subcommand whose words the call starts with,
 * else the command itself.
 *
 * @param {Command} command
 * @param {readonly string[]} argv
 * @param {readonly string[]} [words] Those that led to `command`.
 * @returns {{ readonly command: Command, readonly argv: readonly string[], readonly subcommand: string | undefined }}
 *   `subcommand` are the words, with blanks between them.
 */
export function commandOf(command, argv, words = []) {
  const [word = '', ...rest] = argv;
  const { subcommands = {} } = command;
  const called = Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
  return called === undefined
    ? { command, argv, subcommand: words.length === 0 ? undefined : words.join(' ') }
    : commandOf(called, rest, [...words, word]);
}

/**
 * Reads the arguments of a call. `--help` wins over everything else in it.
 *
 * @template {Options} O
 * @param {Command & { readonly options: O }} command
 * @param {readonly string[]} argv
 * @returns {{ readonly help: true } | Call<O>}
 * @throws {UsageError} One line that says what is wrong.
 */
export function parseCall(command, argv) {
  if (asksForHelp(argv)) return { help: true };
  const { values, positionals } = parseOptions(command, argv);
  for (const [name, option] of Object.entries(command.options)) {
    const value = /** @type {Record<string, unknown>} */ (values)[name];
    if (option.type !== 'string') continue;
    for (const each of [value].flat())
      if (typeof each === 'string') checkValue(command, `--${name}`, each, option.accepts);
  }
  checkExclusive(command, values);
  checkOperands(command, positionals);
  return { help: false, values, operands: positionals };
}

/**
 * Checks that the files or the folder of a call can be read. Needs absolute paths: only the caller knows the folder
 * in which the call was typed.
 *
 * @param {Command} command
 * @param {readonly string[]} paths
 * @throws {UsageError} A line for each path that cannot be read.
 */
export function checkPaths({ call, operands: { kind } }, paths) {
  const problems =
    kind === 'files'
      ? fileProblems(paths)
      : kind === 'folder'
        ? paths.flatMap((path) => folderProblem(path) ?? [])
        : [];
  if (problems.length === 0) return;
  throw new UsageError([`${call}: nothing was done, because of these paths:`, ...problems].join('\n  - '));
}

/**
 * @template {Options} O
 * @param {Command & { readonly options: O }} command
 * @param {readonly string[]} argv
 * @returns {{ values: ValuesOf<O>, positionals: string[] }}
 */
function parseOptions(command, argv) {
  try {
    return util.parseArgs({ args: [...argv], options: command.options, allowPositionals: true });
  } catch (error) {
    throw usageError(command, firstSentence(error instanceof Error ? error.message : String(error)));
  }
}

/**
 * @param {Command} command
 * @param {string} what
 * @param {string} value
 * @param {ValueRule} rule
 */
function checkValue(command, what, value, rule) {
  const expected = expectation(rule, value);
  if (expected !== undefined) throw usageError(command, `${what} takes ${expected}, not '${value}'`);
}

/**
 * What the rule asks for, where the value does not meet it.
 *
 * @param {ValueRule} rule
 * @param {string} value
 * @returns {string | undefined}
 */
function expectation(rule, value) {
  switch (rule.kind) {
    case 'text':
      return value === '' ? 'a value' : undefined;
    case 'integer': {
      const isMet = /^\d{1,15}$/.test(value) && Number(value) >= rule.min && Number(value) <= rule.max;
      return isMet ? undefined : `a whole number from ${rule.min} to ${rule.max}`;
    }
    case 'number': {
      const isMet = /^\d{1,9}(\.\d{1,9})?$/.test(value) && Number(value) > rule.above;
      return isMet ? undefined : `a number above ${rule.above}`;
    }
    case 'choice':
      return rule.of.includes(value) ? undefined : `one of ${rule.of.join(', ')}`;
  }
}

/**
 * @param {Command} command
 * @param {Readonly<Record<string, unknown>>} values
 */
function checkExclusive(command, values) {
  const given = (command.exclusive ?? []).filter((name) => values[name] === true);
  if (given.length > 1) throw usageError(command, `--${given.join(' and --')} exclude each other`);
}

/**
 * @param {Command} command
 * @param {readonly string[]} given
 */
function checkOperands(command, given) {
  const { operands } = command;
  const [first] = given;
  switch (operands.kind) {
    case 'none':
      if (first !== undefined)
        throw usageError(command, `takes no arguments beside options, but got '${first}'`);
      return;
    case 'folder':
      if (given.length !== 1)
        throw usageError(command, `takes one folder, but got ${given.length} arguments`);
      return;
    case 'inputs':
      if (first === undefined) throw usageError(command, 'needs at least one file, or - for standard input');
      return;
    case 'name':
      if (given.length !== 1) throw usageError(command, `takes ${operands.what}`);
      return;
    case 'names':
      if (first === undefined) throw usageError(command, `needs ${operands.what}`);
      return;
    case 'words': {
      const known = [...new Set(Object.keys(operands.commands).map((each) => each.replace(/ .*/, '')))];
      if (first === undefined) throw usageError(command, `needs one of ${known.join(', ')}`);
      if (!known.includes(first))
        throw usageError(command, `unknown command '${first}', expected one of ${known.join(', ')}`);
      return;
    }
    case 'files':
      if (first === undefined && operands.isRequired === true)
        throw usageError(command, 'needs at least one file');
      return;
    case 'filters':
  }
}

/**
 * A refusal of a call that says what is wrong, that nothing was done, and how to see the usage.
 *
 * @param {Command} command
 * @param {string} what
 * @returns {UsageError}
 */
export function usageError(command, what) {
  return new UsageError(`${command.call}: ${what}. Nothing was done; ${helpCall(command)} shows the usage.`);
}

/** @param {Command} command */
function helpCall({ call }) {
  return call.startsWith('npm ') ? `${call} -- --help` : `${call} --help`;
}

/**
 * Node explains wrong options in several sentences; the first one says what is wrong.
 *
 * @param {string} message
 */
function firstSentence(message) {
  const [line = ''] = message.split('\n');
  const [sentence = ''] = line.split('. ');
  return sentence.replace(/\.$/, '').replace(/^U/, 'u').replace(/^O/, 'o');
}
