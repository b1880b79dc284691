import { interruptedCode, wrongArgumentsCode } from './command.mjs';
import { withHelp } from './parse.mjs';

/** @typedef {import('./command.mjs').Command} Command */
/** @typedef {import('./command.mjs').Operands} Operands */
/** @typedef {import('./command.mjs').Options[string]} Option */

const width = 100;

/**
 * The usage text of a command: at most 100 columns, with an end of line.
 *
 * @param {Command} command
 * @returns {string}
 */
export function usageOf(command) {
  const { call, description, options, notes = [], examples, exitCodes } = command;
  const separator = call.startsWith('npm ') ? ' --' : '';
  const operands = [operandsOf(command.operands)].filter((each) => each !== '');
  const rows = Object.entries(withHelp(options)).map(rowOf);
  const codes = {
    ...exitCodes,
    [wrongArgumentsCode]: 'wrong arguments; nothing was done',
    [interruptedCode]: 'interrupted',
  };
  const blocks = [
    [`Usage: ${[`${call}${separator}`, ...operands, '[options]'].join(' ')}`],
    wrap(description.join(' '), ''),
    ...('text' in command.operands ? [wrap(command.operands.text, '')] : []),
    ...('commands' in command.operands
      ? [['Commands:', ...table(Object.entries(command.operands.commands))]]
      : []),
    ['Options:', ...table(rows)],
    ...(notes.length === 0 ? [] : [notes.flatMap((note) => wrap(note, ''))]),
    [examples.length === 1 ? 'Example:' : 'Examples:', ...examples.map((example) => `  ${example}`)],
    ['Exit codes:', ...table(Object.entries(codes))],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/**
 * The list of all commands, one line each.
 *
 * @param {readonly Command[]} commands
 * @returns {string}
 */
export function overviewOf(commands) {
  const rows = commands.map(({ call, title }) => /** @type {[string, string]} */ ([call, title]));
  return `${['Commands (each has --help):', ...table(rows)].join('\n')}\n`;
}

/**
 * @param {Operands} operands
 * @returns {string}
 */
function operandsOf(operands) {
  switch (operands.kind) {
    case 'none':
      return '';
    case 'files':
      return operands.isRequired === true ? '<file ...>' : '[file ...]';
    case 'inputs':
      return '<file ...>';
    case 'folder':
      return '<folder>';
    case 'name':
    case 'names':
    case 'words':
    case 'filters':
      return operands.placeholder;
  }
}

/**
 * @param {[string, Option]} entry
 * @returns {[string, string]}
 */
function rowOf([name, option]) {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  if (option.type === 'boolean') return [`${short}--${name}`, option.text];
  const without = option.default ?? option.defaultText;
  return [
    `${short}--${name} <${option.placeholder}>`,
    `${option.text}${without === undefined ? '' : ` (default: ${without})`}`,
  ];
}

/**
 * Two columns, the second one wrapped.
 *
 * @param {readonly (readonly [string, string])[]} rows
 * @returns {readonly string[]}
 */
function table(rows) {
  const left = Math.max(...rows.map(([head]) => head.length)) + 4;
  return rows.flatMap(([head, text]) => {
    const [first = '', ...more] = wrap(text, ' '.repeat(left));
    return [`  ${head}`.padEnd(left) + first.trimStart(), ...more];
  });
}

/**
 * @param {string} text
 * @param {string} indent
 * @returns {readonly string[]}
 */
function wrap(text, indent) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}
