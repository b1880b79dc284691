export { interruptedCode, UsageError, wrongArgumentsCode } from './command.mjs';
export { commands } from './commands.mjs';
export { fileProblems } from './input-paths.mjs';
export { asksForHelp, checkPaths, commandOf, parseCall, usageError } from './parse.mjs';
export { runCommand } from './run.mjs';
export { overviewOf, usageOf } from './usage.mjs';

/** @typedef {import('./command.mjs').Command} Command */

/**
 * The values of a command's options, typed by its definition.
 *
 * @template {import('./command.mjs').Options} O
 * @typedef {import('./parse.mjs').ValuesOf<O>} ValuesOf
 */
