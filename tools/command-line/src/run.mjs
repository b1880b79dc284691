import process from 'node:process';
import { UsageError, wrongArgumentsCode } from './command.mjs';
import { parseCall } from './parse.mjs';
import { usageOf } from './usage.mjs';

/** @typedef {import('./command.mjs').Command} Command */
/** @typedef {import('./command.mjs').Options} Options */

/**
 * Runs the program of a command and gives the exit code. `--help` prints the usage; wrong arguments and failures go
 * to stderr.
 *
 * @template {Options} O
 * @param {Command & { readonly options: O }} command
 * @param {readonly string[]} argv
 * @param {(call: import('./parse.mjs').Call<O>) => Promise<number> | number} program Gives the exit code.
 * @returns {Promise<number>}
 */
export async function runCommand(command, argv, program) {
  try {
    const call = parseCall(command, argv);
    if (!call.help) return await program(call);
    process.stdout.write(usageOf(command));
    return 0;
  } catch (error) {
    process.stderr.write(`${failureText(error)}\n`);
    return error instanceof UsageError ? wrongArgumentsCode : 1;
  }
}

/**
 * The message of a failure; for a fault of the program itself also the place.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function failureText(error) {
  if (!(error instanceof Error)) return String(error);
  const isFault = [TypeError, RangeError, ReferenceError, SyntaxError].some(
    (fault) => error instanceof fault,
  );
  return isFault ? (error.stack ?? error.message) : error.message;
}
